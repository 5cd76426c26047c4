package handlers

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// The JSON API answers the same questions as the pages, with the same lens.
// docs/api.md describes it; fields are added, never renamed or removed.

type receiptJSON struct {
	export.Totals
	Notice string     `json:"notice,omitempty"`
	Notes  []noteJSON `json:"notes,omitempty"`
	Lines  []lineJSON `json:"lines"`
}

// noteJSON is what concerns all files together.
type noteJSON struct {
	Reason     string         `json:"reason"`
	ReasonCode export.Code    `json:"reason_code"`
	Figures    export.Figures `json:"figures"`
}

// lineJSON is a file's line, with its codes put into words beside them.
type lineJSON struct {
	Upload     int             `json:"upload"`
	Package    string          `json:"package"`
	Name       string          `json:"name"`
	Bytes      int64           `json:"bytes"`
	Class      export.Class    `json:"class"`
	Status     export.Status   `json:"status"`
	Reason     string          `json:"reason,omitempty"`
	ReasonCode export.Code     `json:"reason_code,omitempty"`
	Figures    *export.Figures `json:"figures,omitempty"`
	Holds      string          `json:"holds,omitempty"`
	Topic      export.Topic    `json:"topic,omitempty"`
	Rows       int             `json:"rows"`
	Kept       int             `json:"kept"`
	Duplicate  int             `json:"duplicate"`
	Elsewhere  int             `json:"elsewhere"`
	Unreadable int             `json:"unreadable"`
	Changes    int             `json:"changes,omitempty"`
	Telemetry  int             `json:"telemetry,omitempty"`
	Problems   []problemJSON   `json:"problems,omitempty"`
	First      *string         `json:"first,omitempty"`
	Last       *string         `json:"last,omitempty"`
}

type problemJSON struct {
	Reason     string      `json:"reason"`
	ReasonCode export.Code `json:"reason_code,omitempty"`
	Key        string      `json:"key,omitempty"`
	Count      int         `json:"count"`
	Row        int         `json:"first_row,omitempty"`
}

func newReceiptJSON(d *dataset.Dataset, r *export.Receipt) receiptJSON {
	lines := make([]lineJSON, len(r.Files))
	for i := range r.Files {
		lines[i] = newLineJSON(&r.Files[i])
	}
	var notes []noteJSON
	for _, n := range r.Notes {
		notes = append(notes, noteJSON{noteText(format.Locale{}, n), n.Code, n.Figures})
	}
	return receiptJSON{Totals: r.Totals(), Notice: rulesNotice(d.Rules(), dataset.CurrentRules), Notes: notes, Lines: lines}
}

func newLineJSON(f *export.File) lineJSON {
	line := lineJSON{
		Upload: f.Upload, Package: f.Package, Name: f.Name, Bytes: f.Bytes, Class: f.Class, Status: f.Status,
		Reason: fileReason(format.Locale{}, f), ReasonCode: f.Reason.Code,
		Holds: topicHolds(f.Topic), Topic: f.Topic,
		Rows: f.Rows, Kept: f.Kept, Duplicate: f.Duplicate, Elsewhere: f.Elsewhere, Unreadable: f.Unreadable,
		Changes: f.Changes, Telemetry: f.Telemetry,
		First: rfc3339(f.First), Last: rfc3339(f.Last),
	}
	if f.Reason.Figures != (export.Figures{}) {
		line.Figures = &f.Reason.Figures
	}
	for i := range f.Problems {
		p := &f.Problems[i]
		line.Problems = append(line.Problems, problemJSON{problemReason(format.Locale{}, p), p.Code, p.Key, p.Count, p.Row})
	}
	return line
}

type summaryJSON struct {
	Rows              int         `json:"rows"`
	Plays             int         `json:"plays"`
	MsPlayed          int64       `json:"ms_played"`
	Artists           int         `json:"artists"`
	Albums            int         `json:"albums"`
	Tracks            int         `json:"tracks"`
	Shows             int         `json:"shows"`
	Episodes          int         `json:"episodes"`
	Audiobooks        int         `json:"audiobooks"`
	AudiobookChapters int         `json:"audiobook_chapters"`
	Skips             int         `json:"skips"`
	Ended             int         `json:"ended"`          // of which is known how they ended
	UnknownLength     int         `json:"unknown_length"` // plays that add no time, because no file tells how long they were
	First             *string     `json:"first"`
	Last              *string     `json:"last"`
	Receipt           receiptJSON `json:"receipt"`
}

func newSummaryJSON(d *dataset.Dataset, l dataset.Lens) summaryJSON {
	m := d.Summary(l)
	return summaryJSON{
		Rows: m.Rows, Plays: m.Plays, MsPlayed: m.Ms,
		Artists: m.Artists, Albums: m.Albums, Tracks: m.Tracks,
		Shows: m.Shows, Episodes: m.Episodes,
		Audiobooks: m.Audiobooks, AudiobookChapters: m.Chapters,
		Skips: m.Skips, Ended: m.Ended, UnknownLength: m.UnknownLength,
		First: rfc3339(m.First), Last: rfc3339(m.Last),
		Receipt: newReceiptJSON(d, receiptOf(d)),
	}
}

type rankedJSON struct {
	Rank     int     `json:"rank"`
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Artist   string  `json:"artist"`
	Album    string  `json:"album,omitempty"`
	URI      string  `json:"uri"`
	MsPlayed int64   `json:"ms_played"`
	Plays    int     `json:"plays"`
	Rows     int     `json:"rows"`
	First    *string `json:"first"`
	Last     *string `json:"last"`
}

// uri is that of the history or, for a track of account data, which has none,
// that of the library or of a playlist.
func (req *Request) uri(known string, track bool, artist, title string) string {
	if known != "" || !track {
		return known
	}
	return req.names().TrackURI(artist, title)
}

type rankingJSON struct {
	Items []rankedJSON `json:"items"`
	Total int          `json:"total"`
	Next  *int         `json:"next"` // the page after this one
}

func newRankingJSON(req *Request, r dataset.Ranking, page, limit int) rankingJSON {
	out := rankingJSON{Items: make([]rankedJSON, 0, len(r.Items)), Total: r.Total}
	for _, it := range r.Items {
		artist := it.Creator
		if it.By == dataset.ByArtist {
			artist = it.Name
		}
		out.Items = append(out.Items, rankedJSON{
			Rank: it.Rank, ID: it.ID, Name: it.Name, Artist: artist, Album: it.Collection,
			URI:      req.uri(it.URI, it.By == dataset.ByTrack, artist, it.Name),
			MsPlayed: it.Ms, Plays: it.Plays, Rows: it.Rows, First: rfc3339(it.First), Last: rfc3339(it.Last),
		})
	}
	if page*limit < r.Total {
		next := page + 1
		out.Next = &next
	}
	return out
}

type playJSON struct {
	TS          *string `json:"ts"`
	Start       *string `json:"start"`
	MsPlayed    int64   `json:"ms_played"`
	NoLength    bool    `json:"unknown_length"` // no file tells how long it was played, and ms_played is 0
	Kind        string  `json:"kind"`
	Video       bool    `json:"video"`
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Artist      string  `json:"artist"`
	Album       string  `json:"album"`
	URI         string  `json:"uri"`
	Platform    string  `json:"platform"`
	Country     string  `json:"country"`
	ReasonStart string  `json:"reason_start"`
	ReasonEnd   string  `json:"reason_end"`
	Shuffle     *bool   `json:"shuffle"`
	Skipped     *bool   `json:"skipped"` // as Spotify wrote it
	Skip        bool    `json:"skip"`    // derived, for all years
	Offline     *bool   `json:"offline"`
	Incognito   *bool   `json:"incognito"`
	MinuteOnly  bool    `json:"minute_only"` // from the account package: exact to the minute
}

type playsJSON struct {
	Items []playJSON `json:"items"`
	Total int        `json:"total"`
	Next  *string    `json:"next"` // give it as after to get what follows
}

var kindNames = map[export.Kind]string{
	export.KindUnknown: "unknown", export.KindMusic: "music",
	export.KindPodcast: "podcast", export.KindAudiobook: "audiobook",
}

func triJSON(t export.Tri) *bool {
	if t == export.Absent {
		return nil
	}
	b := t == export.True
	return &b
}

func newPlayJSON(req *Request, it dataset.Item) playJSON {
	return playJSON{
		TS: rfc3339(it.TS), Start: rfc3339(it.Start), MsPlayed: it.Ms, NoLength: it.UnknownLength,
		Kind: kindNames[it.Kind], Video: it.Video,
		ID: it.ID, Name: it.Name, Artist: it.Artist, Album: it.Collection,
		URI:      req.uri(it.URI, it.Kind == export.KindMusic, it.Artist, it.Name),
		Platform: it.Platform, Country: it.Country,
		ReasonStart: it.ReasonStart, ReasonEnd: it.ReasonEnd,
		Shuffle: triJSON(it.Shuffle), Skipped: triJSON(it.Skipped), Skip: it.Traits&dataset.Skipped != 0,
		Offline: triJSON(it.Offline), Incognito: triJSON(it.Incognito),
		MinuteOnly: it.Minute,
	}
}

func newPlaysJSON(req *Request, p dataset.PlayPage) playsJSON {
	out := playsJSON{Items: make([]playJSON, 0, len(p.Items)), Total: p.Total}
	for _, it := range p.Items {
		out.Items = append(out.Items, newPlayJSON(req, it))
	}
	if p.Next != "" {
		out.Next = &p.Next
	}
	return out
}

func topJSON(req *Request, by dataset.By) (any, error) {
	limit, err := req.Limit()
	if err != nil {
		return nil, err
	}
	page := max(req.Lens.Page, 1)
	return newRankingJSON(req, req.Data.Rank(req.Lens, by, (page-1)*limit, limit), page, limit), nil
}
