package export

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryCodeIsListed: whoever has words for all that is listed has words for
// all there is.
func TestEveryCodeIsListed(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	listed := slices.Concat(FileCodes(), RowCodes(), InputCodes(), NoteCodes())
	names := map[Code]string{}
	for _, d := range f.Decls {
		constants, ok := d.(*ast.GenDecl)
		if !ok || constants.Tok != token.CONST {
			continue
		}
		for _, s := range constants.Specs {
			c := s.(*ast.ValueSpec)
			text, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			code, name := Code(text), c.Names[0].Name
			if !slices.Contains(listed, code) {
				t.Errorf("%s is on no list", name)
			}
			if names[code] != "" {
				t.Errorf("%s and %s are both %q", name, names[code], code)
			}
			names[code] = name
		}
	}
	if len(names) < 50 {
		t.Errorf("only %d codes in code.go", len(names))
	}
	for _, code := range listed {
		if names[code] == "" {
			t.Errorf("%q is listed and no constant", code)
		}
	}
}

func TestEveryTopicOfAFileHasItsOldWords(t *testing.T) {
	topics := map[Topic]bool{}
	for sentence, code := range legacy() {
		switch about, _, _ := strings.Cut(sentence, " "); about {
		case "topic":
			topics[Topic(code)] = true
		case "file", "row":
			if !slices.Contains(slices.Concat(FileCodes(), RowCodes(), InputCodes()), Code(code)) {
				t.Errorf("%q stands for %q, which is no code", sentence, code)
			}
		default:
			t.Errorf("%q is about nothing", sentence)
		}
	}
	for _, k := range knownFiles {
		if !topics[k.topic] {
			t.Errorf("%s has none", k.topic)
		}
	}
}
