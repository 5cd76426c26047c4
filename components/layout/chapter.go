package layout

import "github.com/spotify-data-tool/spotify-data-tool/components/prose"

// ChapterView is a part of a story.
type ChapterView struct {
	ID       string
	Headline prose.Text
	Lede     prose.Text // optional
	// Counted is the definition of its figures; optional.
	Counted string
	Links   []LinkView
}

// FigureView is a number with what it is.
type FigureView struct {
	Value string
	What  prose.Text
}
