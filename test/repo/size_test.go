package repo

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// Bounds on the size of what is written by hand. They are lowered when the code
// gets smaller; raising one is a decision to be explained in its commit.
const (
	maxLines      = 72_680 // of the program: Go and templ, without tests and what is generated
	maxFileLines  = 500    // of any one file
	maxLongTests  = 8      // files of tests that are longer than that
	maxMainLines  = 79     // of cmd/server
	maxShellFiles = 14     // Go files of handlers itself, beside its views
	maxViewLines  = 200    // of the smallest view, with its test
)

// TestSizeIsBounded keeps the program from growing unnoticed.
func TestSizeIsBounded(t *testing.T) {
	total, mainLines, shellFiles, viewLines := 0, 0, 0, 0
	rooms := make(map[string]int)
	var longTests []string
	err := filepath.WalkDir(harness.Root(), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(harness.Root(), path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && name != "." || slices.Contains([]string{"tmp", "data", "bin", "node_modules", "testdata"}, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, "_templ.go") {
			return nil
		}
		lines := strings.Count(harness.ReadText(t, path), "\n")
		switch {
		case lines <= maxFileLines:
		case strings.HasSuffix(name, "_test.go"):
			longTests = append(longTests, name)
		default:
			t.Errorf("%s has %d lines, more than %d", name, lines, maxFileLines)
		}
		folder := filepath.ToSlash(filepath.Dir(name))
		if folder == "handlers/internal/example" {
			viewLines += lines
		}
		pkg := listed{ImportPath: module + "/" + folder}
		if strings.HasSuffix(name, "_test.go") || pkg.isForTests() || fits("bench/...", folder) || fits("tools/...", folder) {
			return nil
		}
		total += lines
		rooms[folder] += lines
		switch folder {
		case "cmd/server":
			mainLines += lines
		case "handlers":
			if strings.HasSuffix(name, ".go") {
				shellFiles++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range slices.Sorted(maps.Keys(rooms)) {
		t.Logf("%6d %s", rooms[room], room)
	}
	t.Logf("%6d lines in all; %d in cmd/server; %d files in handlers", total, mainLines, shellFiles)
	if total > maxLines {
		t.Errorf("%d lines are written by hand, more than %d", total, maxLines)
	}
	if len(longTests) > maxLongTests {
		t.Errorf("%d files of tests have more than %d lines: %v", len(longTests), maxFileLines, longTests)
	}
	if mainLines > maxMainLines {
		t.Errorf("cmd/server has %d lines, more than %d", mainLines, maxMainLines)
	}
	if shellFiles > maxShellFiles {
		t.Errorf("handlers has %d files of its own, more than %d: a view is a folder", shellFiles, maxShellFiles)
	}
	if viewLines == 0 || viewLines > maxViewLines {
		t.Errorf("the view of the example has %d lines, at most %d", viewLines, maxViewLines)
	}
	if total < 10_000 || mainLines == 0 || shellFiles == 0 {
		t.Errorf("%d lines, %d in cmd/server, %d files in handlers: not everything was counted", total, mainLines, shellFiles)
	}
}
