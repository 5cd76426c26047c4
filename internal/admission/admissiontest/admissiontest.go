// Package admissiontest holds what tests ask of a gate.
package admissiontest

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
)

// WantFree fails unless all the memory can be had.
func WantFree(t *testing.T, gate *admission.Gate) {
	t.Helper()
	hold, err := gate.Acquire(t.Context(), gate.Bytes())
	if err != nil {
		t.Fatalf("something holds memory still: %v", err)
	}
	hold.Release()
}
