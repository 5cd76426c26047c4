package vault

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

const (
	idBytes  = 16
	keyBytes = seal.KeyBytes

	// RefBytes is how many secret bytes make a Ref.
	RefBytes = idBytes + keyBytes
)

// ErrRef: the text or the value is not a Ref.
var ErrRef = errors.New("vault: not a dataset reference")

// Ref names a stored dataset and holds the only copy of the key that opens it.
// It belongs into its owner's session.
type Ref struct {
	ID  string // 32 hexadecimal digits
	Key []byte // 32 bytes
}

// RefFrom makes a reference from RefBytes secret bytes, random or derived from
// another secret.
func RefFrom(secret []byte) Ref {
	return Ref{ID: hex.EncodeToString(secret[:idBytes]), Key: secret[idBytes:RefBytes]}
}

// String returns the reference, key included, as compact text for
// [ParseRef]. It is a secret. A Ref that is formatted with package fmt, logged
// or written as JSON shows its ID alone, so that the key does not end up in a
// message by mistake.
func (r Ref) String() string {
	if r.check() != nil {
		return ""
	}
	id, _ := hex.DecodeString(r.ID) // checked above
	return base64.RawURLEncoding.EncodeToString(append(id, r.Key...))
}

// ParseRef reads what String wrote; anything else is ErrRef.
func ParseRef(text string) (Ref, error) {
	// The length is that of the text, because the decoder skips line breaks.
	if len(text) != base64.RawURLEncoding.EncodedLen(RefBytes) {
		return Ref{}, ErrRef
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != RefBytes {
		return Ref{}, ErrRef
	}
	return RefFrom(b), nil
}

// Format implements [fmt.Formatter] and leaves the key out.
func (r Ref) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "dataset "+r.ID) }

// LogValue implements [slog.LogValuer] and leaves the key out.
func (r Ref) LogValue() slog.Value { return slog.StringValue(r.ID) }

// MarshalJSON implements [json.Marshaler] and leaves the key out.
func (r Ref) MarshalJSON() ([]byte, error) { return json.Marshal(r.ID) }

func (r Ref) check() error {
	if len(r.Key) != keyBytes || len(r.ID) != 2*idBytes || strings.Trim(r.ID, "0123456789abcdef") != "" {
		return ErrRef
	}
	return nil
}
