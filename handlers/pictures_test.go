package handlers_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// offer is what the API says can be made.
type offer struct {
	Kinds []struct{ Kind, Of, Title, Alt, PNG, SVG string }
	Sizes []string
}

// TestPictures asks for every picture that is offered, and sees that it is one.
func TestPictures(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", aLife()).want(t, http.StatusCreated)
	var made offer
	v.get("/api/v1/pictures").want(t, http.StatusOK).json(t, &made)
	var kinds []string
	for i, k := range made.Kinds {
		kinds = append(kinds, k.Kind)
		address, err := url.Parse(k.PNG)
		if err != nil {
			t.Fatal(err)
		}
		query := address.Query()
		size := made.Sizes[i%len(made.Sizes)]
		query.Set("size", size)
		a := v.get(address.Path+"?"+query.Encode()).want(t, http.StatusOK)
		decoded, err := png.Decode(bytes.NewReader(a.body))
		if err != nil {
			t.Fatalf("%s: %v", k.Kind, err)
		}
		if got := strconv.Itoa(decoded.Bounds().Dx()) + "x" + strconv.Itoa(decoded.Bounds().Dy()); got != size {
			t.Errorf("%s is %s, want %s", k.Kind, got, size)
		}
		if got := a.Header.Get("Cache-Control"); got != "private, no-store" || a.Header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: %q, %q", k.Kind, got, a.Header.Get("Content-Type"))
		}
		a = v.get(k.SVG).want(t, http.StatusOK)
		var document struct {
			Title string `xml:"title"`
			Desc  string `xml:"desc"`
		}
		if err := xml.Unmarshal(a.body, &document); err != nil || document.Title != k.Title || document.Desc != k.Alt || k.Alt == "" {
			t.Errorf("%s: %v, %+v, want %q", k.Kind, err, document, k.Alt)
		}
	}
	if got := strings.Join(kinds, " "); got != "story year era artist track day streak" {
		t.Errorf("offered: %s", got)
	}

	doc := v.get("/pictures?picture=year&of=2022&size=1080x1080&theme=dark&tz=Asia/Tokyo").want(t, http.StatusOK).page(t)
	img := doc.Find("main figure img")
	if img.AttrOr("width", "") != "1080" || img.AttrOr("height", "") != "1080" || !strings.Contains(img.AttrOr("alt", ""), "in 2022") {
		t.Errorf("the picture is %v", img.Nodes)
	}
	for _, link := range doc.Find("main a[download]").EachIter() {
		v.get(link.AttrOr("href", "")).want(t, http.StatusOK)
		if !strings.HasPrefix(link.AttrOr("download", ""), "year-2022-1080x1080.") {
			t.Errorf("a download is called %q", link.AttrOr("download", ""))
		}
	}
}

// TestPicturesHideNames: with names hidden none is in the picture or its text.
func TestPicturesHideNames(t *testing.T) {
	v := newSite(t).visitor(t)
	plays := make([]play, 0, 30)
	for i := range 30 {
		plays = append(plays, play{ts: "2022-03-0" + strconv.Itoa(1+i%3) + "T1" + strconv.Itoa(i%9) + ":00:00Z", ms: 60_000 + i, track: "Secretsong", artist: "Secretartist", album: "Secretalbum", uri: "spotify:track:" + strings.Repeat("1", 22)})
	}
	v.upload("", file{"Streaming_History_Audio_2022.json", history(plays...)}).want(t, http.StatusCreated)
	var made offer
	v.get("/api/v1/pictures?hide=names").want(t, http.StatusOK).json(t, &made)
	if len(made.Kinds) < 8 {
		t.Fatalf("%d kinds", len(made.Kinds))
	}
	for _, k := range made.Kinds {
		if strings.Contains(k.Alt+k.Title, "Secret") {
			t.Errorf("%s says %q, %q", k.Kind, k.Title, k.Alt)
		}
		if body := v.get(k.SVG).want(t, http.StatusOK).body; bytes.Contains(body, []byte("Secret")) || !strings.Contains(k.SVG, "hide=names") {
			t.Errorf("%s: %s", k.Kind, k.SVG)
		}
	}
}

// TestPicturesRefuse: what cannot be drawn is a 4xx that names the parameter.
func TestPicturesRefuse(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", aLife()).want(t, http.StatusCreated)
	for address, want := range map[string]struct {
		status int
		code   string
		field  string
	}{
		"/pictures/moon.png":                        {400, "bad_parameter", "picture"},
		"/pictures/year.png?size=2x2":               {400, "bad_parameter", "size"},
		"/pictures/year.png?theme=blue":             {400, "bad_parameter", "theme"},
		"/pictures/year.svg?hide=all":               {400, "bad_parameter", "hide"},
		"/pictures/year.svg?of=22":                  {400, "bad_parameter", "of"},
		"/pictures/day.svg?of=yesterday":            {400, "bad_parameter", "of"},
		"/pictures/story.svg?of=2022":               {400, "bad_parameter", "of"},
		"/pictures/story.svg?from=never":            {400, "bad_parameter", "from"},
		"/pictures/story.svg?from=2023&to=2022":     {400, "bad_parameter", "from"},
		"/pictures/artist.png?of=nobody":            {404, "not_found", ""},
		"/pictures/year.gif":                        {404, "not_found", ""},
		"/pictures/year.png?of=1999":                {404, "too_little", ""},
		"/pictures/obsession.png":                   {404, "too_little", ""},
		"/pictures/streak.png?from=2021&to=2021":    {404, "too_little", ""},
		"/api/v1/pictures?size=2x2":                 {400, "bad_parameter", "size"},
		"/api/v1/pictures?picture=artist&of=nobody": {404, "not_found", ""},
	} {
		var e struct {
			Error struct{ Code, Field, Message string }
		}
		v.request(http.MethodGet, address, nil, "Accept", "application/json").want(t, want.status).json(t, &e)
		if e.Error.Code != want.code || e.Error.Field != want.field || e.Error.Message == "" {
			t.Errorf("%s: %+v", address, e.Error)
		}
	}
	// A page does without what it cannot use, and says so.
	doc := v.get("/pictures?picture=moon&size=2x2&theme=dark").want(t, http.StatusOK).page(t)
	if said := text(doc, "body"); !strings.Contains(said, "“moon” was not used.") || !strings.Contains(said, "“2x2” was not used.") {
		t.Errorf("the page says %q", said)
	}
	nobody := v.site.visitor(t)
	if a := nobody.get("/pictures/year.png"); a.StatusCode >= 500 || a.StatusCode == http.StatusOK {
		t.Errorf("without data: %d", a.StatusCode)
	}
	nobody.request(http.MethodGet, "/api/v1/pictures", nil, "Accept", "application/json").want(t, http.StatusUnauthorized)
}

// TestPicturesAreMetered: an address makes so many an hour, and may go on later.
func TestPicturesAreMetered(t *testing.T) {
	s := newSiteWith(t, siteOptions{uploadBytes: uploadBytes, hourlyBytes: 1 << 18})
	v := s.visitor(t)
	v.upload("", aLife()).want(t, http.StatusCreated)
	from := []string{"X-Forwarded-For", "203.0.113.9", "Accept", "application/json"}
	status := http.StatusOK
	var last answer
	for n := 0; status == http.StatusOK && n < 50; n++ {
		last = v.request(http.MethodGet, "/pictures/streak.svg", nil, from...)
		status = last.StatusCode
	}
	wait, err := strconv.Atoi(last.Header.Get("Retry-After"))
	if status != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 3600 {
		t.Fatalf("%d, Retry-After %q", status, last.Header.Get("Retry-After"))
	}
	var e struct {
		Error struct{ Code, Message string }
	}
	if last.json(t, &e); e.Error.Code != "too_many_pictures" {
		t.Errorf("%+v", e)
	}
	v.request(http.MethodGet, "/pictures", nil, from...).want(t, http.StatusOK)
	v.request(http.MethodGet, "/pictures/streak.svg", nil, "X-Forwarded-For", "203.0.113.10").want(t, http.StatusOK)
}

// TestPagesLeadToPictures: each page that tells of something leads to its picture.
func TestPagesLeadToPictures(t *testing.T) {
	v := newSite(t).visitor(t)
	v.upload("", aLife()).want(t, http.StatusCreated)
	var artists struct{ Items []struct{ ID string } }
	v.get("/api/v1/top/artists").json(t, &artists)
	for page, picture := range map[string]string{
		"/": "story", "/years/2022": "year", "/eras": "era", "/artists/" + artists.Items[0].ID: "artist", "/days/2022-03-01": "day",
	} {
		link := v.get(page).want(t, http.StatusOK).page(t).Find("main a[href*='/pictures?picture=" + picture + "']")
		if link.Length() == 0 {
			t.Errorf("%s leads to no picture", page)
			continue
		}
		doc := v.get(link.First().AttrOr("href", "")).want(t, http.StatusOK).page(t)
		v.get(doc.Find("main figure img").AttrOr("src", "")).want(t, http.StatusOK)
	}
}
