package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

const testName = "00112233445566778899aabbccddeeff"

var testKey = bytes.Repeat([]byte{0xa5}, seal.KeyBytes)

var testExpires = time.Date(2026, time.March, 8, 12, 0, 0, 0, time.UTC)

func TestSealRoundTrip(t *testing.T) {
	for _, content := range [][]byte{{}, []byte("plays"), bytes.Repeat([]byte("plays"), 100_000)} {
		blob, err := seal.Seal(testKey, testName, testExpires, content)
		if err != nil {
			t.Fatal(err)
		}
		got, expires, err := seal.Open(testKey, testName, blob)
		if err != nil || !bytes.Equal(got, content) || !expires.Equal(testExpires) {
			t.Fatalf("open: %d bytes, %v, %v", len(got), expires, err)
		}
	}
}

// A large dataset is not in memory twice.
func TestInPlaceStaysWhereThereIsRoom(t *testing.T) {
	content := []byte("a few plays")
	for spare := range seal.Overhead + 1 {
		blob := append(make([]byte, seal.HeaderBytes, seal.HeaderBytes+len(content)+spare), content...)
		sealed, err := seal.InPlace(testKey, testName, testExpires, blob)
		if err != nil {
			t.Fatal(err)
		}
		if stays := &sealed[0] == &blob[0]; stays != (seal.HeaderBytes+spare >= seal.Overhead) {
			t.Errorf("with %d bytes to spare it stays: %t", spare, stays)
		}
		got, expires, err := seal.Open(testKey, testName, sealed)
		if err != nil || !bytes.Equal(got, content) || !expires.Equal(testExpires) {
			t.Errorf("with %d bytes to spare it opens to %q, %v, %v", spare, got, expires, err)
		}
	}
}

func TestSameContentIsSealedDifferently(t *testing.T) {
	a, errA := seal.Seal(testKey, testName, testExpires, []byte("plays"))
	b, errB := seal.Seal(testKey, testName, testExpires, []byte("plays"))
	if errA != nil || errB != nil || bytes.Equal(a, b) {
		t.Fatalf("%x, %v and %x, %v", a, errA, b, errB)
	}
}

// Every changed, missing or added byte is noticed, the header's too.
func TestTamperedBlobs(t *testing.T) {
	blob, err := seal.Seal(testKey, testName, testExpires, []byte("a few plays"))
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(what string, key []byte, name string, blob []byte) {
		t.Helper()
		if content, _, err := seal.Open(key, name, blob); !errors.Is(err, seal.ErrSealed) || content != nil {
			t.Errorf("%s: %q, %v, want ErrSealed", what, content, err)
		}
	}
	for i := range blob {
		for bit := range 8 {
			changed := bytes.Clone(blob)
			changed[i] ^= 1 << bit
			if i == 7 && changed[i] > 1 {
				continue // the byte that tells the version, see TestALaterVersionIsNoDamage
			}
			refuse(fmt.Sprintf("bit %d of byte %d", bit, i), testKey, testName, changed)
		}
		refuse(fmt.Sprintf("first %d bytes", i), testKey, testName, blob[:i])
		refuse(fmt.Sprintf("without the first %d bytes", i+1), testKey, testName, blob[i+1:])
	}
	refuse("one byte more", testKey, testName, append(bytes.Clone(blob), 0))
	refuse("another's name", testKey, "ff112233445566778899aabbccddeeff", blob)
	refuse("another key", bytes.Repeat([]byte{1}, seal.KeyBytes), testName, blob)
	refuse("a short key", testKey[:24], testName, blob)
}

// What an instance of a later version has sealed is told from damage, so that
// nobody takes it for lost.
func TestALaterVersionIsNoDamage(t *testing.T) {
	blob, err := seal.Seal(testKey, testName, testExpires, []byte("a few plays"))
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[byte]error{0: seal.ErrSealed, 2: seal.ErrVersion, 255: seal.ErrVersion} {
		later := bytes.Clone(blob)
		later[len("sdtseal")] = version
		for _, blob := range [][]byte{later, later[:len("sdtseal")+1]} {
			if content, _, err := seal.Open(testKey, testName, blob); !errors.Is(err, want) || content != nil {
				t.Errorf("version %d, %d bytes: %q, %v; want %v", version, len(blob), content, err, want)
			}
		}
	}
	if errors.Is(seal.ErrVersion, seal.ErrSealed) {
		t.Error("a later version counts as damage")
	}
}

func BenchmarkSeal(b *testing.B) {
	content := make([]byte, 4<<20)
	_, _ = rand.Read(content)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, err := seal.Seal(testKey, testName, testExpires, content); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	content := make([]byte, 4<<20)
	_, _ = rand.Read(content)
	blob, err := seal.Seal(testKey, testName, testExpires, content)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, _, err := seal.Open(testKey, testName, blob); err != nil {
			b.Fatal(err)
		}
	}
}
