package exporttest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Codes are all codes there are, by what they are about, as codes.go declares
// them: whoever has words for these has words for all.
type Codes struct {
	File []export.Code // of a file, but for those of a ZIP inside another, which are among Input
	// Input are those of an [export.InputError].
	Input []export.Code
	Row   []export.Code // of an [export.Problem]
	Note  []export.Code // of a receipt
}

// All are the codes of all kinds.
func (c Codes) All() []export.Code { return slices.Concat(c.File, c.Input, c.Row, c.Note) }

// ReadCodes reads the codes from the source of package export.
func ReadCodes(t testing.TB) Codes {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(filepath.Dir(here), "..", "codes.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var blocks [][]export.Code
	for _, d := range f.Decls {
		constants, ok := d.(*ast.GenDecl)
		if !ok || constants.Tok != token.CONST {
			continue
		}
		var block []export.Code
		for _, s := range constants.Specs {
			text, err := strconv.Unquote(s.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			block = append(block, export.Code(text))
		}
		blocks = append(blocks, block)
	}
	if len(blocks) != 4 || len(slices.Concat(blocks...)) < 50 {
		t.Fatalf("%d kinds of codes in codes.go: %q", len(blocks), blocks)
	}
	return Codes{append(blocks[0], export.CodeEmptyFile, export.CodeNotJSON), blocks[1], blocks[2], blocks[3]}
}
