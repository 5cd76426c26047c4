package repo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// module is the import path of this project.
const module = "github.com/spotify-data-tool/spotify-data-tool"

// mayImport says which packages of this project a package may import. A folder
// ending in "/..." stands for everything in it; the first line that fits a
// package holds. The arrows are those of docs/architecture.md: they point from
// what knows requests and pages to what knows listening, and never back.
var mayImport = []struct {
	importer string
	imported []string
}{
	{"cmd/server", []string{"internal/app", "internal/hugepages"}},
	{"internal/app", []string{"handlers/...", "sessions/...", "static/...", "internal/..."}},
	{"test/process", nil},
	{"test/servers", []string{"test/process"}},
	{"test/...", []string{"handlers/...", "internal/...", "test/..."}},
	{"handlers", []string{"handlers/...", "components/...", "internal/..."}},
	{"handlers/words", []string{"components/...", "internal/..."}},
	{"handlers/web", []string{"handlers/words", "components/...", "internal/..."}},
	{"handlers/uploads", []string{"handlers/receipt", "handlers/web", "handlers/words", "components/...", "internal/..."}},
	{"handlers/accounts", []string{"handlers/uploads", "handlers/web", "handlers/words", "components/...", "internal/..."}},
	// A view imports no other view.
	{"handlers/...", []string{"handlers/web", "handlers/words", "components/...", "internal/..."}},
	{"components/...", []string{"components/..."}},
	{"sessions/...", nil},
	{"static/...", nil},
	{"internal/edge", nil},
	{"internal/h264", nil},
	{"internal/inflate", nil},
	{"internal/mp4", nil},
	{"internal/export/...", []string{"internal/export/...", "internal/inflate"}},
	{"internal/sample/...", []string{"internal/sample/..."}},
	{"internal/admission", nil},
	{"internal/admission/admissiontest", []string{"internal/admission"}},
	{"internal/hugepages", nil},
	{"internal/picture", []string{"internal/scene"}},
	{"internal/scene", []string{"internal/h264"}},
	{"internal/scene/scenetest", nil},
	{"internal/lambdahttp", []string{"internal/edge"}},
	{"internal/ratelimit", nil},
	{"internal/redisconn", nil},
	{"internal/bucket/...", []string{"internal/bucket/...", "internal/redisconn"}},
	{"internal/fold", nil},
	{"internal/lens", []string{"internal/fold"}},
	{"internal/dataset/...", []string{"internal/dataset/...", "internal/export", "internal/fold", "internal/lens"}},
	{"internal/insight", []string{"internal/dataset/...", "internal/export", "internal/lens"}},
	{"internal/account/...", []string{"internal/account/...", "internal/dataset/...", "internal/export", "internal/fold", "internal/insight", "internal/lens"}},
	{"internal/seal", nil},
	{"internal/vault", []string{"internal/admission", "internal/bucket", "internal/dataset/...", "internal/seal"}},
	{"internal/link", []string{"internal/bucket", "internal/seal"}},
	{"internal/upload", []string{"internal/bucket", "internal/seal"}},
	{"internal/signin", []string{"internal/bucket", "internal/seal"}},
	{"internal/accountstore", []string{"internal/admission", "internal/bucket", "internal/seal", "internal/vault"}},
	{"internal/clip", []string{"internal/h264", "internal/mp4", "internal/scene"}},
	{"internal/reel", []string{"internal/bucket", "internal/vault"}},
	{"internal/importer", []string{"internal/account", "internal/admission", "internal/bucket", "internal/dataset/...", "internal/export", "internal/lens", "internal/upload", "internal/vault"}},
}

// mustNotLink says what a package must not depend on, by whatever way. The first
// line that fits a package holds.
var mustNotLink = []struct {
	importer string
	linked   []string
}{
	{"internal/app", testTools},
	{"internal/lambdahttp", slices.Concat(webFrameworks, portable, testTools)},
	{"internal/bucket/object", slices.Concat(webFrameworks, cloudSDKs, testTools)},
	{"internal/...", slices.Concat(webFrameworks, cloudSDKs, portable, testTools)},
	{"sessions/...", slices.Concat(webFrameworks, cloudSDKs, portable, testTools)},
	{"components/...", slices.Concat([]string{"github.com/labstack/echo/..."}, cloudSDKs, portable, testTools)},
	{"handlers/...", slices.Concat(cloudSDKs, portable, testTools)},
	{"cmd/server", testTools},
}

var (
	webFrameworks = []string{"github.com/labstack/...", "github.com/a-h/templ/..."}
	cloudSDKs     = []string{"github.com/aws/...", "cloud.google.com/...", "github.com/Azure/...", "gocloud.dev/blob/s3blob", "gocloud.dev/blob/gcsblob", "gocloud.dev/blob/azureblob"}
	// portable is what is common to the clouds, and costs nearly as much to link.
	portable  = []string{"gocloud.dev/..."}
	testTools = []string{"testing/...", "github.com/chromedp/...", "pgregory.net/rapid/..."}
)

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir           string
	GoFiles                   []string
	Imports, Deps             []string
	TestImports, XTestImports []string
}

// folder is the package's path within this project.
func (p listed) folder() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// isForTests reports whether the package exists for tests alone.
func (p listed) isForTests() bool {
	return fits("test/...", p.folder()) || strings.HasSuffix(p.folder(), "test") || strings.Contains(p.folder(), "/testdata/") || p.folder() == "handlers/internal/example"
}

func fits(pattern, importPath string) bool {
	if folder, ok := strings.CutSuffix(pattern, "/..."); ok {
		return importPath == folder || strings.HasPrefix(importPath, folder+"/")
	}
	return importPath == pattern
}

// projectPackages lists every package of this project, as built without cgo.
func projectPackages(t *testing.T) []listed {
	t.Helper()
	packages, err := listPackages()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// listPackages asks once for all tests: an answer takes most of a second.
var listPackages = sync.OnceValues(func() ([]listed, error) {
	list := exec.CommandContext(context.Background(), "go", "list", "-e", "-json=ImportPath,Dir,GoFiles,Imports,Deps,TestImports,XTestImports", "./...")
	list.Dir = "../.."
	list.Env = append(list.Environ(), "CGO_ENABLED=0")
	output, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		// tmp/ is for scratch programs and ignored by git.
		if !fits("tmp/...", p.folder()) {
			packages = append(packages, p)
		}
	}
	if len(packages) < 10 {
		return nil, fmt.Errorf("go list found %d packages", len(packages))
	}
	return packages, nil
})

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range projectPackages(t) {
		i := slices.IndexFunc(mayImport, func(rule struct {
			importer string
			imported []string
		}) bool {
			return fits(rule.importer, p.folder())
		})
		// Test helpers, as buckettest, and test-only packages come under a rule too.
		if i < 0 {
			t.Errorf("nothing says what %s may import", p.folder())
			continue
		}
		for _, imported := range p.Imports {
			folder, ours := strings.CutPrefix(imported, module+"/")
			if ours && !slices.ContainsFunc(mayImport[i].imported, func(pattern string) bool { return fits(pattern, folder) }) {
				t.Errorf("%s imports %s", p.folder(), folder)
			}
		}
	}
}

func TestNothingUnwantedIsLinked(t *testing.T) {
	for _, p := range projectPackages(t) {
		for _, rule := range mustNotLink {
			// Packages that exist for tests may link what tests need.
			if !fits(rule.importer, p.folder()) || p.isForTests() {
				continue
			}
			for _, dependency := range p.Deps {
				if slices.ContainsFunc(rule.linked, func(pattern string) bool { return fits(pattern, dependency) }) {
					t.Errorf("%s links %s", p.folder(), dependency)
				}
			}
			break
		}
	}
}

// Only programs read the environment, and only programs and what they configure
// know the time: a query gets the same answer tomorrow.
func TestWhoAsksTheSystem(t *testing.T) {
	pure := []string{"components/...", "handlers/...", "static/...", "internal/export/...", "internal/fold", "internal/lens", "internal/dataset/...", "internal/insight", "internal/vault", "internal/seal", "internal/upload", "internal/link", "internal/edge"}
	for _, p := range projectPackages(t) {
		if p.isForTests() {
			continue
		}
		for _, name := range p.GoFiles {
			for _, call := range selectors(t, filepath.Join(p.Dir, name)) {
				switch call {
				case "os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "syscall.Getenv", "syscall.Environ":
					if p.folder() != "cmd/server" && p.folder() != "internal/app" {
						t.Errorf("%s/%s uses %s", p.folder(), name, call)
					}
				case "time.Now", "time.Since", "time.Until":
					if slices.ContainsFunc(pure, func(pattern string) bool { return fits(pattern, p.folder()) }) {
						t.Errorf("%s/%s uses %s", p.folder(), name, call)
					}
				}
			}
		}
	}
}

// selectors returns every use of an imported name in a file, with the import's
// path in front.
func selectors(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	imports := make(map[string]string)
	for _, spec := range parsed.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = imported
	}
	var found []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok && imports[x.Name] != "" {
				found = append(found, imports[x.Name]+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return found
}
