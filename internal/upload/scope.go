package upload

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

const (
	scopeIDBytes = 16
	secretBytes  = 32
)

// ErrScope: the text is not a Scope.
var ErrScope = errors.New("upload: not a scope")

// ErrNewer: a later version of the program has written this. It is not damaged,
// and an instance of that version reads it, so it must be left alone.
var ErrNewer = errors.New("upload: written by a later version")

// recordVersion is what a record says in its field "version" when a reader
// that does not know its fields would get it wrong; new fields alone are no
// reason. A record without the field is of the first version.
const recordVersion = 1

// Scope is the corner of the bucket that holds one person's uploads, and the
// only key to it. It belongs into the person's session. Whatever is looked up
// is looked up in the asker's own scope, so another person's upload is simply
// not there.
type Scope struct {
	id     string // 32 hexadecimal digits
	secret []byte
}

// NewScope returns a scope with nothing in it.
func NewScope() Scope {
	b := make([]byte, scopeIDBytes+secretBytes)
	_, _ = rand.Read(b) // never fails
	return newScope(b)
}

func newScope(b []byte) Scope {
	return Scope{id: hex.EncodeToString(b[:scopeIDBytes]), secret: b[scopeIDBytes:]}
}

// ParseScope reads what [Scope.Text] wrote; anything else is ErrScope.
func ParseScope(text string) (Scope, error) {
	// The length is that of the text, because the decoder skips line breaks.
	if len(text) != base64.RawURLEncoding.EncodedLen(scopeIDBytes+secretBytes) {
		return Scope{}, ErrScope
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != scopeIDBytes+secretBytes {
		return Scope{}, ErrScope
	}
	return newScope(b), nil
}

// Text is the scope, key included, for [ParseScope]. It is a secret: a Scope
// that is formatted or logged shows its ID alone.
func (s Scope) Text() string {
	id, _ := hex.DecodeString(s.id) // made by newScope
	return base64.RawURLEncoding.EncodeToString(append(id, s.secret...))
}

// Format implements [fmt.Formatter] and leaves the key out.
func (s Scope) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "scope "+s.id) }

// LogValue implements [slog.LogValuer] and leaves the key out.
func (s Scope) LogValue() slog.Value { return slog.StringValue(s.id) }

// Derive returns n secret bytes that depend on the scope's key and the label
// alone.
func (s Scope) Derive(label string, n int) []byte {
	b, err := hkdf.Key(sha256.New, s.secret, nil, "uploads "+label, n)
	if err != nil {
		panic("upload: " + err.Error()) // only for an absurd n
	}
	return b
}

// key is the bucket's key for what the scope calls name.
func (s Scope) key(name string) string { return "uploads/" + s.id + "/" + name }

// Each object is sealed under a key of its own and bound to its place.

func (s Scope) seal(name string, expires time.Time, content []byte) ([]byte, error) {
	key := s.key(name)
	return seal.Seal(s.Derive("object "+key, seal.KeyBytes), key, expires, content)
}

func (s Scope) open(name string, blob []byte) ([]byte, error) {
	key := s.key(name)
	content, _, err := seal.Open(s.Derive("object "+key, seal.KeyBytes), key, blob)
	if errors.Is(err, seal.ErrVersion) {
		return nil, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	return content, err
}

// Records are small sealed values in a scope, stored as JSON: what is known of
// a file, or the import that several instances may carry out.
type Records struct{ Bucket bucket.Bucket }

// Put writes v, replacing what was there.
func (r Records) Put(ctx context.Context, s Scope, name string, v any, expires time.Time) error {
	return r.write(ctx, s, name, v, expires, r.Bucket.Put)
}

// Create writes v, or returns [bucket.ErrExists] when there is a record that has
// not expired.
func (r Records) Create(ctx context.Context, s Scope, name string, v any, expires time.Time) error {
	return r.write(ctx, s, name, v, expires, func(ctx context.Context, key string, blob []byte, expires time.Time) error {
		return bucket.CreateOverExpired(ctx, r.Bucket, key, blob, expires)
	})
}

func (r Records) write(ctx context.Context, s Scope, name string, v any, expires time.Time, write func(context.Context, string, []byte, time.Time) error) error {
	content, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	blob, err := s.seal(name, expires, content)
	if err != nil {
		return fmt.Errorf("seal record: %w", err)
	}
	if err := write(ctx, s.key(name), blob, expires); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

// Get reads what Put wrote into v, or returns [bucket.ErrNotFound], or ErrDamaged.
// What a later version wrote is ErrNewer.
func (r Records) Get(ctx context.Context, s Scope, name string, v any) error {
	blob, err := r.Bucket.Get(ctx, s.key(name))
	if err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	content, err := s.open(name, blob)
	if err != nil {
		return fmt.Errorf("read record: %w", damaged(err))
	}
	var of struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(content, &of) == nil && of.Version > recordVersion { // some are no objects
		return fmt.Errorf("read record: %w", ErrNewer)
	}
	if err := json.Unmarshal(content, v); err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	return nil
}

// Exists reports whether Get would find the record.
func (r Records) Exists(ctx context.Context, s Scope, name string) (bool, error) {
	_, err := r.Bucket.Stat(ctx, s.key(name))
	if errors.Is(err, bucket.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Delete removes the record, if it is there.
func (r Records) Delete(ctx context.Context, s Scope, name string) error {
	return r.Bucket.Delete(ctx, s.key(name))
}

// Names are those of the records in the scope that begin with prefix.
func (r Records) Names(ctx context.Context, s Scope, prefix string) ([]string, error) {
	names, err := r.Bucket.List(ctx, s.key(prefix))
	for i, key := range names {
		names[i] = strings.TrimPrefix(key, s.key(""))
	}
	return names, err
}
