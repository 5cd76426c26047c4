package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/internal/mp4"
)

// A reelAnswer is a reel as the API tells it.
type reelAnswer struct {
	ID, Revision, Title, State, Reason, Theme string
	Artist, Song, Day                         string
	Stale                                     bool
	Ready                                     int `json:"clips_ready"`
	Clips                                     int
	Order                                     []struct {
		Kind  string
		Ready bool
		Video string `json:"video_url"`
		Still string `json:"still_url"`
	}
	Film *struct{ URL string }
}

// reel asks the API of reels.
func (v *visitor) reel(method, path string, fields map[string]any, want int, header ...string) (r reelAnswer) {
	v.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		v.t.Fatal(err)
	}
	a := v.request(method, "/api/v1/reels"+path, bytes.NewReader(body), append([]string{"Content-Type", "application/json"}, header...)...).want(v.t, want)
	if len(a.body) > 0 && want < 300 {
		a.json(v.t, &r)
	}
	return r
}

// TestClips: the page offers clips, each with its still, and each is a video that can be
// sought in. Another person has none of them.
func TestClips(t *testing.T) {
	s, v := sampled(t)
	page := v.get("/reel?size=square").want(t, http.StatusOK).page(t)
	cards := page.Find(".clips > li")
	if cards.Length() < 7 {
		t.Errorf("%d clips offer themselves: %s", cards.Length(), cards.Find("h2").Text())
	}
	one := cards.Has("video[src*='months.mp4']") // of the shortest
	video, still := one.Find("video").AttrOr("src", ""), one.Find("video").AttrOr("poster", "")
	if one.Find("a[download]").Length() != 2 || text(page, ".clips > li p") == "" {
		t.Error("a clip cannot be taken along, or says nothing")
	}
	picture := v.get(still).want(t, http.StatusOK)
	if img, err := png.Decode(bytes.NewReader(picture.body)); err != nil || img.Bounds().Dx() != 1080 || img.Bounds().Dy() != 1080 {
		t.Errorf("the still: %v", err)
	}
	whole := v.get(video).want(t, http.StatusOK)
	movie, err := mp4.Parse(whole.body)
	if err != nil || movie.Width != 1080 || len(movie.Samples) != 6*30 {
		t.Fatalf("a clip of %d samples: %v", len(movie.Samples), err)
	}
	if len(whole.body) > 6*68_000 {
		t.Errorf("it takes %d bytes", len(whole.body))
	}
	tag := whole.Header.Get("ETag")
	if got := whole.Header; got.Get("Cache-Control") != "private, no-store" || got.Get("Content-Type") != "video/mp4" || !strings.HasPrefix(tag, `"`) || got.Get("Accept-Ranges") != "bytes" {
		t.Errorf("headers %v", got)
	}
	size := len(whole.body)
	for _, c := range []struct {
		header     []string
		status     int
		from, size int
	}{
		{[]string{"Range", "bytes=0-99"}, http.StatusPartialContent, 0, 100},
		{[]string{"Range", "bytes=100-"}, http.StatusPartialContent, 100, size - 100},
		{[]string{"Range", "bytes=-50"}, http.StatusPartialContent, size - 50, 50},
		{[]string{"Range", "bytes=10-19", "If-Range", tag}, http.StatusPartialContent, 10, 10},
		{[]string{"Range", "bytes=10-19", "If-Range", `"another"`}, http.StatusOK, 0, size},
		{[]string{"Range", "bytes=0-1,5-6"}, http.StatusOK, 0, size},
		{[]string{"Range", fmt.Sprintf("bytes=%d-", size)}, http.StatusRequestedRangeNotSatisfiable, 0, -1},
		{[]string{"If-None-Match", tag}, http.StatusNotModified, 0, 0},
	} {
		got := v.request(http.MethodGet, video, nil, c.header...)
		if got.StatusCode != c.status {
			t.Errorf("%v: status %d", c.header, got.StatusCode)
		} else if c.size >= 0 && !bytes.Equal(got.body, whole.body[c.from:c.from+c.size]) {
			t.Errorf("%v: %d other bytes", c.header, len(got.body))
		}
	}
	if head := v.request(http.MethodHead, video, nil).want(t, http.StatusOK); head.ContentLength != int64(size) {
		t.Errorf("HEAD says %d bytes", head.ContentLength)
	}
	for path, want := range map[string]int{
		"/reel/clips/race.mp4?size=huge": 400, "/reel/clips/race.mp4?theme=pink": 400, "/reel/clips/race.mp4?from=yesterday": 400,
		"/reel/clips/race.mp4?hide_names=perhaps": 400, "/reel/clips/nothing.mp4": 404, "/reel/clips/race.gif": 404, "/reel/clips/race": 404,
		"/reel/clips/obsession.png?song=nothing": 404, "/reel/clips/race.png?from=1990&to=1990": 404,
	} {
		v.get(path).want(t, want)
	}
	if policy := whole.Header.Get("Content-Encoding"); policy != "" {
		t.Errorf("the video is encoded as %s", policy)
	}
	stranger := s.visitor(t)
	stranger.request(http.MethodGet, video, nil, "Accept", "application/json").want(t, http.StatusUnauthorized)
	stranger.get(video).want(t, http.StatusSeeOther)
}

// TestReel: a reel is made, changed, stitched and deleted, by a program.
func TestReel(t *testing.T) {
	s, v := sampled(t)
	r := v.reel(http.MethodPost, "?from=2024&to=2024", map[string]any{"title": "  The year  ", "size": "square", "order": []string{"months", "finale"}}, http.StatusCreated)
	if r.Title != "The year" || r.State != "draft" || r.Clips != 2 || r.Film != nil {
		t.Errorf("%+v", r)
	}
	at := "/" + r.ID
	for name, wrong := range map[string]map[string]any{
		"title": {"title": " "}, "long title": {"title": strings.Repeat("x", 101)}, "order": {"order": []string{}}, "kind": {"order": []string{"waltz"}},
		"twice": {"order": []string{"race", "race"}}, "size": {"size": "huge"}, "field": {"colour": "red"}, "type": {"title": 3},
	} {
		v.reel(http.MethodPatch, at, wrong, http.StatusBadRequest, "If-Match", r.Revision)
		if name == "title" || name == "field" {
			v.reel(http.MethodPost, "", wrong, http.StatusBadRequest)
		}
	}
	v.reel(http.MethodPatch, at, map[string]any{"theme": "light"}, http.StatusPreconditionFailed)
	v.reel(http.MethodPatch, at, map[string]any{"theme": "light"}, http.StatusPreconditionFailed, "If-Match", `"another"`)
	changed := v.reel(http.MethodPatch, at, map[string]any{"theme": "light", "order": []string{"finale", "months"}}, http.StatusOK, "If-Match", r.Revision)
	if changed.Theme != "light" || changed.Order[0].Kind != "finale" || changed.Revision == r.Revision {
		t.Errorf("%+v", changed)
	}
	v.reel(http.MethodPatch, at, map[string]any{"theme": "dark"}, http.StatusPreconditionFailed, "If-Match", r.Revision)
	v.get("/api/v1/reels"+at+"/film.mp4").want(t, http.StatusNotFound)

	wanted := v.reel(http.MethodPost, at+"/film", nil, http.StatusAccepted)
	var states []string
	for wanted.State != "ready" && len(states) < 10 {
		states = append(states, fmt.Sprint(wanted.State, wanted.Ready))
		wanted = v.reel(http.MethodGet, at, nil, http.StatusOK)
	}
	if got := strings.Join(states, " "); got != "making0 making1 stitching2" {
		t.Errorf("it went %s", got)
	}
	film := v.get(wanted.Film.URL).want(t, http.StatusOK)
	movie, err := mp4.Parse(film.body)
	if err != nil || len(movie.Samples) != 30*(8+6) {
		t.Errorf("a film of %d samples: %v", len(movie.Samples), err)
	}
	stale := v.reel(http.MethodPatch, at, map[string]any{"theme": "dark"}, http.StatusOK, "If-Match", wanted.Revision)
	if stale.State != "ready" || !stale.Stale || !bytes.Equal(v.get(stale.Film.URL).body, film.body) {
		t.Errorf("after a change: %+v", stale)
	}

	other := s.visitor(t)
	other.reel(http.MethodGet, at, nil, http.StatusUnauthorized)
	other.upload("", library(t)).want(t, http.StatusCreated)
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPatch} {
		other.reel(method, at, map[string]any{}, http.StatusNotFound)
	}
	other.get("/reels"+at).want(t, http.StatusNotFound)

	var list struct{ Reels []reelAnswer }
	second := v.reel(http.MethodPost, "", nil, http.StatusCreated)
	if v.get("/api/v1/reels").json(t, &list); len(list.Reels) != 2 || second.Clips < 6 {
		t.Errorf("%d reels, the second of %d clips", len(list.Reels), second.Clips)
	}
	v.reel(http.MethodDelete, at, nil, http.StatusNoContent)
	v.reel(http.MethodDelete, at, nil, http.StatusNotFound)
	v.reel(http.MethodGet, at, nil, http.StatusNotFound)
}

// TestReelWithoutScript: with forms alone, and one request that makes what is missing.
func TestReelWithoutScript(t *testing.T) {
	s, v := sampled(t)
	page := v.get("/reel?size=square&hide_names=1").want(t, http.StatusOK).page(t)
	form := page.Find(".reel-new form")
	fields := url.Values{"title": {"Mine <em>"}}
	form.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) { fields.Add(in.AttrOr("name", ""), in.AttrOr("value", "")) })
	// Who reloads what was refused is led back to the clips.
	v.post(form.AttrOr("action", ""), url.Values{"title": {""}}).want(t, http.StatusBadRequest)
	if to := v.get("/reels").want(t, http.StatusSeeOther).Header.Get("Location"); to != "/reel" {
		t.Errorf("/reels leads to %q", to)
	}
	at := v.post(form.AttrOr("action", ""), fields).want(t, http.StatusSeeOther).Header.Get("Location")
	page = v.get(at).want(t, http.StatusOK).page(t)
	if text(page, "h1") != "Mine <em>" || page.Find("video").Length() > 0 {
		t.Errorf("a new reel is called %q", text(page, "h1"))
	}
	change := url.Values{
		"title": {"Ours"}, "size": {"square"}, "theme": {"light"}, "revision": {page.Find("[name=revision]").AttrOr("value", "")},
		"order": {"months", "finale"}, "place-months": {"2"}, "place-finale": {"1"},
	}
	v.post(at, change).want(t, http.StatusSeeOther)
	v.post(at, change).want(t, http.StatusPreconditionFailed) // from an older tab
	page = v.get(at).want(t, http.StatusOK).page(t)
	if got := text(page, ".reel-order li label"); got != "The record" || page.Find(".reel-order input[checked]").Length() != 2 {
		t.Errorf("first comes %q", got)
	}
	v.post(page.Find(".film form").AttrOr("action", ""), nil).want(t, http.StatusSeeOther)
	page = v.get(at).want(t, http.StatusOK).page(t)
	video := page.Find(".film video").AttrOr("src", "")
	if movie, err := mp4.Parse(v.get(video).want(t, http.StatusOK).body); err != nil || len(movie.Samples) != 30*(8+6) {
		t.Errorf("the film: %v", err)
	}
	if got := text(v.get("/reel").page(t), ".reel-list"); !strings.Contains(got, "Ours") || !strings.Contains(got, "A film") {
		t.Errorf("the list says %q", got)
	}

	// What is added makes it stale, and it stays.
	v.upload("", library(t)).want(t, http.StatusCreated)
	if got := v.get("/reel").page(t).Find(".reel-list").Length(); got != 0 {
		t.Error("a reel of the invented listener is seen with data of one's own")
	}
	own := v.reel(http.MethodPost, "", map[string]any{"order": []string{"months"}, "size": "square"}, http.StatusCreated)
	v.reel(http.MethodPost, "/"+own.ID+"/film", nil, http.StatusAccepted)
	for range 3 {
		own = v.reel(http.MethodGet, "/"+own.ID, nil, http.StatusOK)
	}
	if own.State != "ready" {
		t.Fatalf("%+v", own)
	}
	film := v.get(own.Film.URL).body
	v.upload("", file{"more.json", history(play{ts: "2023-03-01T10:00:00Z", track: "One more", artist: "Somebody", album: "It", uri: "spotify:track:9999999999999999999999", ms: 200_000})}).want(t, http.StatusCreated)
	own = v.reel(http.MethodGet, "/"+own.ID, nil, http.StatusOK)
	if own.State != "ready" || !own.Stale || !bytes.Equal(v.get(own.Film.URL).body, film) {
		t.Errorf("after adding: %+v", own)
	}

	// Nothing of it is left when the data is deleted.
	for _, key := range s.keys(t, "") {
		blob, err := s.bucket.Get(t.Context(), key)
		if err != nil || bytes.Contains(blob, []byte("Ours")) || bytes.Contains(blob, []byte("ftyp")) {
			t.Errorf("%s has something in clear, or %v", key, err)
		}
	}
	v.post("/reset", nil).want(t, http.StatusSeeOther)
	for _, key := range s.keys(t, "") {
		if !strings.HasPrefix(key, "notes/") {
			t.Errorf("%s is left", key)
		}
	}
}

// TestManyClips: what is made counts against the budget of an address. What has been
// made can still be watched.
func TestManyClips(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, hourlyBytes: 1 << 19})
	v := s.visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated) // from a private address, which does not count
	from := []string{"X-Forwarded-For", "203.0.113.7", "Accept", "application/json"}
	var made, refused answer
	for _, path := range []string{"months.mp4", "finale.mp4", "finale.png"} {
		path = "/reel/clips/" + path + "?size=square"
		switch a := v.request(http.MethodGet, path, nil, from...); a.StatusCode {
		case http.StatusOK:
			made = a
		case http.StatusTooManyRequests:
			refused = a
		default:
			a.want(t, http.StatusOK)
		}
	}
	if made.Response == nil || refused.Response == nil {
		t.Fatal("the budget is not asked, or nothing is made")
	}
	if refused.Header.Get("Retry-After") == "" || !bytes.Contains(refused.body, []byte(`"too_many_clips"`)) {
		t.Errorf("the refusal says %s", refused.body)
	}
	again := v.request(http.MethodGet, made.Request.URL.RequestURI(), nil, from...).want(t, http.StatusOK)
	if !bytes.Equal(again.body, made.body) {
		t.Error("another clip")
	}
}

// TestWithoutReels: where an operator leaves videos out there are none.
func TestWithoutReels(t *testing.T) {
	v := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, noReels: true}).visitor(t)
	v.upload("", library(t)).want(t, http.StatusCreated)
	for _, path := range []string{"/reel", "/reel/clips/race.mp4", "/reels/0123456789abcdef", "/api/v1/reel", "/api/v1/reels"} {
		v.get(path).want(t, http.StatusNotFound)
	}
	if links := v.get("/").page(t).Find(`a[href^="/reel"]`).Length(); links != 0 {
		t.Errorf("%d links to reels", links)
	}
}

// TestReelChoices: a person chooses whose months, which obsession and which day a reel
// tells. A clip of another choice is another clip, and the film is stale then.
func TestReelChoices(t *testing.T) {
	_, v := sampled(t)
	const year = "from=2017&to=2026"
	var offers struct {
		Clips []struct {
			Kind, Text string
			Still      string `json:"still_url"`
			Choices    []struct{ Value, Label string }
		}
	}
	v.get("/api/v1/reel?size=square&"+year).json(t, &offers)
	chosen := make(map[string]string) // the last that each kind offers
	texts := make(map[string]string)
	for _, c := range offers.Clips {
		texts[c.Kind] = c.Text
		if len(c.Choices) > 1 {
			chosen[c.Kind] = c.Choices[len(c.Choices)-1].Value
		}
	}
	fields := map[string]string{"months": "artist", "obsession": "song", "day": "day"}
	page := v.get("/reel?" + year).page(t)
	for kind, field := range fields {
		if chosen[kind] == "" || page.Find("select[name="+field+"] option").Length() < 3 {
			t.Fatalf("%s offers no choice: %+v", kind, offers)
		}
	}

	// A program.
	r := v.reel(http.MethodPost, "?"+year, map[string]any{"size": "square", "order": []string{"months"}}, http.StatusCreated)
	v.reel(http.MethodPost, "/"+r.ID+"/film", nil, http.StatusAccepted)
	for range 2 {
		r = v.reel(http.MethodGet, "/"+r.ID, nil, http.StatusOK)
	}
	if r.State != "ready" || r.Stale {
		t.Fatalf("%+v", r)
	}
	still := v.get(r.Order[0].Still).body
	r = v.reel(http.MethodPatch, "/"+r.ID, map[string]any{"artist": chosen["months"]}, http.StatusOK, "If-Match", r.Revision)
	if r.Artist != chosen["months"] || !r.Stale || r.Ready != 0 || bytes.Equal(v.get(r.Order[0].Still).want(t, http.StatusOK).body, still) {
		t.Errorf("with an artist: %+v", r)
	}
	r = v.reel(http.MethodPatch, "/"+r.ID, map[string]any{"artist": ""}, http.StatusOK, "If-Match", r.Revision)
	if r.Artist != "" || r.Stale {
		t.Errorf("without the artist again: %+v", r)
	}
	for field, values := range map[string][]any{
		"artist": {"AAAAAAAAAAA", "no artist", strings.Repeat("a", 100), 7},
		"song":   {"AAAAAAAAAAA", strings.Repeat("a", 100)},
		"day":    {"2024-02-30", "2009-01-01", "yesterday", true},
	} {
		for _, value := range values {
			for _, a := range []answer{
				v.request(http.MethodPatch, "/api/v1/reels/"+r.ID, body(t, map[string]any{field: value}), "Content-Type", "application/json", "If-Match", r.Revision),
				v.request(http.MethodPost, "/api/v1/reels?"+year, body(t, map[string]any{field: value}), "Content-Type", "application/json"),
				v.get("/api/v1/reel?" + year + "&" + field + "=" + url.QueryEscape(fmt.Sprint(value))),
			} {
				if a.StatusCode != http.StatusBadRequest || !bytes.Contains(a.body, []byte(`"field":"`+field+`"`)) {
					t.Errorf("%s %v: %d %s", field, value, a.StatusCode, a.body)
				}
			}
		}
	}

	// A form, without script.
	query := url.Values{"size": {"square"}}
	for kind, field := range fields {
		query.Set(field, chosen[kind])
	}
	page = v.get("/reel?"+year+"&"+query.Encode()).want(t, http.StatusOK).page(t)
	form := page.Find(".reel-new form")
	sent := url.Values{"title": {"Chosen"}}
	form.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) { sent.Add(in.AttrOr("name", ""), in.AttrOr("value", "")) })
	at := v.post(form.AttrOr("action", ""), sent).want(t, http.StatusSeeOther).Header.Get("Location")
	page = v.get(at).want(t, http.StatusOK).page(t)
	got := v.reel(http.MethodGet, "/"+strings.TrimPrefix(at, "/reels/"), nil, http.StatusOK)
	for kind, field := range fields {
		if is := page.Find("select[name="+field+"] option[selected]").AttrOr("value", ""); is != chosen[kind] {
			t.Errorf("the form has %s %q: want %q", field, is, chosen[kind])
		}
	}
	if got.Artist != chosen["months"] || got.Song != chosen["obsession"] || got.Day != chosen["day"] {
		t.Errorf("%+v", got)
	}
	v.get("/api/v1/reel?"+year+"&"+query.Encode()).json(t, &offers)
	for _, c := range offers.Clips {
		if fields[c.Kind] != "" && c.Text == texts[c.Kind] {
			t.Errorf("%s says still: %s", c.Kind, c.Text)
		}
	}
	// A page goes on without what is not there, and says so.
	if page := v.get("/reel?"+year+"&song=AAAAAAAAAAA").want(t, http.StatusOK).page(t); !strings.Contains(page.Text(), "was no obsession here") {
		t.Error("the page does not say what it leaves out")
	}
}

func body(t *testing.T, fields map[string]any) *bytes.Reader {
	t.Helper()
	content, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(content)
}
