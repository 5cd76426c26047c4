package wrapped

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// audits are the Wrappeds of all years beside our own count, the newest first.
func audits(req *web.Request) []account.Audit {
	return dataset.MemoizeLatest(req.Data, "audits", req.Lens.Zone().String(), func() []account.Audit {
		all := req.Account().Audits(req.Data, req.Lens.Zone())
		slices.Reverse(all)
		return all
	})
}

// tabs lead to the years further down.
func tabs(audits []account.Audit) []list.TabView {
	var out []list.TabView
	for _, a := range audits {
		out = append(out, list.TabView{Label: strconv.Itoa(a.Year), URL: "#wrapped-" + strconv.Itoa(a.Year)})
	}
	return out
}

// lede says what the page compares.
func lede(req *web.Request) prose.Text {
	if !req.HasPlays() {
		return prose.Of("Your packages hold no plays to hold them against.")
	}
	return prose.Of("Where the two differ, the reason stands beside it: what Spotify counts, and when it stops counting.")
}

func wrappedHeadline(req *web.Request, audits []account.Audit) prose.Text {
	t := prose.Of("Your Wrapped ")
	if len(audits) == 1 {
		t = t.Plain("of ").Accent(strconv.Itoa(audits[0].Year))
	} else {
		t = t.Plain("from ").Accent(req.Locale.Number(len(audits))).Plain(" years")
	}
	if !req.HasPlays() {
		return t.Plain(".")
	}
	return t.Plain(", beside your own plays.")
}

// sourceOf leads to the document of a year.
func sourceOf(req *web.Request, year string) layout.LinkView {
	return req.SourceOf(export.TopicWrapped, func(name string) bool { return strings.Contains(name, year) })
}

// lists are the favourites of both sides, where there are any.
func lists(req *web.Request, a account.Audit) []list.SideBySideView {
	if !heardIn(a) {
		return nil
	}
	return slices.DeleteFunc([]list.SideBySideView{wrappedArtists(req, a), wrappedTracks(req, a)}, func(m list.SideBySideView) bool {
		return len(m.Pairs) == 0
	})
}

// heardIn reports whether the history has anything of the year.
func heardIn(a account.Audit) bool {
	return len(a.Cutoffs) > 0 && a.Cutoffs[len(a.Cutoffs)-1].AllMs > 0
}

// bestCutoff is the day up to which our count is nearest to Spotify's, the last
// of the year where nothing tells.
func bestCutoff(a account.Audit) account.Cutoff {
	if a.Best >= 0 {
		return a.Cutoffs[a.Best]
	}
	return a.Cutoffs[len(a.Cutoffs)-1]
}

func minutes(ms int64) int { return int(math.Round(float64(ms) / 60_000)) }

func inMinutes(loc format.Locale, ms int64) string {
	return loc.Count(minutes(ms), "minute", "minutes")
}

func wrappedSentence(req *web.Request, a account.Audit) prose.Text {
	if !heardIn(a) {
		return prose.Of("Your packages have no play of " + strconv.Itoa(a.Year) + ", so there is nothing to hold it against.")
	}
	year := a.Cutoffs[len(a.Cutoffs)-1]
	if a.Ms == 0 {
		return prose.Of("The document does not say how long you listened. You played ").
			Strong(inMinutes(req.Locale, year.AllMs)).Plain(" in that year.")
	}
	t := prose.Of("Spotify tells you ").Strong(inMinutes(req.Locale, a.Ms))
	// The figures beside it are rounded, and who subtracts them should find this.
	less := minutes(year.AllMs) - minutes(a.Ms)
	switch {
	case less > 0:
		t = t.Plain(", ").Strong(req.Locale.Number(less)).Plain(" less than all you played in that year.")
	case less < 0:
		t = t.Plain(", ").Strong(req.Locale.Number(-less)).Plain(" more than your packages have of that year.")
	default:
		t = t.Plain(", as many as you played in that year.")
	}
	if less != 0 && a.Best >= 0 && bestCutoff(a).To.Month != 12 {
		t = t.Plain(" Its count comes nearest to yours when it stops on " + format.Date(words.Civil(bestCutoff(a).To)) + ".")
	}
	return t
}

func wrappedFigures(req *web.Request, a account.Audit) []list.ComparisonView {
	if !heardIn(a) {
		return nil
	}
	var out []list.ComparisonView
	cut := bestCutoff(a)
	until := "Your count goes to " + format.Date(words.Civil(cut.To)) + ", as Spotify’s seems to."
	add := func(label, spotify, yours string, why prose.Text) {
		out = append(out, list.ComparisonView{Label: label, Spotify: spotify, Yours: yours, Why: why, Agree: spotify == yours})
	}
	if a.Ms > 0 {
		add("Time listened", inMinutes(req.Locale, a.Ms), inMinutes(req.Locale, a.Cutoffs[len(a.Cutoffs)-1].AllMs), whyTime(req, a))
	}
	count := func(label string, theirs, ours int) {
		if theirs == 0 {
			return
		}
		add(label, req.Locale.Number(theirs), req.Locale.Number(ours), whyCount(theirs, ours, until))
	}
	count("Different artists", a.Wrapped.Artists, a.Summary.Artists)
	count("Different tracks", a.Wrapped.Tracks, a.Summary.Tracks)
	if len(a.Tracks) > 0 && a.Tracks[0].WrappedTrack.Plays > 0 {
		t := a.Tracks[0]
		var why prose.Text
		switch {
		case t.Heard.ID == "":
			why = prose.Of("Your packages do not have this track.")
		case t.WrappedTrack.Plays != t.Heard.Plays:
			why = prose.Of("Plays of half a minute and more. " + until)
		}
		add("Plays of the top track", req.Locale.Number(t.WrappedTrack.Plays), req.Locale.Number(t.Heard.Plays), why)
	}
	if a.TopArtistMs > 0 && len(a.Wrapped.TopArtists) > 0 {
		yours, why := "", prose.Of("The document gives a number for the artist, and your library does not say who that is.")
		if len(a.Artists) > 0 && a.Artists[0].OurRank > 0 {
			yours, why = inMinutes(req.Locale, a.Artists[0].Ms), prose.Of("Yours is all you heard, short plays included. "+until)
		}
		add("Time with the top artist", inMinutes(req.Locale, a.TopArtistMs), yours, why)
	}
	if !a.MostDay.IsZero() {
		yours := ""
		if a.Summary.LongestDayMs > 0 {
			yours = format.Date(words.Civil(a.Summary.LongestDay))
		}
		why := prose.Of("Spotify’s days may be those of another time zone; yours are those of " + req.Lens.Zone().String() + ".")
		if a.MostDay == a.Summary.LongestDay {
			why = nil
		}
		add("Day with most listening", format.Date(words.Civil(a.MostDay)), yours, why)
	}
	return out
}

// whyTime explains the way from the whole year to Spotify's figure. Each step is
// the difference of rounded figures, so that the steps add up to what is shown.
func whyTime(req *web.Request, a account.Audit) prose.Text {
	var t prose.Text
	say := func(figure, words string) {
		if len(t) > 0 {
			t = t.Plain(" ")
		}
		t = t.Strong(figure).Plain(words)
	}
	at := a.Cutoffs[len(a.Cutoffs)-1].AllMs
	for _, d := range a.Differences {
		step := minutes(at+d.Ms) - minutes(at)
		at += d.Ms
		if d.Cause != account.CauseNoHistory && step == 0 {
			continue
		}
		size := req.Locale.Count(max(step, -step), "minute", "minutes")
		switch d.Cause {
		case account.CauseCutoff:
			say(size, " you played after "+format.Date(words.Civil(bestCutoff(a).To))+", when it seems to have stopped counting.")
		case account.CauseShortPlays:
			say(size, " are plays under 30 seconds, which it does not count.")
		case account.CauseNoHistory:
			say(req.Locale.Count(d.Days, "day", "days"), " of its year are not in your packages.")
		case account.CauseRest:
			if step > 0 {
				say(size, " more are in its count than in your packages, and nothing here says why.")
			} else {
				say(size, " it leaves out, and nothing here says why: private sessions and plays handed in late are known reasons.")
			}
		}
	}
	return t
}

func whyCount(theirs, ours int, until string) prose.Text {
	switch {
	case theirs == ours:
		return nil
	case theirs < ours:
		return prose.Of("Yours counts whatever was played at all, however short. " + until)
	default:
		return prose.Of("Spotify counts more than your packages have up to that day. " + until)
	}
}

func wrappedArtists(req *web.Request, a account.Audit) list.SideBySideView {
	m := list.SideBySideView{ID: "artists-" + strconv.Itoa(a.Year), Title: "Artists"}
	theirs := make(map[string]int, len(a.Artists)) // their rank by folded name
	for i, artist := range a.Artists {
		if artist.Name != "" {
			theirs[fold.Key(artist.Name)] = i + 1
		}
	}
	named := 0
	for i, artist := range a.Artists {
		side := list.SideView{Name: artist.Name}
		if artist.Name == "" {
			side.Name, side.Note = "An artist without a name", "the document gives an address only, and your library does not say whose"
		} else {
			named++
			side.URL = req.ArtistLink(artist.Name).URL
		}
		side.Match, side.Note = matchOf(i+1, artist.OurRank), cmp.Or(side.Note, rankNote(req.Locale, i+1, artist.OurRank))
		pair := list.PairView{Rank: i + 1, Spotify: side}
		if i < len(a.OurArtists) {
			r := a.OurArtists[i]
			pair.Yours = list.SideView{
				Name: r.Name, URL: web.EntityHref(r.By, r.ID, req.Lens), Figure: req.Locale.Hours(r.Ms),
				Match: matchOf(i+1, theirs[fold.Key(r.Name)]),
			}
		}
		m.Pairs = append(m.Pairs, pair)
	}
	if named > 0 {
		m.Sentence = agreement(req.Locale, m.Pairs)
	}
	return m
}

func wrappedTracks(req *web.Request, a account.Audit) list.SideBySideView {
	m := list.SideBySideView{ID: "tracks-" + strconv.Itoa(a.Year), Title: "Tracks"}
	theirs := make(map[string]int, len(a.Tracks))
	for i, t := range a.Tracks {
		theirs[t.Heard.ID] = i + 1
	}
	for i, t := range a.Tracks {
		side := list.SideView{Name: "A track without a name", Note: "your packages have no play of it"}
		if e, ok := req.Data.Find(lens.Track, t.Heard.ID); ok && t.Heard.ID != "" {
			side = list.SideView{
				Name: e.Name, Creator: e.Creator, URL: web.EntityHref(lens.Track, e.ID, req.Lens),
				Match: matchOf(i+1, t.OurRank), Note: rankNote(req.Locale, i+1, t.OurRank),
			}
		} else if t.Item.Name != "" {
			side.Name, side.Creator = t.Item.Name, t.Item.Creator
		} else if !strings.HasPrefix(t.URI, "spotify:") {
			side.Name = t.URI // some years give names
		}
		if t.WrappedTrack.Plays > 0 {
			side.Figure = req.Locale.Count(t.WrappedTrack.Plays, "play", "plays")
		}
		pair := list.PairView{Rank: i + 1, Spotify: side}
		if i < len(a.OurTracks) {
			r := a.OurTracks[i]
			pair.Yours = list.SideView{
				Name: r.Name, Creator: r.Creator, URL: web.EntityHref(r.By, r.ID, req.Lens),
				Figure: req.Locale.Count(r.Plays, "play", "plays"), Match: matchOf(i+1, theirs[r.ID]),
			}
		}
		m.Pairs = append(m.Pairs, pair)
	}
	m.Sentence = agreement(req.Locale, m.Pairs)
	return m
}

// matchOf compares a place in one list with that in the other, 0 for none.
func matchOf(here, there int) list.Match {
	switch there {
	case 0:
		return list.MatchNone
	case here:
		return list.MatchSame
	}
	return list.MatchOther
}

func rankNote(loc format.Locale, here, there int) string {
	if there == 0 || there == here {
		return ""
	}
	return "no. " + loc.Number(there) + " in your data"
}

// agreement counts how many of Spotify's favourites are among as many of ours.
func agreement(loc format.Locale, pairs []list.PairView) string {
	shared, same := 0, 0
	for _, p := range pairs {
		// Ours of that length are marked when theirs has them.
		if p.Yours.Match != list.MatchNone {
			shared++
		}
		if p.Yours.Match == list.MatchSame {
			same++
		}
	}
	s := loc.Number(shared) + " of " + loc.Number(len(pairs)) + words.Plural(shared, " is in both lists", " are in both lists")
	switch shared {
	case 0:
		s = "No name is in both lists"
	case len(pairs):
		s = words.Plural(shared, "The same name is in both lists", "All "+loc.Number(shared)+" are in both lists")
	}
	switch {
	case shared > 0 && same == 0:
		s += ", none in the same place"
	case shared > 0:
		s += ", " + loc.Number(same) + " in the same place"
	}
	return s + "."
}

type auditJSON struct {
	Year        int                   `json:"year"`
	Spotify     wrappedJSON           `json:"spotify"`
	Yours       wrappedJSON           `json:"yours"` // up to the cut-off
	Cutoff      *string               `json:"cut_off"`
	Cutoffs     []cutoffJSON          `json:"cut_offs"`
	Differences []account.Difference  `json:"differences"`
	Tracks      []topTrackJSON        `json:"top_tracks"`
	Artists     []account.AuditArtist `json:"top_artists"`
}

type wrappedJSON struct {
	MsPlayed int64 `json:"ms_played"`
	Artists  int   `json:"artists"`
	Tracks   int   `json:"tracks"`
}

type cutoffJSON struct {
	To        string `json:"to"`
	MsPlayed  int64  `json:"ms_played"`
	CountedMs int64  `json:"counted_ms_played"` // of rows of at least 30 seconds
}

type topTrackJSON struct {
	URI   string `json:"uri"`
	ID    string `json:"id"`
	Plays int    `json:"plays"` // as Spotify says, 0 where it does not
	Yours int    `json:"your_plays"`
	Rank  int    `json:"your_rank"` // 0 when it is none of the first 100
}

func newAuditJSON(a account.Audit) auditJSON {
	cut := bestCutoff(a)
	out := auditJSON{
		Year:    a.Year,
		Spotify: wrappedJSON{a.Ms, a.Wrapped.Artists, a.Wrapped.Tracks},
		Yours:   wrappedJSON{cut.PlayedMs, a.Summary.Artists, a.Summary.Tracks},
		Cutoffs: []cutoffJSON{}, Tracks: []topTrackJSON{},
		Differences: append([]account.Difference{}, a.Differences...), Artists: append([]account.AuditArtist{}, a.Artists...),
	}
	if a.Best >= 0 {
		out.Cutoff = new(cut.To.String())
	}
	for _, c := range a.Cutoffs {
		out.Cutoffs = append(out.Cutoffs, cutoffJSON{To: c.To.String(), MsPlayed: c.AllMs, CountedMs: c.PlayedMs})
	}
	for _, t := range a.Tracks {
		out.Tracks = append(out.Tracks, topTrackJSON{t.URI, t.Heard.ID, t.WrappedTrack.Plays, t.Heard.Plays, t.OurRank})
	}
	return out
}

var View = web.View{
	Path: web.PathWrapped, Title: "Wrapped", Group: web.AboutYou, Memory: wrappedBytes,
	Holds: func(req *web.Request) bool { return req.HasTopic(export.TopicWrapped) },
	Page: func(req *web.Request) (web.Page, error) {
		return web.Page{Title: "Wrapped", Undated: true, Content: page(req, audits(req))}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		out := struct {
			Items []auditJSON `json:"items"`
		}{Items: []auditJSON{}}
		for _, a := range audits(req) {
			out.Items = append(out.Items, newAuditJSON(a))
		}
		return out, nil
	},
}

func wrappedBytes(req *web.Request) int64 {
	n := 0
	for _, w := range req.Account().Wrapped {
		n += len(w.TopTracks) + len(w.TopArtists) + len(w.Facts)
	}
	return int64(n) * web.NameBytes
}
