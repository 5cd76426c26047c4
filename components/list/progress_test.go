package list

import (
	"bytes"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func TestProgressAsksAgainUntilItIsOver(t *testing.T) {
	render := func(v ProgressView) *goquery.Document {
		var b bytes.Buffer
		if err := Progress(v).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	v := ProgressView{PollURL: "/partials/imports/1", Sentence: "File 3 of 7 · 84,000 plays so far", Done: 3, All: 7}
	if render(v).Find(`.reading[hx-get="/partials/imports/1"][hx-trigger] progress[value="3"][max="7"]`).Length() != 1 {
		t.Error("a running import is not asked about again")
	}
	v.PollURL = ""
	if render(v).Find("[hx-get]").Length() != 0 {
		t.Error("a finished import is asked about again")
	}
	v.TakeOverURL = "/imports/1"
	if render(v).Find(`[hx-post="/imports/1"][hx-trigger=load]`).Length() != 1 {
		t.Error("an import that nobody is at is not taken over")
	}
}
