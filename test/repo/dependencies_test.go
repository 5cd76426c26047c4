package repo

import (
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// docs/dependencies.md names every module that is used directly, once, in the
// section of what uses it, and no other.
func TestDependenciesAreDocumented(t *testing.T) {
	program, tests := importedModules(t)
	tools := toolModules(t, "go.mod")
	maps.DeleteFunc(tests, func(path string, _ bool) bool { return program[path] })
	maps.DeleteFunc(tools, func(path string, _ bool) bool { return program[path] })
	linters := toolModules(t, "tools/go.mod")
	maps.Copy(linters, requiredModules(t, "tools/go.mod"))
	testServers := toolModules(t, ".ci/servers/go.mod")
	maps.Copy(testServers, requiredModules(t, "test/servers/zitadel/go.mod"))
	maps.Copy(testServers, requiredModules(t, "test/servers/qrread/go.mod"))
	measurements := requiredModules(t, "bench/go.mod")
	maps.Copy(measurements, requiredModules(t, "bench/duckdb/go.mod"))
	maps.DeleteFunc(measurements, func(path string, _ bool) bool { return program[path] || tests[path] || path == module })

	documented := make(map[string]map[string]bool)
	for _, section := range strings.Split(harness.ReadText(t, "../../docs/dependencies.md"), "\n## ")[1:] {
		title, content, _ := strings.Cut(section, "\n")
		documented[title] = make(map[string]bool)
		for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .{20,} \\|$").FindAllStringSubmatch(content, -1) {
			documented[title][row[1]] = true
		}
	}
	for title, used := range map[string]map[string]bool{
		"In the program": program, "In tests": tests, "Tools": tools, "Linters": linters,
		"Test servers": testServers, "In measurements": measurements,
	} {
		if len(used) == 0 {
			t.Errorf("nothing is used by %q", title)
		}
		for path := range used {
			if !documented[title][path] {
				t.Errorf("%s is used, but docs/dependencies.md does not say why under %q", path, title)
			}
		}
		for path := range documented[title] {
			if !used[path] {
				t.Errorf("docs/dependencies.md gives a reason for %s under %q, which does not use it", path, title)
			}
		}
	}
}

// importedModules returns the modules that packages of the program import, and
// those that tests and packages for tests import.
func importedModules(t *testing.T) (program, tests map[string]bool) {
	t.Helper()
	var ofProgram, ofTests []string
	for _, p := range projectPackages(t) {
		if p.isForTests() {
			ofTests = append(ofTests, p.Imports...)
		} else {
			ofProgram = append(ofProgram, p.Imports...)
		}
		ofTests = slices.Concat(ofTests, p.TestImports, p.XTestImports)
	}
	all := modulesOf(t, slices.Concat(ofProgram, ofTests))
	only := func(packages []string) map[string]bool {
		modules := make(map[string]bool)
		for _, path := range packages {
			if of, ok := all[path]; ok {
				modules[of] = true
			}
		}
		return modules
	}
	return only(ofProgram), only(ofTests)
}

// modulesOf returns the module of each package that is another's.
func modulesOf(t *testing.T, packages []string) map[string]string {
	t.Helper()
	packages = slices.DeleteFunc(packages, func(path string) bool {
		// What has no dot in its first part is the standard library's.
		first, _, _ := strings.Cut(path, "/")
		return !strings.Contains(first, ".") || fits(module+"/...", path)
	})
	list := exec.CommandContext(t.Context(), "go", append([]string{"list", "-f", "{{.ImportPath}} {{.Module.Path}}"}, packages...)...)
	output, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	modules := make(map[string]string)
	for line := range strings.Lines(string(output)) {
		path, of, _ := strings.Cut(strings.TrimSpace(line), " ")
		modules[path] = of
	}
	return modules
}

// toolModules returns the modules of the tools of a go.mod.
func toolModules(t *testing.T, file string) map[string]bool {
	t.Helper()
	content := harness.ReadText(t, filepath.Join("../..", file))
	modules := make(map[string]bool)
	_, block, _ := strings.Cut(content, "\ntool (\n")
	block, _, _ = strings.Cut(block, "\n)")
	for tool := range strings.FieldsSeq(block) {
		longest := ""
		for _, found := range required.FindAllStringSubmatch(content, -1) {
			if path := found[1]; fits(path+"/...", tool) && len(path) > len(longest) {
				longest = path
			}
		}
		if longest == "" {
			t.Errorf("%s requires no module for the tool %s", file, tool)
		}
		modules[longest] = true
	}
	return modules
}

// required is a module that a go.mod requires, and whether by itself.
var required = regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+/\S+) v\S+( // indirect)?$`)

// requiredModules returns the modules that the packages of a go.mod import.
func requiredModules(t *testing.T, file string) map[string]bool {
	t.Helper()
	modules := make(map[string]bool)
	for _, found := range required.FindAllStringSubmatch(harness.ReadText(t, filepath.Join("../..", file)), -1) {
		if found[2] == "" {
			modules[found[1]] = true
		}
	}
	return modules
}
