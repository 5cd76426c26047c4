package handlers_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account/accounttest"
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

// What is beyond the bounds of documents is on the receipt, and in the document:
// the newest package has room before the older ones, whichever came first.
func TestWhatIsBeyondTheBoundsIsOnTheReceipt(t *testing.T) {
	k := accounttest.Kind{Name: "YourLibrary.json", Before: `{"tracks":[`, Element: `{"track":"t%d"}`, After: `]}`}
	s := newSiteFor(t, 256<<20)
	v := s.visitor(t)
	v.upload("", file{"my_spotify_data.zip", zipped(t, file{"Spotify Account Data/" + k.Name, k.JSON(61_234)}, file{"Spotify Account Data/Follow.json", []byte(`{"followerCount":3}`)})}).want(t, http.StatusCreated)
	var receipt struct {
		Lines []struct {
			Name, Status, Reason string
			ReasonCode           string `json:"reason_code"`
			Figures              struct{ Count int }
		}
	}
	v.get("/api/v1/receipt").json(t, &receipt)
	for _, l := range receipt.Lines {
		switch {
		case strings.HasSuffix(l.Name, k.Name):
			if l.Status != "read" || l.ReasonCode != "beyond_bounds" || l.Figures.Count != 1_234 || !strings.Contains(l.Reason, "1,234") {
				t.Errorf("%+v", l)
			}
		case l.ReasonCode != "":
			t.Errorf("%+v", l)
		}
	}
	if text := v.get("/receipt").page(t).Text(); !strings.Contains(text, "1,234 of its entries are kept") {
		t.Error("the page of the receipt does not say it")
	}
	var library struct{ Total int }
	v.get("/api/v1/library?part=tracks").json(t, &library)
	if library.Total != 60_000 {
		t.Errorf("%d tracks are read", library.Total)
	}
	id := documentID(t, v, k.Name)
	if text := v.get("/documents/" + id).page(t).Text(); !strings.Contains(text, "61,234 entries") {
		t.Error("the page of the document does not say how much it holds")
	}
	var content struct {
		LeftOut int `json:"left_out"`
		Content struct{ Tracks []any }
	}
	v.get("/api/v1/documents/"+id).json(t, &content)
	if content.LeftOut != 0 || len(content.Content.Tracks) != 61_234 {
		t.Errorf("%d are left out, %d are there", content.LeftOut, len(content.Content.Tracks))
	}
}

// The API gives no more than a part of a document beyond all measure.
func TestAPIGivesAPartOfALargeDocument(t *testing.T) {
	k := accounttest.Kind{Name: "YourLibrary.json", Before: `{"tracks":[`, Element: `{"track":"t%d"}`, After: `]}`}
	s := newSiteFor(t, 256<<20)
	v := s.visitor(t)
	v.upload("", file{"my_spotify_data.zip", zipped(t, file{"Spotify Account Data/" + k.Name, k.JSON(250_000)})}).want(t, http.StatusCreated)
	var content struct {
		Bytes   int
		LeftOut int `json:"left_out"`
		Content struct{ Tracks []any }
	}
	a := v.get("/api/v1/documents/" + documentID(t, v, k.Name))
	a.json(t, &content)
	// Each that is missing is an element with a field.
	if n := len(content.Content.Tracks); n+content.LeftOut/2 != 250_000 || content.LeftOut == 0 || len(a.body) > 5<<20 {
		t.Errorf("of %d bytes: %d tracks in %d bytes, %d left out", content.Bytes, n, len(a.body), content.LeftOut)
	}
}

func documentID(t *testing.T, v *visitor, name string) string {
	t.Helper()
	var list struct{ Items []struct{ Name, ID string } }
	v.get("/api/v1/documents").json(t, &list)
	for _, d := range list.Items {
		if d.Name == name {
			return d.ID
		}
	}
	t.Fatalf("no %s among %+v", name, list)
	return ""
}
