package repo

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// docs/dependencies.md names every module that is imported, by tests too, and
// every tool, and no other.
func TestDependenciesAreDocumented(t *testing.T) {
	content, err := os.ReadFile("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := make(map[string]bool)
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .{20,} \\|$").FindAllStringSubmatch(string(content), -1) {
		documented[row[1]] = true
	}
	direct := directModules(t)
	for path := range direct {
		if !documented[path] {
			t.Errorf("%s is used, but docs/dependencies.md does not say why", path)
		}
	}
	for path := range documented {
		if !direct[path] {
			t.Errorf("docs/dependencies.md gives a reason for %s, which nothing uses", path)
		}
	}
}

func directModules(t *testing.T) map[string]bool {
	t.Helper()
	packages := []string{"tool"}
	for _, p := range projectPackages(t) {
		for _, imports := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for _, path := range imports {
				// What has no dot in its first part is the standard library's.
				first, _, _ := strings.Cut(path, "/")
				if strings.Contains(first, ".") && !fits(module+"/...", path) {
					packages = append(packages, path)
				}
			}
		}
	}
	list := exec.CommandContext(t.Context(), "go", append([]string{"list", "-f", "{{.Module.Path}}"}, packages...)...)
	output, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	modules := make(map[string]bool)
	for path := range strings.FieldsSeq(string(output)) {
		modules[path] = true
	}
	return modules
}
