package repo

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

const securityDoc = "../../docs/security.md"

var (
	testName       = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*)`")
	testDefinition = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
)

// TestSecurityNamesTests looks up every test that docs/security.md names.
func TestSecurityNamesTests(t *testing.T) {
	there := make(map[string]bool)
	err := filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			for _, found := range testDefinition.FindAllStringSubmatch(harness.ReadText(t, path), -1) {
				there[found[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := testName.FindAllStringSubmatch(harness.ReadText(t, securityDoc), -1)
	if len(named) < 50 {
		t.Fatalf("%d tests are named", len(named))
	}
	for _, found := range named {
		if !there[found[1]] {
			t.Errorf("%s names %s, which is not there", securityDoc, found[1])
		}
	}
}

// between is what stands between two comments of a page.
func between(t *testing.T, content, begin, end string) string {
	t.Helper()
	_, rest, ok := strings.Cut(content, "<!-- "+begin+" -->")
	found, _, closed := strings.Cut(rest, "<!-- "+end+" -->")
	if !ok || !closed {
		t.Fatalf("nothing between %s and %s", begin, end)
	}
	return found
}

// TestSecurityLimits compares each figure with the constant it names.
func TestSecurityLimits(t *testing.T) {
	row := regexp.MustCompile("^\\| [^|]+ \\| ([\\d,]+)(?: (\\w+))? \\| `([^`]+)` `([^`]+)` \\|")
	units := map[string]int64{"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "s": 1e9, "min": 60e9, "h": 3600e9}
	rows := 0
	for line := range strings.Lines(between(t, harness.ReadText(t, securityDoc), "limits", "end of limits")) {
		if !strings.Contains(line, ".go`") {
			continue
		}
		rows++
		found := row.FindStringSubmatch(line)
		if found == nil || units[found[2]] == 0 {
			t.Errorf("not a limit: %s", line)
			continue
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if want := valueOf(t, filepath.Join("../..", found[3]), found[4]); n*units[found[2]] != want {
			t.Errorf("%s is %d, the page says %s %s", found[4], want, found[1], found[2])
		}
	}
	if rows < 20 {
		t.Errorf("%d limits", rows)
	}
}

// valueOf is the constant of that name in a file, or the field of a value, as in
// DefaultLimits.Rows. Durations are in nanoseconds.
func valueOf(t *testing.T, path, name string) int64 {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	outer, field, _ := strings.Cut(name, ".")
	var value ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		i := slices.IndexFunc(spec.Names, func(id *ast.Ident) bool { return id.Name == outer })
		if i >= 0 && i < len(spec.Values) {
			value = spec.Values[i]
		}
		return true
	})
	if literal, ok := value.(*ast.CompositeLit); ok {
		value = nil
		for _, element := range literal.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok && pair.Key.(*ast.Ident).Name == field {
				value = pair.Value
			}
		}
	}
	if value == nil {
		t.Fatalf("%s has no %s", path, name)
	}
	if alias, ok := value.(*ast.Ident); ok { // another constant of the file
		return valueOf(t, path, alias.Name)
	}
	source := harness.ReadText(t, path)
	text := source[set.Position(value.Pos()).Offset:set.Position(value.End()).Offset]
	text = strings.NewReplacer("time.Hour", "3600e9", "time.Minute", "60e9", "time.Second", "1e9", "time.Millisecond", "1e6").Replace(text)
	result, err := types.Eval(set, nil, token.NoPos, text)
	if err != nil {
		t.Fatalf("%s: %s = %s: %v", path, name, text, err)
	}
	n, exact := constant.Int64Val(constant.ToInt(result.Value))
	if !exact {
		t.Fatalf("%s: %s = %s", path, name, text)
	}
	return n
}

// asvsItems are those of levels 1 and 2 of ASVS 5.0.0 in the chapters of
// docs/security.md: how many each section has, and which of them are of level 3.
var asvsItems = map[string]struct {
	items int
	third []int
}{
	"4.1": {5, []int{4, 5}}, "4.2": {5, []int{2, 3, 4, 5}}, "4.3": {2, nil}, "4.4": {4, nil},
	"5.1": {1, nil}, "5.2": {6, []int{4, 5, 6}}, "5.3": {3, []int{3}}, "5.4": {3, nil},
	"6.1": {3, nil}, "6.2": {12, nil}, "6.3": {8, []int{5, 6, 7, 8}}, "6.4": {6, []int{5, 6}}, "6.8": {4, nil},
	"7.1": {3, nil}, "7.2": {4, nil}, "7.3": {2, nil}, "7.4": {5, nil}, "7.5": {3, []int{3}}, "7.6": {2, nil},
	"9.1": {3, nil}, "9.2": {4, nil},
	"10.1": {2, nil}, "10.2": {3, []int{3}}, "10.5": {5, nil},
	"13.1": {4, []int{2, 3, 4}}, "13.2": {6, []int{6}}, "13.3": {4, []int{3, 4}}, "13.4": {7, []int{6, 7}},
	"14.1": {2, nil}, "14.2": {8, []int{5, 6, 7, 8}}, "14.3": {3, nil},
	"16.1": {1, nil}, "16.2": {5, nil}, "16.3": {4, nil}, "16.4": {3, nil}, "16.5": {4, []int{4}},
}

// TestSecurityTableIsWhole: every item once, with a verdict and a reason; what is
// met names what shows it.
func TestSecurityTableIsWhole(t *testing.T) {
	row := regexp.MustCompile(`^\| (\d+\.\d+\.\d+) \| ([12]) \| (met|partly|no|–) \| (.{5,}) \|$`)
	seen := make(map[string]bool)
	for line := range strings.Lines(between(t, harness.ReadText(t, securityDoc), "asvs", "end of asvs")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "| **") || strings.HasPrefix(line, "| Item") || strings.HasPrefix(line, "|--") {
			continue
		}
		found := row.FindStringSubmatch(line)
		if found == nil {
			t.Errorf("not an item: %s", line)
			continue
		}
		if seen[found[1]] {
			t.Errorf("%s stands there twice", found[1])
		}
		seen[found[1]] = true
		if found[3] == "met" && !testName.MatchString(found[4]) && !strings.Contains(found[4], "](#") && !strings.Contains(found[4], "no test of ours") && !strings.Contains(found[4], "named above") {
			t.Errorf("%s is met, and nothing shows it: %s", found[1], found[4])
		}
	}
	items := 0
	for section, s := range asvsItems {
		for i := 1; i <= s.items; i++ {
			if slices.Contains(s.third, i) {
				continue
			}
			items++
			if id := section + "." + strconv.Itoa(i); !seen[id] {
				t.Errorf("%s is missing", id)
			}
		}
	}
	if len(seen) != items {
		t.Errorf("%d items, want %d", len(seen), items)
	}
}
