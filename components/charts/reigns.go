package charts

import (
	"math"
	"strconv"
)

// ReignsView are years as stacked columns: at the foot of each the artists with
// most time, as blocks.
type ReignsView struct {
	ID, Label string
	Years     []ReignView
}

// ReignView is a year.
type ReignView struct {
	Label  string // "2025"
	Note   string // " so far"; optional
	Hours  string // "609 h"
	Ms     int64
	URL    string
	Blocks []BlockView // from the foot up
}

// BlockView is an artist in a year.
type BlockView struct {
	Name, URL, Title string
	Ms               int64
	Hue              string // class
}

// The columns of reigns are as high as their hours; a block is labelled where its
// name fits.
const (
	reignHeight = 190.0
	reignLabel  = 14.0 // pixels that a name takes
	reignGap    = 2.0
)

// A column is a year made ready.
type column struct {
	ReignView
	Height, Top string
	Blocks      []block
}

type block struct {
	BlockView
	Y, Height, TextY string
	Named            bool
}

func (v ReignsView) columns() []column {
	var top int64
	for _, y := range v.Years {
		top = max(top, y.Ms)
	}
	out := make([]column, len(v.Years))
	for i, y := range v.Years {
		height := barHeight(y.Ms, top, reignHeight)
		c := column{ReignView: y, Height: short(height, 1), Top: short(reignHeight-height, 1)}
		foot := reignHeight
		for _, b := range y.Blocks {
			h := float64(b.Ms) / float64(max(top, 1)) * reignHeight
			if h < 3 {
				break // what is thinner cannot be told from its neighbours
			}
			c.Blocks = append(c.Blocks, block{b, short(foot-h, 1), short(math.Max(1, h-reignGap), 1), short(foot-h+min(16, (h-reignGap)/2+4), 1), h >= reignLabel})
			foot -= h
		}
		out[i] = c
	}
	return out
}

func pixels(f float64) string { return strconv.Itoa(int(f)) }
