package account

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// A Redactor decides at one place of a document which values are personal. It
// follows the rules of PersonalFields, but without bounds: what is too deep or
// too much to be listed is hidden all the same.
type Redactor struct {
	hides, open bool
	letters     bool // keys of free text count as personal
	count       bool // what is here is a number of things
	whole       bool // not even a first letter may be shown
}

// letterMarks are parts of keys, in lower case, under which free text stands.
var letterMarks = []string{"note", "comment", "message", "text", "body", "reply"}

// NewRedactor is the redactor over a document of that topic.
func NewRedactor(topic export.Topic) Redactor {
	holds := ruleOf(topic).holds
	return Redactor{hides: holds == everything, open: holds == nothing, letters: holds == letters}
}

// Member is the redactor over a member of an object. The elements of an array have
// that of the array.
func (v Redactor) Member(key string) Redactor {
	lower := strings.ToLower(key)
	v.hides = v.hides && lower != "followingartists" || !v.open && isPersonalKey(lower) ||
		v.letters && slices.ContainsFunc(letterMarks, func(m string) bool { return strings.Contains(lower, m) })
	v.count = strings.HasSuffix(lower, "count") || strings.HasPrefix(lower, "numberof")
	// There are so few values that the first letter tells the whole.
	v.whole = v.whole || strings.Contains(lower, "gender")
	return v
}

// Redacts reports whether a scalar here is personal: by its place or, if it is
// a text, by its form. Booleans and counts are not.
func (v Redactor) Redacts(n *Node) bool {
	switch n.Kind {
	case NodeText:
		return v.hides || isPersonalText(n.Text)
	case NodeNumber:
		return v.hides && !v.count
	}
	return false
}

// Mask is what may be shown of a personal value unasked: the first letter and
// dots, and dots alone for what does not begin with a letter. The first digit of
// a birthdate or a number gives too much away.
func (v Redactor) Mask(n *Node) string {
	if r, _ := utf8.DecodeRuneInString(n.Text); unicode.IsLetter(r) && !v.whole {
		return string(r) + maskDots
	}
	return maskDots
}

// Redacted is as much of a document as is given away at once.
type Redacted struct {
	JSON    []byte
	Masked  bool // whether a value was personal, and hidden
	LeftOut int  // elements and fields that are in the document and not in JSON
}

// Redact returns a well-formed document, of that extent, with a text as a mask
// in place of every personal value, unless they are to be revealed. What lies
// beyond the first maxShown bytes is left out.
func Redact(json []byte, extent export.Extent, topic export.Topic, reveal bool) (Redacted, error) {
	json = withoutMark(json)
	s := redacting{scanner: scanner{b: json}, reveal: reveal, out: make([]byte, 0, min(len(json), maxShown)+1024)}
	s.value(NewRedactor(topic), 0)
	if s.broken && !s.full {
		return Redacted{}, fmt.Errorf("show document: %w", errBroken)
	}
	shown := Redacted{JSON: s.out, Masked: s.masked}
	if s.full {
		here := export.Measure(s.out)
		shown.LeftOut = extent.Elements - here.Elements + extent.Members - here.Members
	}
	return shown, nil
}

// redacting writes a document anew, within bounds.
type redacting struct {
	scanner
	out            []byte
	reveal, masked bool
	full           bool // the bound is reached: only open brackets are still closed
}

func (s *redacting) value(redactor Redactor, depth int) {
	c := s.next()
	switch {
	case (c == '{' || c == '[') && depth == maxDepth:
		s.broken = true
	case c == '{' || c == '[':
		s.container(redactor, c, depth)
	default:
		s.scalar(redactor, c)
	}
}

func (s *redacting) container(redactor Redactor, open byte, depth int) {
	s.out = append(s.out, open)
	first := true
	s.each(func(key []byte) {
		if s.full = s.full || len(s.out) >= maxShown; s.full {
			s.broken = true // goes no further
			return
		}
		if !first {
			s.out = append(s.out, ',')
		}
		first = false
		beneath := redactor
		if open == '{' {
			s.out = append(append(s.out, key...), ':')
			beneath = redactor.Member(string(unquoted(key, &s.buf)))
		}
		s.value(beneath, depth+1)
	})
	s.out = append(s.out, open+2)
}

func (s *redacting) scalar(redactor Redactor, c byte) {
	token := s.skip()
	n := Node{Kind: NodeNumber, Text: string(token)}
	switch c {
	case '"':
		n.Kind, n.Text = NodeText, string(unquoted(token, &s.buf))
	case 't', 'f':
		n.Kind = NodeBool
	case 'n':
		n.Kind = NodeNull
	}
	if s.reveal || n.Text == "" || !redactor.Redacts(&n) {
		s.out = append(s.out, token...)
		return
	}
	s.masked = true
	s.out = append(append(append(s.out, '"'), redactor.Mask(&n)...), '"')
}
