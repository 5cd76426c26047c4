package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestStoryBeginsWithTheImport: the first page after an import says what became of
// the files, what was refused first, and says it once.
func TestStoryBeginsWithTheImport(t *testing.T) {
	one := file{"endsong_0.json", history(play{ts: "2024-01-01T10:00:00Z", ms: 200_000, track: "A", artist: "X", album: "L", uri: "spotify:track:0000000000000000000001"})}
	two := file{"endsong_1.json", history(play{ts: "2024-01-02T10:00:00Z", ms: 100_000, track: "B", artist: "Y", album: "L", uri: "spotify:track:0000000000000000000002"})}
	playlists := file{"Playlist1.json", []byte(`{"playlists": []}`)}
	broken, other := file{"<em>broken.json", []byte("{oops")}, file{"other.json", []byte("{oops")}
	v := newSite(t).visitor(t)
	for _, c := range []struct {
		mode  string
		files []file
		want  string
	}{
		{"", []file{one}, "1 of 1 row kept; every one accounted for."},
		{"add", []file{one, two}, "With what you added, 2 of 3 rows kept; every one accounted for."},
		{"replace", []file{two, broken}, "<em>broken.json could not be read. 1 of 1 row kept; every one accounted for."},
		{"add", []file{one}, "With what you added, 2 of 2 rows kept; every one accounted for."},
		{"replace", []file{broken, two, other}, "2 files could not be read as a whole, <em>broken.json among them. 1 of 1 row kept; every one accounted for."},
		{"replace", []file{playlists}, "1 file read, none of them listening history; every one accounted for."},
	} {
		body, contentType := form(t, c.mode, c.files...)
		v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType).want(t, http.StatusSeeOther)
		v.request(http.MethodHead, "/", nil).want(t, http.StatusOK)
		page := v.get("/").want(t, http.StatusOK).page(t)
		if got := text(page, "#imported"); got != c.want {
			t.Errorf("said %q, want %q", got, c.want)
		}
		if page.Find(`#imported a[href="/receipt"]`).Length() == 0 {
			t.Errorf("%q leads to no receipt", c.want)
		}
		if again := text(v.get("/").page(t), "#imported"); again != "" {
			t.Errorf("said again: %q", again)
		}
	}

	// An upload that is refused whole stays at the form.
	body, contentType := form(t, "", broken)
	refused := v.request(http.MethodPost, "/uploads", body, "Content-Type", contentType)
	if page := refused.page(t); refused.StatusCode < 400 || page.Find("form#upload").Length() != 1 {
		t.Errorf("refused: status %d, without the form", refused.StatusCode)
	}
	if got := text(v.get("/").page(t), "#imported"); got != "" {
		t.Errorf("after a refusal the story says %q", got)
	}

	v = newSite(t).visitor(t)
	v.takeSample()
	if got := text(v.get("/").page(t), "#imported"); !strings.HasPrefix(got, "Here is somebody invented: ") {
		t.Errorf("of the sample: %q", got)
	}
}
