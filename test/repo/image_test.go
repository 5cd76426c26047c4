package repo

import (
	"os"
	"strings"
	"testing"
)

// The image is built from these folders alone; a package that is missing among
// them would fail the build on the platform.
func TestImageHasEverything(t *testing.T) {
	content, err := os.ReadFile("../../deploy/cloudrun/Dockerfile.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for line := range strings.Lines(string(content)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			allowed = append(allowed, name+"/...")
		}
	}
	var linked []string
	for _, p := range projectPackages(t) {
		if p.folder() == "cmd/server" {
			linked = append(p.Deps, p.ImportPath)
		}
	}
	ours := 0
	for _, path := range linked {
		folder, ok := strings.CutPrefix(path, module+"/")
		if !ok {
			continue
		}
		ours++
		found := false
		for _, pattern := range allowed {
			found = found || fits(pattern, folder)
		}
		if !found {
			t.Errorf("%s is kept out of the image", folder)
		}
	}
	if ours < 10 {
		t.Errorf("%d packages of ours", ours)
	}
}
