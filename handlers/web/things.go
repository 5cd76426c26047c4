package web

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// ThingJSON is an artist, album, track, show or book with its figures.
type ThingJSON struct {
	EntityJSON
	Plays    int   `json:"plays"`
	MsPlayed int64 `json:"ms_played"`
}

// EntityJSON names a thing.
type EntityJSON struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Artist string `json:"artist,omitempty"` // who made it; the show of an episode
}

// NewThingJSON describes a thing.
func NewThingJSON(t insight.Thing) ThingJSON {
	return ThingJSON{NewEntityJSON(t.Entity), t.Plays, t.Ms}
}

// NewEntityJSON names a thing.
func NewEntityJSON(e dataset.Entity) EntityJSON { return EntityJSON{e.ID, e.Name, e.Creator} }

// Each is what of makes of each of a list. It is never nil, which programs would be
// given as null.
func Each[T, J any](list []T, of func(T) J) []J {
	out := make([]J, len(list))
	for i, item := range list {
		out[i] = of(item)
	}
	return out
}

// AnswerOf makes the answer of a view from what its page is told from.
func AnswerOf[T any](build func(*Request) (T, error), answer func(T) any) func(*Request) (any, error) {
	return func(req *Request) (any, error) {
		t, err := build(req)
		if err != nil {
			return nil, err
		}
		return answer(t), nil
	}
}

// EntityLink is the name of a thing, leading to its page.
func EntityLink(t prose.Text, e dataset.Entity, l lens.Lens) prose.Text {
	return t.Link(words.Untitled(e.Name), EntityHref(e.By, e.ID, l))
}

// OnlyPlay names what was played where there is one play.
func OnlyPlay(e dataset.Entity, l lens.Lens) prose.Text {
	t := EntityLink(prose.Of("One play: "), e, l)
	if e.Creator != "" {
		t = t.Plain(", by " + e.Creator)
	}
	return t.Plain(".")
}

// NewLine is a thing in a short list, with one figure.
func NewLine(e dataset.Entity, l lens.Lens, figure string) list.LineView {
	return list.LineView{Name: words.Untitled(e.Name), URL: EntityHref(e.By, e.ID, l), Identity: words.IdentityOf(e), Figure: figure}
}

// DateJSON is a day number as a date; null for 0, of which no record tells.
func DateJSON(day int) *string {
	if day == 0 {
		return nil
	}
	return new(lens.DateOfNumber(int64(day)).String())
}
