package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

// FuzzUnseal looks for a blob that opens although it was not sealed. What is
// sealed here is fixed, so that a finding can be repeated.
func FuzzUnseal(f *testing.F) {
	sealed, err := hex.DecodeString("7364747365616c010000019ccd518e00b257dfbc711a206121b35e337e3a06c28c554e756886147a1b6f8ab18f82128c67ce8a814dd7d0")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:len(sealed)-1])
	f.Add(sealed[:sealHeader+sealOverhead])
	f.Add([]byte(sealMark))
	f.Fuzz(func(t *testing.T, blob []byte) {
		content, _, err := unseal(testRef, blob)
		if bytes.Equal(blob, sealed) {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		if !errors.Is(err, ErrSealed) || content != nil {
			t.Fatalf("%x is %q, %v", blob, content, err)
		}
	})
}

// FuzzParseRef: a reference has one spelling, and nothing else is one.
func FuzzParseRef(f *testing.F) {
	for _, s := range []string{testRef.String(), testRef.String() + "=", "\n" + testRef.String()[1:], ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := ParseRef(s)
		switch {
		case err != nil && !errors.Is(err, ErrRef):
			t.Fatal(err)
		case err == nil && (ref.check() != nil || ref.String() != s):
			t.Fatalf("%q is %v, which is written %q", s, ref, ref.String())
		}
	})
}
