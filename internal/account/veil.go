package account

import (
	"bytes"
	"fmt"
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
	whole       bool // not even a first letter may be shown
}

// VeilOf is the veil over a document of that topic.
func VeilOf(topic export.Topic) Veil {
	return Veil{hides: personalTopics[topic], open: impersonalTopics[topic]}
}

// Beneath is the veil over a member of an object. The elements of an array have
// that of the array.
func (v Veil) Beneath(key string) Veil {
	v.hides = v.hides || !v.open && isPersonalKey(key)
	// There are so few values that the first letter is as good as all of them.
	v.whole = v.whole || strings.Contains(strings.ToLower(key), "gender")
	return v
}

// Hides reports whether the values here are personal.
func (v Veil) Hides() bool { return v.hides }

// Mask is what may be shown of a personal value unasked: the first letter and
// dots, and dots alone for what does not begin with a letter. The first digit of
// a birthdate or a number gives too much away.
func (v Veil) Mask(n *Node) string {
	if r, _ := utf8.DecodeRuneInString(n.Text); unicode.IsLetter(r) && n.Kind != NodeBool && !v.whole {
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
	case 'n':
		return v.copyToken()
	}
	if !veil.Hides() {
		value, err := v.dec.ReadValue()
		if err != nil {
			return err
		}
		return v.enc.WriteValue(value)
	}
	token, err := v.dec.ReadToken()
	if err != nil {
		return err
	}
	n := Node{Kind: NodeText, Text: token.String()}
	if k := token.Kind(); k == 't' || k == 'f' {
		n.Kind = NodeBool
	}
	if n.Text == "" {
		return v.enc.WriteToken(jsontext.String(""))
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
