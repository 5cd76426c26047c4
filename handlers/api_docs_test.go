package handlers_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/viewtest"
)

var update = flag.Bool("update", false, "write the table of pages in docs/api.md")

const (
	apiDocs    = "../docs/api.md"
	tableBegin = "<!-- pages: go test ./handlers -run TestDocsListThePages -update -->\n"
	tableEnd   = "<!-- /pages -->\n"
)

// TestDocsListThePages holds the table of pages to the list of views, and sees that
// each answer of the API is described.
func TestDocsListThePages(t *testing.T) {
	b, err := os.ReadFile(apiDocs)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(b), tableBegin)
	table, after, ended := strings.Cut(rest, tableEnd)
	if !begun || !ended {
		t.Fatalf("%s has no table of pages", apiDocs)
	}
	var want strings.Builder
	want.WriteString("\n| Page | | Answer |\n|---|---|---|\n")
	described := strings.NewReplacer("/top/{artists,albums,tracks,shows,episodes,audiobooks,chapters}", "/top/{}").Replace(before + after)
	for _, v := range handlers.Views() {
		page, answer := "", ""
		if v.Page != nil {
			page = "`" + inBraces(v.Path) + "`"
		}
		if v.JSON != nil {
			path := inBraces(viewtest.APIPath(v))
			answer = "`" + path + "`"
			if strings.HasPrefix(path, "/api/v1/top/") {
				path = "/api/v1/top/{}"
			}
			if !strings.Contains(described, "`GET "+path+"`") {
				t.Errorf("%s does not describe %s", apiDocs, path)
			}
		}
		fmt.Fprintf(&want, "| %s | %s | %s |\n", page, v.Title, answer)
	}
	want.WriteString("\n")
	if *update {
		if err := os.WriteFile(apiDocs, []byte(before+tableBegin+want.String()+tableEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != want.String() {
		t.Errorf("the table of pages in %s is not that of the list of views: run this test with -update", apiDocs)
	}
}

// inBraces writes the parameter of a path as the documentation does.
func inBraces(path string) string { return strings.ReplaceAll(path, viewtest.Parameter, "{id}") }
