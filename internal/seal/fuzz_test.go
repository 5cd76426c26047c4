package seal_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// FuzzOpen looks for a blob that opens although it was not sealed. What is
// sealed here is fixed, so that a finding can be repeated.
func FuzzOpen(f *testing.F) {
	sealed, err := hex.DecodeString("7364747365616c010000019ccd518e00b257dfbc711a206121b35e337e3a06c28c554e756886147a1b6f8ab18f82128c67ce8a814dd7d0")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:len(sealed)-1])
	f.Add(sealed[:seal.Overhead])
	f.Add([]byte("sdtseal\x01"))
	f.Fuzz(func(t *testing.T, blob []byte) {
		// Opening takes place in the blob, which is spoiled by it.
		genuine := bytes.Equal(blob, sealed)
		content, _, err := seal.Open(testKey, testName, bytes.Clone(blob))
		if genuine {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		if !errors.Is(err, seal.ErrSealed) && !errors.Is(err, seal.ErrVersion) || content != nil {
			t.Fatalf("%x is %q, %v", blob, content, err)
		}
	})
}
