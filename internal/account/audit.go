package account

import (
	"math"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Audit compares Spotify's Wrapped of a year with our own count.
type Audit struct {
	Wrapped

	// Cutoffs is our count from 1 January to each of the days on which Wrapped
	// may have stopped counting.
	Cutoffs []Cutoff
	// Best is the cut-off that matches Spotify's figures best, an index into
	// Cutoffs; -1 when there is nothing to compare with.
	Best int

	// Ours is our own ranking to the best cut-off, or to the last.
	Summary    dataset.Summary
	OurArtists []dataset.Ranked // by hours, at most auditTop
	OurTracks  []dataset.Ranked // by plays
	Tracks     []AuditTrack     // Spotify's top tracks
	Artists    []AuditArtist    // Spotify's top artists

	Differences []Difference
}

// Cutoff is our count up to a day.
type Cutoff struct {
	To       lens.Date
	AllMs    int64   // every row
	PlayedMs int64   // rows of at least 30 s, which is what Spotify counts
	OffBy    float64 // how far our figures are from Spotify's, as a part of Spotify's
}

// AuditTrack is a top track of Spotify's in our count.
type AuditTrack struct {
	WrappedTrack
	Item    Item // what the packages call it, whether it was played or not
	Heard   dataset.Stats
	OurRank int // 0 when it is not among our first
}

// AuditArtist is a top artist of Spotify's in our count. Packages give URIs of
// artists and histories their names, so only those that the library names can
// be compared.
type AuditArtist struct {
	URI     string `json:"uri"`
	Name    string `json:"name"`
	OurRank int    `json:"your_rank"` // 0 when it is not known or not among our first
	Ms      int64  `json:"-"`         // ours
}

// DifferenceCause is why Spotify's time is not ours.
type DifferenceCause string

// The causes.
const (
	CauseShortPlays DifferenceCause = "short_plays" // rows under 30 s, which Spotify does not count
	CauseCutoff     DifferenceCause = "cut_off"     // what was played after the cut-off
	CauseNoHistory  DifferenceCause = "no_history"  // days before or after the history
	CauseRest       DifferenceCause = "rest"        // what remains between the counts
)

// Difference is one part of the way from all that was played in the year to
// Spotify's figure: our whole year + the sum of Ms = Spotify's.
type Difference struct {
	Cause DifferenceCause `json:"cause"`
	Ms    int64           `json:"ms_played"` // 0 for CauseNoHistory, of which nobody knows the time
	Days  int             `json:"days"`      // of CauseNoHistory
}

// auditTop is how far down our own ranking goes.
const auditTop = 100

// cutoffs are the days on which Wrapped may stop counting. Spotify says "until
// a few weeks before the launch", which is around 1 December.
var cutoffs = []struct {
	month time.Month
	day   int
}{{time.October, 31}, {time.November, 15}, {time.November, 30}, {time.December, 31}}

// Audits compares every Wrapped of a known year with the history, whose days
// are those of tz.
func (a *Account) Audits(h *dataset.Dataset, tz *time.Location) []Audit {
	var out []Audit
	for _, w := range a.Wrapped {
		if w.Year != 0 {
			out = append(out, a.audit(h, w, tz))
		}
	}
	return out
}

func (a *Account) audit(h *dataset.Dataset, w Wrapped, tz *time.Location) Audit {
	// What Spotify counts, whatever the person's own lens says.
	l := lens.Lens{TZ: tz, Min: lens.DefaultMin, From: lens.Date{Year: w.Year, Month: time.January, Day: 1}}
	names := a.In(h)
	refs := make([]dataset.TrackRef, len(w.TopTracks))
	for i, t := range w.TopTracks {
		refs[i] = names.Ref(t.URI)
	}
	top := h.Match(refs)
	audit := Audit{Wrapped: w, Best: -1}
	last := len(cutoffs) - 1
	for i, c := range cutoffs {
		l.To = lens.Date{Year: w.Year, Month: c.month, Day: c.day}
		cut := Cutoff{To: l.To, AllMs: h.Summary(l).Ms, PlayedMs: insight.PlayedMs(h.Select(l))}
		off, known := offBy(&w, cut.PlayedMs, h.Stats(l, top))
		cut.OffBy = off
		audit.Cutoffs = append(audit.Cutoffs, cut)
		if known && cut.AllMs > 0 && (audit.Best < 0 || off < audit.Cutoffs[audit.Best].OffBy) {
			audit.Best = i
		}
	}
	at := last
	if audit.Best >= 0 {
		at = audit.Best
	}
	l.To = audit.Cutoffs[at].To
	audit.Summary = h.Summary(l)
	l.Sort = lens.SortHours
	audit.OurArtists = h.Rank(l, lens.Artist, 0, auditTop).Items
	l.Sort = lens.SortPlays
	audit.OurTracks = h.Rank(l, lens.Track, 0, auditTop).Items
	audit.Tracks = auditTracks(&w, names, h.Stats(l, top), audit.OurTracks)
	audit.Artists = auditArtists(&w, names, audit.OurArtists)
	audit.Differences = differences(h, &audit, l, at)
	return audit
}

// offBy is the relative difference between our figures and Spotify's: the mean
// of that of the time and that of the plays of its top tracks, which
// distinguish cut-offs between which little was heard. known is false when
// Spotify gives neither.
func offBy(w *Wrapped, ms int64, heard []dataset.Stats) (off float64, known bool) {
	n := 0
	if w.Ms > 0 {
		off += math.Abs(float64(ms)/float64(w.Ms) - 1)
		n++
	}
	theirs, apart := 0, 0
	for i, t := range w.TopTracks {
		if t.Plays > 0 {
			theirs += t.Plays
			apart += max(t.Plays-heard[i].Plays, heard[i].Plays-t.Plays)
		}
	}
	if theirs > 0 {
		off += float64(apart) / float64(theirs)
		n++
	}
	if n == 0 {
		return 0, false
	}
	return off / float64(n), true
}

func auditTracks(w *Wrapped, names *Resolver, heard []dataset.Stats, ours []dataset.Ranked) []AuditTrack {
	// By ID, because plays of account data have no URI.
	ranks := make(map[string]int, len(ours))
	for _, t := range ours {
		ranks[t.ID] = t.Rank
	}
	var out []AuditTrack
	for i, t := range w.TopTracks {
		out = append(out, AuditTrack{t, names.Item(t.URI), heard[i], ranks[heard[i].ID]})
	}
	return out
}

func auditArtists(w *Wrapped, names *Resolver, ours []dataset.Ranked) []AuditArtist {
	byName := make(map[string]*dataset.Ranked, len(ours))
	for i := range ours {
		byName[fold.Key(ours[i].Name)] = &ours[i]
	}
	var out []AuditArtist
	for _, uri := range w.TopArtists {
		artist := AuditArtist{URI: uri, Name: names.Item(uri).Name}
		if artist.Name != "" {
			if t := byName[fold.Key(artist.Name)]; t != nil {
				artist.OurRank, artist.Ms = t.Rank, t.Ms
			}
		}
		out = append(out, artist)
	}
	return out
}

// differences are the steps from our figure of the whole year to Spotify's.
func differences(h *dataset.Dataset, a *Audit, l lens.Lens, at int) []Difference {
	var out []Difference
	add := func(d Difference) {
		if d.Ms != 0 || d.Days != 0 {
			out = append(out, d)
		}
	}
	cut, year := a.Cutoffs[at], a.Cutoffs[len(a.Cutoffs)-1]
	add(Difference{Cause: CauseCutoff, Ms: cut.AllMs - year.AllMs})
	add(Difference{Cause: CauseShortPlays, Ms: cut.PlayedMs - cut.AllMs})
	if a.Ms > 0 {
		add(Difference{Cause: CauseRest, Ms: a.Ms - cut.PlayedMs})
	}
	add(Difference{Cause: CauseNoHistory, Days: daysWithout(h, l)})
	return out
}

// daysWithout is how many days of the lens's range lie before the first or
// after the last day of the history.
func daysWithout(h *dataset.Dataset, l lens.Lens) int {
	first, last := h.Span()
	if last == 0 {
		return daysBetween(l.From, l.To) + 1
	}
	from, to := lens.DateIn(first, l.Zone()), lens.DateIn(last, l.Zone())
	if from.Compare(l.To) > 0 || to.Compare(l.From) < 0 {
		return daysBetween(l.From, l.To) + 1
	}
	return max(0, daysBetween(l.From, from)) + max(0, daysBetween(to, l.To))
}

func daysBetween(a, b lens.Date) int {
	return int((b.Start(time.UTC) - a.Start(time.UTC)) / (24 * 3600))
}
