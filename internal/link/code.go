// Package link hands a dataset from one device of a person to another: by a code
// that is good once, for ten minutes. What it hands over lies sealed in the bucket,
// under a name and a key that only the code gives.
package link

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

const (
	codeBytes  = 10 // 80 random bits
	digits     = codeBytes * 8 / 5
	groupBytes = 4
	// alphabet is Crockford's base 32: no I, L, O and U, which are misread.
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// ErrMalformed: the text cannot be a code.
var ErrMalformed = errors.New("link: not a code")

// A Code is the secret that is carried from one device to the other. Formatted or
// logged it says nothing; [Code.Text] is what people see.
type Code struct{ digits string }

// NewCode makes a code.
func NewCode() Code {
	var b [codeBytes]byte
	_, _ = rand.Read(b[:]) // never fails
	return Code{base32.NewEncoding(alphabet).EncodeToString(b[:])}
}

// ParseCode reads a code as somebody types it: in either case, with or without
// spaces and hyphens, with I and L for 1 and O for 0. Anything else is ErrMalformed.
func ParseCode(text string) (Code, error) {
	if len(text) > 8*digits {
		return Code{}, ErrMalformed
	}
	read := strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '-', r == '\t', r == '\u00a0', r == '\u2010', r == '\u2011', r == '\u2013':
			return -1
		case 'a' <= r && r <= 'z':
			r -= 'a' - 'A'
		}
		switch r {
		case 'I', 'L':
			return '1'
		case 'O':
			return '0'
		}
		return r
	}, text)
	if len(read) != digits || strings.Trim(read, alphabet) != "" {
		return Code{}, ErrMalformed
	}
	return Code{read}, nil
}

// Text is the code in groups, as it is shown: "7KQ2-M9XD-4HTB-0VRW".
func (c Code) Text() string {
	var groups []string
	for i := 0; i < len(c.digits); i += groupBytes {
		groups = append(groups, c.digits[i:i+groupBytes])
	}
	return strings.Join(groups, "-")
}

// Format implements [fmt.Formatter] and tells nothing.
func (c Code) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "link code") }

// LogValue implements [slog.LogValuer] and tells nothing.
func (c Code) LogValue() slog.Value { return slog.StringValue("link code") }

// derive returns n secret bytes that depend on the code and the label alone.
func (c Code) derive(label string, n int) []byte {
	return seal.Derive([]byte(c.digits), nil, "link "+label, n)
}

// name is that of an object in the bucket.
func (c Code) name(kind string) string {
	return "links/" + hex.EncodeToString(c.derive("name", 16)) + "." + kind
}
