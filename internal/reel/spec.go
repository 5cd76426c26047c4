// Package reel keeps what is made of a dataset to be watched: clips, their stills,
// and reels with the films that are stitched of clips. Everything lies beside the
// dataset, sealed under names that tell nothing, so any instance finds what another
// has made, and what is deleted with the dataset leaves nothing. It draws nothing and
// knows no words.
package reel

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// formatVersion is part of what a clip is named by. Raising it makes every clip anew:
// it is to be raised when the same figures are drawn in another way.
const formatVersion = 3

// A Kind is a kind of clip.
type Kind string

// The kinds.
const (
	Race        Kind = "race"        // artists by their hours, as they add up
	Months      Kind = "months"      // the hours of each month
	Clock       Kind = "clock"       // the hours of the day
	Obsession   Kind = "obsession"   // a song played again and again
	Milestones  Kind = "milestones"  // round numbers
	Discoveries Kind = "discoveries" // the artists that were new
	Day         Kind = "day"         // one remarkable day
	Finale      Kind = "finale"      // the record
)

// Kinds are all kinds in the order in which a new reel has them.
var Kinds = []Kind{Race, Months, Clock, Obsession, Discoveries, Day, Milestones, Finale}

// Known reports whether there is such a kind.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// A Size is the shape of a picture.
type Size string

// The sizes.
const (
	Portrait  Size = "portrait"
	Square    Size = "square"
	Landscape Size = "landscape"
)

// Sizes are all sizes, the usual one first.
var Sizes = []Size{Portrait, Square, Landscape}

// Pixels are the width and height of a size.
func (s Size) Pixels() (width, height int) {
	switch s {
	case Square:
		return 1080, 1080
	case Landscape:
		return 1920, 1080
	}
	return 1080, 1920
}

// Themes are those of pictures, the usual one first.
var Themes = []string{"dark", "light"}

// What of a film or a clip there is at most. A film passes every platform's limit and
// every messenger: each clip gets its share when it is made.
const (
	MaxFilmTime  = 60 * time.Second
	MaxFilmBytes = 4 << 20
	// BytesEachSecond is what a clip may take of each second.
	BytesEachSecond = 68_000
)

// A Look is how all clips of a reel are drawn.
type Look struct {
	Size  Size   `json:"size"`
	Theme string `json:"theme"`
	// HideNames draws no name of what was heard.
	HideNames bool   `json:"hide_names"`
	Language  string `json:"language"`
}

// A Clip is what a clip is made of, beside the dataset: with the same dataset the same
// Clip is the same clip.
type Clip struct {
	Kind Kind   `json:"kind"`
	Lens string `json:"lens"` // as a query, with its zone
	// Choice is the kind's own: the artist of the months, the track of an obsession, the
	// date of a day. Empty for what the figures suggest.
	Choice string `json:"choice,omitempty"`
	Look
}

// Formats of what is made of a Clip.
const (
	video = "c-"
	still = "s-"
)

// Video is the name of the clip beside the dataset.
func (c Clip) Video(a vault.Attached) string { return c.name(a, video) }

// Still is the name of its last picture.
func (c Clip) Still(a vault.Attached) string { return c.name(a, still) }

func (c Clip) name(a vault.Attached, format string) string {
	return format + a.Name(c.of(a.Expires().UnixMilli()))
}

// of says what the clip is made of. Without when its data expires, which is then 0, it
// stays the same when that is renewed.
func (c Clip) of(expires int64) []byte {
	of, err := json.Marshal(struct {
		Version int   `json:"v"`
		Expires int64 `json:"expires"`
		Clip
	}{formatVersion, expires, c})
	if err != nil {
		panic("reel: " + err.Error()) // only texts and numbers
	}
	return of
}
