package account

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// A Veil goes down a document beside whoever shows it, and knows which of its
// values are personal. It knows them by the same rules as PersonalFields, but
// has no bounds: what is too deep or too much to be listed is hidden all the same.
type Veil struct {
	hides, open bool
	letters     bool // keys of free text count as personal
	count       bool // what is here is a number of things
	whole       bool // not even a first letter may be shown
}

// letterTopics are those in which people write to others, or to themselves.
var letterTopics = map[export.Topic]bool{export.TopicBottle: true, export.TopicPodcastInteractivity: true}

// letterMarks are parts of keys, in lower case, under which free text stands.
var letterMarks = []string{"note", "comment", "message", "text", "body", "reply"}

// VeilOf is the veil over a document of that topic.
func VeilOf(topic export.Topic) Veil {
	return Veil{hides: personalTopics[topic], open: impersonalTopics[topic], letters: letterTopics[topic]}
}

// Beneath is the veil over a member of an object. The elements of an array have
// that of the array.
func (v Veil) Beneath(key string) Veil {
	lower := strings.ToLower(key)
	v.hides = v.hides && lower != "followingartists" || !v.open && isPersonalKey(lower) ||
		v.letters && slices.ContainsFunc(letterMarks, func(m string) bool { return strings.Contains(lower, m) })
	v.count = strings.HasSuffix(lower, "count") || strings.HasPrefix(lower, "numberof")
	// There are so few values that the first letter is as good as all of them.
	v.whole = v.whole || strings.Contains(lower, "gender")
	return v
}

// Hides reports whether a scalar here is personal: by where it stands or, a
// text, by its form. What is true or false is not, and neither is a count.
func (v Veil) Hides(n *Node) bool {
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
func (v Veil) Mask(n *Node) string {
	if r, _ := utf8.DecodeRuneInString(n.Text); unicode.IsLetter(r) && !v.whole {
		return string(r) + maskDots
	}
	return maskDots
}

// Veiled is a document as it may be shown unasked: with a mask, which is a text,
// in place of every personal value. It also reports whether there was any.
func Veiled(json []byte, topic export.Topic) (veiled []byte, personal bool, err error) {
	options := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	var out bytes.Buffer
	v := veiling{
		dec: jsontext.NewDecoder(bytes.NewReader(json), options...),
		enc: jsontext.NewEncoder(&out, options...),
	}
	if err := v.value(VeilOf(topic)); err != nil {
		return nil, false, fmt.Errorf("veil document: %w", err)
	}
	return out.Bytes(), v.personal, nil
}

type veiling struct {
	dec      *jsontext.Decoder
	enc      *jsontext.Encoder
	personal bool
}

func (v *veiling) value(veil Veil) error {
	switch kind := v.dec.PeekKind(); kind {
	case '{', '[':
		if err := v.copyToken(); err != nil {
			return err
		}
		for v.dec.PeekKind() != kind+2 { // the bracket that closes it
			beneath := veil
			if kind == '{' {
				name, err := v.dec.ReadToken()
				if err != nil {
					return err
				}
				key := name.String()
				if err := v.enc.WriteToken(jsontext.String(key)); err != nil {
					return err
				}
				beneath = veil.Beneath(key)
			}
			if err := v.value(beneath); err != nil {
				return err
			}
		}
		return v.copyToken()
	case '"', '0':
		return v.scalar(veil, kind)
	}
	return v.copyToken()
}

// scalar copies a text or a number as it stands, unless it is hidden.
func (v *veiling) scalar(veil Veil, kind jsontext.Kind) error {
	value, err := v.dec.ReadValue()
	if err != nil {
		return err
	}
	n := Node{Kind: NodeNumber, Text: string(value)}
	if kind == '"' {
		n.Kind = NodeText
		text, _ := jsontext.AppendUnquote(nil, value) // what is no UTF-8 becomes U+FFFD
		n.Text = string(text)
	}
	if n.Text == "" || !veil.Hides(&n) {
		return v.enc.WriteValue(value)
	}
	v.personal = true
	return v.enc.WriteToken(jsontext.String(veil.Mask(&n)))
}

func (v *veiling) copyToken() error {
	token, err := v.dec.ReadToken()
	if err != nil {
		return err
	}
	return v.enc.WriteToken(token)
}
