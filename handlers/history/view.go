package history

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

const historyPageSize = 100

// headline names what the history is narrowed to, when it is.
func headline(req *web.Request) prose.Text {
	if !req.HasPlays() {
		return prose.Of("No plays here yet.")
	}
	t := prose.Of("Every " + words.Marked(req.Lens.Only, "play"))
	if req.Lens.Kinds != 0 {
		t = t.Plain(words.OfKinds(req.Lens.Kinds))
	}
	for _, about := range []struct {
		by lens.EntityKind
		id string
	}{
		{lens.Track, req.Lens.Track}, {lens.Episode, req.Lens.Track}, {lens.Chapter, req.Lens.Track},
		{lens.Album, req.Lens.Album}, {lens.Artist, req.Lens.Artist},
		{lens.Show, req.Lens.Show}, {lens.Audiobook, req.Lens.Audiobook},
	} {
		if e, ok := req.Data.Find(about.by, about.id); ok {
			t = t.Plain(" of ").Link(words.Untitled(e.Name), web.EntityHref(about.by, e.ID, req.Lens))
			break
		}
	}
	if times := words.Times(req.Lens); times != "" {
		t = t.Plain(" that began" + times)
	}
	return t.Plain(words.SelectionOf(req.Lens) + ", newest first.")
}

func newTimeline(req *web.Request) (list.Timeline, error) {
	p, err := req.Data.Plays(req.Lens, historyPageSize)
	if err != nil {
		return list.Timeline{}, err
	}
	zone := req.Lens.Zone()
	m := list.Timeline{
		Frame: req.Frame("Plays", p.Total, "play", "plays"),
		Days: web.Days(req.Lens, p.Items,
			func(it dataset.Item) lens.Date { return lens.DateIn(it.TS, zone) },
			func(it dataset.Item) templ.Component { return play(req, it) }),
	}
	if len(m.Days) > 0 && req.Lens.After != "" {
		m.Days[0].Continued = true
	}
	if p.Prev != "" {
		m.Newer = new(web.NewStep("Newer", web.PathHistory, nil, req.Lens.WithAfter(p.Prev)))
	} else if req.Lens.After != "" {
		m.Newer = new(web.NewStep("Newest", web.PathHistory, nil, req.Lens.WithAfter("")))
	}
	if p.Next != "" {
		m.Older = web.NewOlder("Older", web.PathHistory, nil, req.Lens.WithAfter(p.Next))
	}
	if len(p.Items) == 0 {
		m.Empty = new(web.NewEmptyView(req, "plays"))
	}
	return m, nil
}

// creatorHref is the page of who made what was played; empty where there is none.
func creatorHref(req *web.Request, it dataset.Item) string {
	switch it.Kind {
	case export.KindMusic:
		return web.EntityHref(lens.Artist, it.CreatorID, req.Lens)
	case export.KindPodcast:
		return web.EntityHref(lens.Show, it.CreatorID, req.Lens)
	}
	return ""
}

// kindOf says what was played where it is no music.
func kindOf(it dataset.Item) string {
	switch {
	case it.Video:
		return "video"
	case it.Kind == export.KindPodcast:
		return "podcast"
	case it.Kind == export.KindAudiobook:
		return "audiobook"
	}
	return ""
}

// deviceOf is the kind of device of a play; account data does not tell.
func deviceOf(it dataset.Item) string {
	if it.Platform == "" {
		return ""
	}
	return words.FamilyName(it.Family)
}

// howItEnded puts Spotify's reason in one word.
func howItEnded(it dataset.Item) (word string, skipped bool) {
	switch skipped = it.Traits&lens.Skipped != 0; {
	case it.UnknownLength:
		return web.UnknownLength, skipped
	case skipped:
		return "skipped", true
	}
	switch it.ReasonEnd {
	case "trackdone":
		return "finished", false
	case "endplay", "clickrow", "clickside", "playbtn", "remote", "popup", "uriopen", "requested":
		return "switched", false
	case "logout", "unexpected-exit", "unexpected-exit-while-paused", "appload":
		return "closed", false
	case "trackerror":
		return "failed", false
	default:
		return "", false
	}
}

var View = web.View{
	Path: web.PathHistory, Title: "History", Group: web.TheHistory, API: "/plays",
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		plays, err := newTimeline(req)
		return web.Page{
			Title: "History" + words.Selection(req.Lens), Content: page(req, plays), Partial: list.TimelineList(plays),
		}, err
	},
	// The script notes in the address how often more was appended, so that a reload
	// or the back button finds the whole list again.
	More: func(req *web.Request) (templ.Component, error) {
		plays, err := newTimeline(req)
		return list.TimelineMore(plays), err
	},
	JSON: func(req *web.Request) (any, error) {
		limit, err := req.Limit()
		if err != nil {
			return nil, err
		}
		p, err := req.Data.Plays(req.Lens, limit)
		if err != nil {
			return nil, err
		}
		out := playsJSON{Items: web.Each(p.Items, func(it dataset.Item) web.PlayJSON { return web.NewPlayJSON(req, it) }), Total: p.Total}
		if p.Next != "" {
			out.Next = &p.Next
		}
		return out, nil
	},
}

type playsJSON struct {
	Items []web.PlayJSON `json:"items"`
	Total int            `json:"total"`
	Next  *string        `json:"next"` // give it as after to get what follows
}

// startWords and endWords say in words why a play began and ended. Codes that
// say nothing, and those of later years, are left out: a code is no answer.
var (
	startWords = map[string]string{
		"trackdone": "began after the one before", "fwdbtn": "began with the forward button", "backbtn": "began with the back button",
		"clickrow": "chosen from a list", "clickside": "chosen at the side", "playbtn": "began with the play button",
		"popup": "chosen in a pop-up", "remote": "began from another device", "appload": "began with the app",
		"trackerror": "began after an error", "uriopen": "opened by a link", "autoplay": "began by autoplay",
		"persisted": "taken up where it was left", "reconnect": "began after reconnecting",
		"switched-to-video": "switched from sound to video", "switched-to-audio": "switched from video to sound",
	}
	endWords = map[string]string{
		"trackdone": "ended by itself", "fwdbtn": "ended with the forward button", "backbtn": "ended with the back button",
		"endplay": "ended for something else", "clickrow": "ended for another from a list", "clickside": "ended for another at the side",
		"playbtn": "ended with the play button", "popup": "ended in a pop-up", "remote": "ended from another device",
		"logout": "ended by signing out", "unexpected-exit": "ended when the app stopped",
		"unexpected-exit-while-paused": "the app stopped while it was paused", "appload": "ended when the app began anew",
		"trackerror": "ended in an error", "uriopen": "ended for a link", "requested": "ended on request",
		"switched-to-video": "ended for its video", "switched-to-audio": "ended for its sound alone",
	}
)

// playDetail is what Spotify wrote about a play, for those who want to know.
func playDetail(it dataset.Item) string {
	var parts []string
	say := func(words string) {
		if words != "" {
			parts = append(parts, words)
		}
	}
	say(startWords[it.ReasonStart])
	say(endWords[it.ReasonEnd])
	for _, t := range []struct {
		on   export.Tri
		word string
	}{{it.Shuffle, "shuffle on"}, {it.Offline, "offline"}, {it.Incognito, "private session"}} {
		if t.on == export.True {
			parts = append(parts, t.word)
		}
	}
	// Many are codes, whose kind of device is named beside the play already.
	if strings.Contains(it.Platform, " ") && !strings.Contains(it.Platform, "_") {
		say("on " + it.Platform)
	}
	if it.Country != words.UnknownCountry {
		say("in " + words.InSentence(words.CountryName(it.Country)))
	}
	if it.Minute {
		parts = append(parts, "known to the minute only")
	}
	return strings.Join(parts, ", ")
}
