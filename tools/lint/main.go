// Command lint is what "go vet -vettool" runs on this repository: the analyzers
// of vet itself, staticcheck, errcheck and errorlint in one process for each
// package. The go command keeps what it finds with what it compiled, so that a
// second run looks at packages that changed and nothing else; each linter's own
// command would load and check the types of the whole module again.
package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strings"

	"codeberg.org/polyfloyd/go-errorlint/errorlint"
	"github.com/kisielk/errcheck/errcheck"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
	"honnef.co/go/tools/analysis/lint"
	"honnef.co/go/tools/simple"
	"honnef.co/go/tools/staticcheck"
	"honnef.co/go/tools/stylecheck"
	"honnef.co/go/tools/unused"
)

func main() {
	reportUnused()
	all := append(vet(), errorlint.NewAnalyzer(), errcheck.Analyzer, unused.Analyzer.Analyzer)
	for _, checks := range [][]*lint.Analyzer{simple.Analyzers, staticcheck.Analyzers, stylecheck.Analyzers} {
		for _, check := range checks {
			if !check.Doc.NonDefault {
				all = append(all, check.Analyzer)
			}
		}
	}
	for _, analyzer := range all {
		filter(analyzer)
	}
	unitchecker.Main(all...)
}

// reportUnused makes findings of what unused returns: its own command merges
// results of several builds of a package first, which one build does not need.
func reportUnused() {
	analyzer := unused.Analyzer.Analyzer
	run := analyzer.Run
	analyzer.Run = func(pass *analysis.Pass) (any, error) {
		result, err := run(pass)
		if err != nil {
			return nil, err
		}
		for _, object := range result.(unused.Result).Unused {
			pass.Report(analysis.Diagnostic{
				Pos:     position(pass, object.Position),
				Message: fmt.Sprintf("%s %s is unused", object.Kind, object.Name),
			})
		}
		return result, nil
	}
}

func position(pass *analysis.Pass, at token.Position) token.Pos {
	for _, file := range pass.Files {
		if in := pass.Fset.File(file.FileStart); in.Name() == at.Filename {
			return in.Pos(at.Offset)
		}
	}
	return token.NoPos
}

// ignored is staticcheck's directive, which its command and not its analyzers obey.
var ignored = regexp.MustCompile(`^//lint:ignore (\S+) \S`)

// filter drops what an analyzer finds in generated files, where nobody can mend
// it, and on lines beneath a //lint:ignore that names the analyzer.
func filter(analyzer *analysis.Analyzer) {
	run := analyzer.Run
	analyzer.Run = func(pass *analysis.Pass) (any, error) {
		report := pass.Report
		pass.Report = func(found analysis.Diagnostic) {
			if !suppressed(pass, analyzer.Name, found.Pos) {
				found.Message = fmt.Sprintf("%s (%s)", found.Message, analyzer.Name)
				report(found)
			}
		}
		return run(pass)
	}
}

func suppressed(pass *analysis.Pass, name string, pos token.Pos) bool {
	for _, file := range pass.Files {
		if pos < file.FileStart || pos > file.FileEnd {
			continue
		}
		if ast.IsGenerated(file) {
			return true
		}
		line := pass.Fset.Position(pos).Line
		for _, group := range file.Comments {
			for _, comment := range group.List {
				match := ignored.FindStringSubmatch(comment.Text)
				if match != nil && strings.Contains(","+match[1]+",", ","+name+",") && pass.Fset.Position(comment.Pos()).Line == line-1 {
					return true
				}
			}
		}
	}
	return false
}
