package scene

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/segmenter"
	"golang.org/x/text/unicode/norm"
)

// Measure is how wide a line of text is, in pixels.
func Measure(text string, s Style) float64 {
	t := newTypesetter()
	defer t.release()
	return t.set(text, s).width * s.Size
}

// longestName is how many characters of a text are looked at to shorten it: none
// is as narrow as that.
const longestName = 400

// Shorten returns a text that is at most so wide. What is too long ends in an
// ellipsis. Nothing of less than a letter and the ellipsis is given back.
func Shorten(text string, s Style, width float64) string {
	t := newTypesetter()
	defer t.release()
	fits := func(text string) bool { return t.set(text, s).width*s.Size <= width }
	if len(text) <= longestName && fits(text) {
		return text
	}
	runes := []rune(norm.NFC.String(text))
	var ends []int // of characters
	for end := 0; end < len(runes) && len(ends) < longestName; {
		end = characterEnd(runes, end)
		ends = append(ends, end)
	}
	shortened := func(n int) string {
		return strings.TrimRight(string(runes[:ends[n-1]]), " \t\n\u00a0.,:;-–—(") + "…"
	}
	low, high := 1, len(ends) // of the lengths between, the longest that fits
	for low < high {
		if middle := (low + high + 1) / 2; fits(shortened(middle)) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	if low < 1 || len(ends) == 0 {
		return "…"
	}
	return shortened(low)
}

// A Span is a part of a paragraph.
type Span struct {
	Text string
	Style
	Fill Color

	part int // of what was wrapped: two parts are shaped apart, as each has its own direction
}

// A Paragraph is text that was divided into lines.
type Paragraph struct {
	Lines [][]Span
	Width float64 // of the widest line
	// widths has the width of each span of each line.
	widths [][]float64
}

// Items are the lines from a place downwards, x being the left, the middle or the
// right of each.
func (p *Paragraph) Items(key string, x, y, leading float64, align Align) []Item {
	var items []Item
	for i, spans := range p.Lines {
		left := x
		for _, w := range p.widths[i] {
			switch align {
			case Middle:
				left -= w / 2
			case End:
				left -= w
			}
		}
		for j, span := range spans {
			item := Item{X: left, Y: y + leading*float64(i), Shape: Text{Text: span.Text, Style: span.Style}, Fill: span.Fill}
			if key != "" {
				item.Key = key + "." + string(rune('a'+i)) + string(rune('a'+j))
			}
			items = append(items, item)
			left += p.widths[i][j]
		}
	}
	return items
}

// token is what stays together on a line: a word with its punctuation, or a
// letter of a script that breaks anywhere.
type token struct {
	spans []Span
	width float64 // without the space after it
	space float64 // that follows if the line goes on
}

// Wrap divides spans into lines of at most this width, as even as their number
// allows. A word wider than that has a line of its own.
func Wrap(spans []Span, width float64) Paragraph {
	t := newTypesetter()
	defer t.release()
	tokens := wholeWords(t.tokens(spans), width/2)
	lines := breakLines(tokens, width)
	low, high := width/2, width // the least width that takes no more lines
	for high-low > 2 {
		if middle := (low + high) / 2; len(breakLines(tokens, middle)) > len(lines) || widest(tokens) > middle {
			low = middle
		} else {
			high = middle
		}
	}
	return t.paragraph(breakLines(tokens, high))
}

func widest(tokens []token) float64 {
	var width float64
	for i := range tokens {
		width = max(width, tokens[i].width)
	}
	return width
}

// tokens divides spans where lines may break.
func (t *typesetter) tokens(spans []Span) []token {
	var all []rune
	var owner []int
	for i, span := range spans {
		for _, r := range span.Text {
			all, owner = append(all, r), append(owner, i)
		}
	}
	var out []token
	var segments segmenter.Segmenter
	segments.Init(all)
	at := 0
	for lines := segments.LineIterator(); lines.Next(); {
		text := lines.Line().Text
		end := at + len(text)
		var k token
		for at < end {
			first := at
			for at < end && owner[at] == owner[first] {
				at++
			}
			span := spans[owner[first]]
			span.Text, span.part = string(all[first:at]), owner[first]
			if at == end {
				trimmed := strings.TrimRight(span.Text, " ")
				if trimmed != span.Text {
					k.space = t.set("x x", span.Style).width*span.Size - t.set("xx", span.Style).width*span.Size
				}
				if span.Text = trimmed; span.Text == "" {
					continue
				}
			}
			k.spans = append(k.spans, span)
			k.width += t.set(span.Text, span.Style).width * span.Size
		}
		out = append(out, k)
	}
	return out
}

// wholeWords joins the letters of scripts that break anywhere, as long as a word is no
// wider than this: a name in two lines is read as two.
func wholeWords(tokens []token, width float64) []token {
	words := tokens[:0]
	for _, k := range tokens {
		if n := len(words); n > 0 && words[n-1].space == 0 && words[n-1].width+k.width <= width && len(k.spans) > 0 && len(words[n-1].spans) > 0 {
			before, after := words[n-1].spans[len(words[n-1].spans)-1], k.spans[0]
			if last, _ := utf8.DecodeLastRuneInString(before.Text); before.part == after.part && unicode.IsLetter(last) {
				words[n-1].spans = append(words[n-1].spans, k.spans...)
				words[n-1].width, words[n-1].space = words[n-1].width+k.width, k.space
				continue
			}
		}
		words = append(words, k)
	}
	return words
}

// breakLines puts as many tokens on each line as fit.
func breakLines(tokens []token, width float64) [][]token {
	var lines [][]token
	start, filled := 0, 0.0
	for i, k := range tokens {
		if i > start && filled+k.width > width {
			lines = append(lines, tokens[start:i])
			start, filled = i, 0
		}
		filled += k.width + k.space
	}
	if start < len(tokens) {
		lines = append(lines, tokens[start:])
	}
	return lines
}

// paragraph joins the tokens of each line into spans again, so that words are
// shaped together.
func (t *typesetter) paragraph(lines [][]token) Paragraph {
	var p Paragraph
	for _, tokens := range lines {
		var spans []Span
		for i, k := range tokens {
			for _, span := range k.spans {
				if n := len(spans); n > 0 && spans[n-1].part == span.part {
					spans[n-1].Text += span.Text
				} else {
					spans = append(spans, span)
				}
			}
			if i+1 < len(tokens) && k.space > 0 && len(spans) > 0 {
				spans[len(spans)-1].Text += "\u00a0"
			}
		}
		widths := make([]float64, len(spans))
		var width float64
		for i := range spans {
			widths[i] = t.set(spans[i].Text, spans[i].Style).width * spans[i].Size
			width += widths[i]
		}
		p.Lines, p.widths, p.Width = append(p.Lines, spans), append(p.widths, widths), max(p.Width, width)
	}
	return p
}
