package repo

import (
	"os/exec"
	"testing"
)

// Nobody builds without the fonts of Noto from day to day, and who does finds what draws
// with them working: it is built so, and its tests that read no golden files pass.
func TestWithoutNoto(t *testing.T) {
	commands := [][]string{
		{"build", "-tags=no_noto", "../../internal/picture", "../../internal/clip"},
		{"test", "-tags=no_noto", "../../internal/scene"},
		{"test", "-tags=no_noto", "-run=^(TestNothingLeavesThePicture|TestThinContent)$", "../../internal/picture"},
	}
	if testing.Short() {
		commands = commands[:1] // which fails for what is missing; the others link twice
	}
	for _, args := range commands {
		if output, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
			t.Errorf("go %v: %v\n%s", args, err, output)
		}
	}
}
