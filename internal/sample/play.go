package sample

import (
	"math"
	"math/rand/v2"
	"strings"
)

// Play is one row of the history. Its texts are quoted JSON.
type Play struct {
	TS, Start int64 // Unix seconds of its end and its beginning
	MS        int
	Track     *Track
	Name, URI string
	Video     bool
	Offline   bool

	*Session
	ReasonStart, ReasonEnd string
}

// Session is what consecutive plays on one device have in common.
type Session struct {
	Platform, Country, Address string
	Shuffle, Incognito         bool
}

// Track is anything that can be played. Its texts are quoted JSON.
type Track struct {
	Kind   Kind
	Name   string
	Artist string // or the show, or the audiobook's author
	Album  string // or the audiobook
	Show   string // the URI of the audiobook
	URI    string
	MS     int
	Video  bool // there is a music video of it
}

// Kind is what kind of content a track is.
type Kind int

// The kinds.
const (
	Music Kind = iota
	Podcast
	Audiobook
	Untitled // a row without any title
)

// Rows yields a history in the order of time. repeated reports that the same
// row was yielded before.
type Rows func(yield func(p *Play, repeated bool) error) error

// Day is the length of a day in seconds.
const Day = 24 * 60 * 60

// ShortNamesFrom is when Spotify began to write platforms in a word, and to
// record skips: 1 October 2022.
const ShortNamesFrom = 1_664_582_400

// Era is a stretch of time during which an artist matters: interest rises within
// weeks and fades over months or years.
type Era struct{ From, Rise, Fade, Force float64 }

// Interest is how much a listener is into an artist with these eras at a time.
func Interest(eras []Era, at float64) float64 {
	if len(eras) == 0 || at < eras[0].From {
		return 0
	}
	sum := 0.015 // no artist is ever quite forgotten, once known
	for _, e := range eras {
		if d := at - e.From; d >= 0 {
			sum += e.Force * (1 - math.Exp(-d/e.Rise)) * math.Exp(-d/e.Fade)
		}
	}
	return sum
}

// Pick is one of the words.
func Pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

// URI invents a URI of that type.
func URI(r *rand.Rand, of string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var id [22]byte
	for i := range id {
		id[i] = digits[r.IntN(len(digits))]
	}
	return "spotify:" + of + ":" + string(id[:])
}

// Quote writes s as a JSON string the way Spotify does: raw UTF-8, with escapes
// only where JSON requires them. No invented name holds a control character.
func Quote(s string) string { return `"` + escaper.Replace(s) + `"` }

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
