package vault

import (
	"errors"
	"testing"
)

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
