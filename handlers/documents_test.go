package handlers_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func TestDocumentsBySize(t *testing.T) {
	v := withAccount(t)
	var sizes []int
	var list struct {
		Items []struct {
			Name, ID string
			Bytes    int
		}
	}
	v.get("/api/v1/documents?order=size").want(t, http.StatusOK).json(t, &list)
	var names []string
	for _, d := range list.Items {
		sizes, names = append(sizes, d.Bytes), append(names, d.Name)
	}
	if len(sizes) < 10 || !slices.IsSortedFunc(sizes, func(a, b int) int { return b - a }) {
		t.Errorf("sizes %v", sizes)
	}
	doc := v.get("/documents?order=size").page(t)
	var shown []string
	doc.Find("#list tbody tr").Each(func(i int, s *goquery.Selection) {
		shown = append(shown, s.Find("a.name").Text())
		if got := strings.TrimSpace(s.Find("td.main").Text()); !strings.HasSuffix(got, "B") && !strings.HasSuffix(got, "bytes") {
			t.Errorf("line %d has the size %q", i, got)
		}
	})
	if !slices.Equal(shown, names) {
		t.Errorf("the page lists %q, the API %q", shown, names)
	}
	if got := doc.Find(`.sorts a[aria-current=true]`).Text(); got != "Size" {
		t.Errorf("the order is called %q", got)
	}
	if v.get("/documents?order=colour").want(t, http.StatusOK).page(t).Find("#mended-order").Length() != 1 {
		t.Error("nothing is said of an order that there is not")
	}
}

// TestContentOfADocument: the API gives what the page gives, masked alike.
func TestContentOfADocument(t *testing.T) {
	v := withAccount(t)
	var list struct{ Items []struct{ Name, ID string } }
	v.get("/api/v1/documents").json(t, &list)
	masked := 0
	for _, d := range list.Items {
		var got struct {
			ID, Name string
			Veiled   bool
			Content  json.RawMessage
		}
		a := v.get("/api/v1/documents/"+d.ID).want(t, http.StatusOK)
		a.json(t, &got)
		if got.ID != d.ID || got.Name != d.Name || len(got.Content) < 2 {
			t.Errorf("%s: %.200s", d.Name, a.body)
		}
		for _, s := range secrets {
			if strings.Contains(string(a.body), s) {
				t.Errorf("%s shows %q unasked", d.Name, s)
			}
		}
		if onPage := v.get("/documents/"+d.ID).page(t).Find("form.reveal").Length() == 1; onPage != got.Veiled {
			t.Errorf("%s: veiled is %v, on its page %v", d.Name, got.Veiled, onPage)
		}
		whole := v.get("/api/v1/documents/"+d.ID+"?reveal=1").want(t, http.StatusOK)
		if got.Veiled {
			masked++
			if !slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(string(whole.body), s) }) && d.Name == "Userdata.json" {
				t.Errorf("%s does not show what was asked for", d.Name)
			}
		}
	}
	if masked < 3 {
		t.Errorf("%d documents with something personal", masked)
	}
	v.get("/api/v1/documents/nothing").want(t, http.StatusNotFound)
}
