package upload

import (
	"context"
	"crypto/rand"
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
	namespaceIDBytes = 16
	secretBytes      = 32
)

// ErrNamespace: the text is not a Namespace.
var ErrNamespace = errors.New("upload: not a namespace")

// ErrNewer: a later version of the program has written this. It is not damaged,
// and an instance of that version reads it, so it must be left alone.
var ErrNewer = errors.New("upload: written by a later version")

// recordVersion is what a record says in its field "version" when a reader
// that does not know its fields would get it wrong; new fields alone are no
// reason. A record without the field is of the first version.
const recordVersion = 1

// Namespace is the corner of the bucket that holds one person's uploads, and the
// only key to it. It belongs into the person's session. Whatever is looked up
// is looked up in the asker's own namespace, so another person's upload is simply
// not there.
type Namespace struct {
	id     string // 32 hexadecimal digits
	secret []byte
}

// NewNamespace returns a namespace with nothing in it.
func NewNamespace() Namespace {
	b := make([]byte, namespaceIDBytes+secretBytes)
	_, _ = rand.Read(b) // never fails
	return newNamespace(b)
}

func newNamespace(b []byte) Namespace {
	return Namespace{id: hex.EncodeToString(b[:namespaceIDBytes]), secret: b[namespaceIDBytes:]}
}

// ParseNamespace reads what [Namespace.Text] wrote; anything else is ErrNamespace.
func ParseNamespace(text string) (Namespace, error) {
	// The length is that of the text, because the decoder skips line breaks.
	if len(text) != base64.RawURLEncoding.EncodedLen(namespaceIDBytes+secretBytes) {
		return Namespace{}, ErrNamespace
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != namespaceIDBytes+secretBytes {
		return Namespace{}, ErrNamespace
	}
	return newNamespace(b), nil
}

// Text is the namespace, key included, for [ParseNamespace]. It is a secret: a Namespace
// that is formatted or logged shows its ID alone.
func (ns Namespace) Text() string {
	id, _ := hex.DecodeString(ns.id) // made by newNamespace
	return base64.RawURLEncoding.EncodeToString(append(id, ns.secret...))
}

// Format implements [fmt.Formatter] and leaves the key out.
func (ns Namespace) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "namespace "+ns.id) }

// LogValue implements [slog.LogValuer] and leaves the key out.
func (ns Namespace) LogValue() slog.Value { return slog.StringValue(ns.id) }

// Derive returns n secret bytes that depend on the namespace's key and the label
// alone.
func (ns Namespace) Derive(label string, n int) []byte {
	return seal.Derive(ns.secret, nil, "uploads "+label, n)
}

// key is the bucket's key for what the namespace calls name.
func (ns Namespace) key(name string) string { return "uploads/" + ns.id + "/" + name }

// Each object is sealed under a key of its own and bound to its place.

func (ns Namespace) seal(name string, expires time.Time, content []byte) ([]byte, error) {
	key := ns.key(name)
	return seal.Seal(ns.Derive("object "+key, seal.KeyBytes), key, expires, content)
}

func (ns Namespace) open(name string, blob []byte) ([]byte, error) {
	key := ns.key(name)
	content, _, err := seal.Open(ns.Derive("object "+key, seal.KeyBytes), key, blob)
	if errors.Is(err, seal.ErrVersion) {
		return nil, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	return content, err
}

// Records are small sealed values in a namespace, stored as JSON: what is known of
// a file, or the import that several instances may carry out.
type Records struct{ Bucket bucket.Bucket }

// Put writes v, replacing what was there.
func (r Records) Put(ctx context.Context, ns Namespace, name string, v any, expires time.Time) error {
	return r.write(ctx, ns, name, v, expires, r.Bucket.Put)
}

// Create writes v, or returns [bucket.ErrExists] when there is a record that has
// not expired.
func (r Records) Create(ctx context.Context, ns Namespace, name string, v any, expires time.Time) error {
	return r.write(ctx, ns, name, v, expires, func(ctx context.Context, key string, blob []byte, expires time.Time) error {
		return bucket.CreateOverExpired(ctx, r.Bucket, key, blob, expires)
	})
}

func (r Records) write(ctx context.Context, ns Namespace, name string, v any, expires time.Time, write func(context.Context, string, []byte, time.Time) error) error {
	content, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	blob, err := ns.seal(name, expires, content)
	if err != nil {
		return fmt.Errorf("seal record: %w", err)
	}
	if err := write(ctx, ns.key(name), blob, expires); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

// Get reads what Put wrote into v, or returns [bucket.ErrNotFound], or ErrDamaged.
// What a later version wrote is ErrNewer.
func (r Records) Get(ctx context.Context, ns Namespace, name string, v any) error {
	blob, err := r.Bucket.Get(ctx, ns.key(name))
	if err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	content, err := ns.open(name, blob)
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
func (r Records) Exists(ctx context.Context, ns Namespace, name string) (bool, error) {
	return bucket.Exists(ctx, r.Bucket, ns.key(name))
}

// Delete removes the record, if it is there.
func (r Records) Delete(ctx context.Context, ns Namespace, name string) error {
	return r.Bucket.Delete(ctx, ns.key(name))
}

// Names are those of the records in the namespace that begin with prefix.
func (r Records) Names(ctx context.Context, ns Namespace, prefix string) ([]string, error) {
	names, err := r.Bucket.List(ctx, ns.key(prefix))
	for i, key := range names {
		names[i] = strings.TrimPrefix(key, ns.key(""))
	}
	return names, err
}
