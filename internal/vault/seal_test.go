package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"
)

var testExpires = time.Date(2026, time.March, 8, 12, 0, 0, 0, time.UTC)

func TestSealRoundTrip(t *testing.T) {
	for _, content := range [][]byte{{}, []byte("plays"), bytes.Repeat([]byte("plays"), 100_000)} {
		blob, err := seal(testRef, testExpires, content)
		if err != nil {
			t.Fatal(err)
		}
		got, expires, err := unseal(testRef, blob)
		if err != nil || !bytes.Equal(got, content) || !expires.Equal(testExpires) {
			t.Fatalf("unseal: %d bytes, %v, %v", len(got), expires, err)
		}
	}
}

func TestSameContentIsSealedDifferently(t *testing.T) {
	a, errA := seal(testRef, testExpires, []byte("plays"))
	b, errB := seal(testRef, testExpires, []byte("plays"))
	if errA != nil || errB != nil || bytes.Equal(a, b) {
		t.Fatalf("%x, %v and %x, %v", a, errA, b, errB)
	}
}

// Every changed, missing or added byte is noticed, the header's too.
func TestTamperedBlobs(t *testing.T) {
	blob, err := seal(testRef, testExpires, []byte("a few plays"))
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(what string, ref Ref, blob []byte) {
		t.Helper()
		if content, _, err := unseal(ref, blob); !errors.Is(err, ErrSealed) || content != nil {
			t.Errorf("%s: %q, %v, want ErrSealed", what, content, err)
		}
	}
	for i := range blob {
		for bit := range 8 {
			changed := bytes.Clone(blob)
			changed[i] ^= 1 << bit
			refuse(fmt.Sprintf("bit %d of byte %d", bit, i), testRef, changed)
		}
		refuse(fmt.Sprintf("first %d bytes", i), testRef, blob[:i])
		refuse(fmt.Sprintf("without the first %d bytes", i+1), testRef, blob[i+1:])
	}
	refuse("one byte more", testRef, append(bytes.Clone(blob), 0))
	refuse("another's name", Ref{ID: "ff112233445566778899aabbccddeeff", Key: testRef.Key}, blob)
	refuse("another key", Ref{ID: testRef.ID, Key: bytes.Repeat([]byte{1}, keyBytes)}, blob)
	refuse("a short key", Ref{ID: testRef.ID, Key: testRef.Key[:31]}, blob)
}

func BenchmarkSeal(b *testing.B) {
	content := make([]byte, 4<<20)
	_, _ = rand.Read(content)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, err := seal(testRef, testExpires, content); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnseal(b *testing.B) {
	content := make([]byte, 4<<20)
	_, _ = rand.Read(content)
	blob, err := seal(testRef, testExpires, content)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, _, err := unseal(testRef, blob); err != nil {
			b.Fatal(err)
		}
	}
}
