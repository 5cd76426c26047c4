package platform

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// playReel makes a film without script, and plays it in parts, whichever instance answers.
func playReel(t *testing.T, v *harness.Client) {
	t.Helper()
	send := func(path string, form url.Values) string {
		t.Helper()
		resp, b := v.Do(http.MethodPost, path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
		if resp.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %s: %.300s", path, resp.Status, b)
		}
		return resp.Header.Get("Location")
	}
	page := v.See("/reel?size=square")
	create := page.Find(".reel-new form").AttrOr("action", "")
	if create == "" {
		t.Fatal("no clip offers itself")
	}
	at := send(create, url.Values{"title": {"On any instance"}, "size": {"square"}, "order": {"months", "milestones"}})
	send(v.See(at).Find(".film form").AttrOr("action", ""), nil)
	film := v.See(at).Find(".film video").AttrOr("src", "")
	whole, content := v.Do(http.MethodGet, film, nil)
	if whole.StatusCode != http.StatusOK || whole.Header.Get("Content-Type") != "video/mp4" || !strings.Contains(string(content[:min(len(content), 12)]), "ftyp") {
		t.Fatalf("film: %s, %d bytes", whole.Status, len(content))
	}
	for range 2 {
		part, b := v.Do(http.MethodGet, film, nil, "Range", "bytes=1000-1999", "If-Range", whole.Header.Get("Etag"))
		if part.StatusCode != http.StatusPartialContent || string(b) != string(content[1000:2000]) {
			t.Errorf("a part of it: %s, %d bytes", part.Status, len(b))
		}
	}
}
