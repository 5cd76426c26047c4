// Package object is the bucket in an object store of a cloud: S3, Google
// Cloud Storage and Azure Blob Storage, or what speaks like one of them. It
// works through gocloud.dev/blob; the few things that has no common word for
// are a [Provider].
//
// An object is a header and the blob. The header says when the blob expires, so
// that reading it, and refusing it, takes one request. Object stores that can
// expire objects by a rule of their own do so by the day; the rule is the broom
// for what [Bucket.Sweep] leaves, not the clock.
package object

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"golang.org/x/sync/errgroup"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// A Provider is what differs between clouds.
type Provider struct {
	// Open opens the bucket. It is called at the first operation, and again after
	// it failed: finding credentials may take requests of its own.
	Open func(context.Context) (*blob.Bucket, error)
	// Absent reports whether an error says that there is no such object, as
	// opposed to no such bucket, no such host, or no permission to know.
	Absent func(error) bool
	// Refused reports whether an error says that a condition did not hold, or
	// that two conditional writes met.
	Refused func(error) bool
	// DeleteOnly makes a deletion succeed only of the version described. It is
	// called with what gocloud gives to BeforeDelete.
	DeleteOnly func(there *blob.Attributes, as func(any) bool) error
	// Rules reads by which rules of its own the store removes objects. Nil where that
	// cannot be read.
	Rules func(ctx context.Context, store *blob.Bucket) ([]Rule, error)
	// Prefix begins the names of all objects.
	Prefix string
	// BufferSize is gocloud's of that name. A blob is in memory as it is.
	BufferSize int
}

// A Rule of a store removes objects by itself.
type Rule struct {
	Prefix string // of the names that it is for; empty for all
	Days   int    // after the object was written
}

// lasting begin the keys of blobs that may be kept for longest.
var lasting = []string{"datasets/", "notes/", "accounts/"}

// RemovedAfterDays is after how many days a rule of the store removes some of the blobs
// that last: 0 says that none does.
func (b *Bucket) RemovedAfterDays(ctx context.Context) (days int, err error) {
	if b.provider.Rules == nil {
		return 0, nil
	}
	err = b.ask(ctx, "read rules", func(ctx context.Context, store *blob.Bucket, _ func(int)) error {
		rules, err := b.provider.Rules(ctx, store)
		for _, rule := range rules {
			for _, key := range lasting {
				name := b.provider.Prefix + objectName(key)
				concerns := strings.HasPrefix(name, rule.Prefix) || strings.HasPrefix(rule.Prefix, name)
				if concerns && rule.Days > 0 && (days == 0 || rule.Days < days) {
					days = rule.Days
				}
			}
		}
		return err
	})
	return days, err
}

// Bucket implements [bucket.Bucket].
type Bucket struct {
	provider Provider
	now      func() time.Time

	opening chan struct{} // holds one; a mutex would keep waiting whoever has no time
	store   *blob.Bucket

	sweeping sync.Mutex
	sweepAt  []byte // where the next sweep goes on; nil for the beginning
}

var _ bucket.Bucket = (*Bucket)(nil)

const (
	// answerTime bounds the wait for an answer; what is transferred gets a
	// second more for each transferRate bytes.
	answerTime   = 10 * time.Second
	transferRate = 1 << 20
	// pageSize is how many objects are listed with one request, and looked at in
	// one sweep.
	pageSize = 1000
	// concurrency bounds the requests that one List or Sweep makes at a time.
	concurrency = 16
)

// New returns the bucket of a provider, whose blobs expire by the clock now.
func New(p Provider, now func() time.Time) *Bucket {
	return &Bucket{provider: p, now: now, opening: make(chan struct{}, 1), sweepAt: blob.FirstPageToken}
}

// A header stands before each blob.
type header struct {
	expires time.Time
	// id tells one write from all others. A client that sent a write twice, when
	// an answer was lost, knows its own by it.
	id   [idBytes]byte
	size int64 // of the blob; only peek knows it
}

const (
	mark        = "sdtobj01"
	idBytes     = 8
	headerBytes = len(mark) + 8 + idBytes
)

func newHeader(expires time.Time) header {
	h := header{expires: expires}
	_, _ = rand.Read(h.id[:]) // never fails; it ends the program instead
	return h
}

func (h header) marshal() []byte {
	b := binary.BigEndian.AppendUint64([]byte(mark), uint64(h.expires.UnixMilli()))
	return append(b, h.id[:]...)
}

// readHeader reads what marshal wrote. What does not begin like it is not a blob
// of ours: ErrNotFound.
func readHeader(r io.Reader) (header, error) {
	var b [headerBytes]byte
	switch _, err := io.ReadFull(r, b[:]); {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return header{}, bucket.ErrNotFound
	case err != nil:
		return header{}, err
	case string(b[:len(mark)]) != mark:
		return header{}, bucket.ErrNotFound
	}
	h := header{expires: time.UnixMilli(int64(binary.BigEndian.Uint64(b[len(mark):])))}
	copy(h.id[:], b[len(mark)+8:])
	return h, nil
}

func (b *Bucket) live(h header) bool { return b.now().Before(h.expires) }

// objectName is the key in one segment: stores that keep objects as files have
// no room for both "a" and "a/b". It serves prefixes, too.
func objectName(key string) string { return strings.ReplaceAll(key, "/", ",") }

func keyOf(name string) string { return strings.ReplaceAll(name, ",", "/") }

func (b *Bucket) Get(ctx context.Context, key string) (data []byte, err error) {
	err = b.askFor(ctx, "read blob", key, func(ctx context.Context, store *blob.Bucket, name string, more func(int)) error {
		r, err := store.NewReader(ctx, name, nil)
		if err != nil {
			return err
		}
		defer r.Close()
		h, err := readHeader(r)
		if err != nil {
			return err
		}
		if !b.live(h) {
			return bucket.ErrNotFound
		}
		size := int(r.Size()) - headerBytes
		more(size)
		read := make([]byte, size)
		if _, err := io.ReadFull(r, read); err != nil {
			return err
		}
		data = read
		return nil
	})
	return data, err
}

func (b *Bucket) Stat(ctx context.Context, key string) (int64, error) {
	h, err := b.stat(ctx, key)
	return h.size, err
}

func (b *Bucket) Expires(ctx context.Context, key string) (time.Time, error) {
	h, err := b.stat(ctx, key)
	return h.expires, err
}

func (b *Bucket) stat(ctx context.Context, key string) (there header, err error) {
	err = b.askFor(ctx, "look for blob", key, func(ctx context.Context, store *blob.Bucket, name string, _ func(int)) error {
		h, err := b.peek(ctx, store, name)
		if err != nil {
			return err
		}
		if !b.live(h) {
			return bucket.ErrNotFound
		}
		there = h
		return nil
	})
	return there, err
}

// peek reads an object's header.
func (b *Bucket) peek(ctx context.Context, store *blob.Bucket, name string) (header, error) {
	r, err := store.NewRangeReader(ctx, name, 0, int64(headerBytes), nil)
	if err != nil {
		return header{}, err
	}
	defer r.Close()
	h, err := readHeader(r)
	h.size = r.Size() - int64(headerBytes)
	return h, err
}

func (b *Bucket) Put(ctx context.Context, key string, data []byte, expires time.Time) error {
	return b.askFor(ctx, "write blob", key, func(ctx context.Context, store *blob.Bucket, name string, more func(int)) error {
		more(len(data))
		return b.upload(ctx, store, name, newHeader(expires), data, &blob.WriterOptions{})
	})
}

func (b *Bucket) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	h := newHeader(expires)
	return b.askFor(ctx, "create blob", key, func(ctx context.Context, store *blob.Bucket, name string, more func(int)) error {
		more(len(data))
		err := b.upload(ctx, store, name, h, data, &blob.WriterOptions{IfNotExist: true})
		if !b.provider.Refused(err) {
			return err
		}
		switch there, err := b.peek(ctx, store, name); {
		case err == nil && there.id == h.id:
			return nil // the client has sent it twice
		case err == nil || b.gone(err):
			return bucket.ErrExists
		default:
			return err
		}
	})
}

func (b *Bucket) upload(ctx context.Context, store *blob.Bucket, name string, h header, data []byte, o *blob.WriterOptions) error {
	// Without a type, gocloud would look for one.
	o.ContentType = "application/octet-stream"
	o.BufferSize = b.provider.BufferSize
	// In one piece, or S3's client would keep buffers of its own.
	return store.Upload(ctx, name, bytes.NewReader(append(h.marshal(), data...)), o)
}

func (b *Bucket) Delete(ctx context.Context, key string) error {
	return b.askFor(ctx, "delete blob", key, func(ctx context.Context, store *blob.Bucket, name string, _ func(int)) error {
		if err := store.Delete(ctx, name); !b.provider.Absent(err) {
			return err
		}
		return nil
	})
}

// List implements [bucket.Bucket]. It costs a request for each blob.
func (b *Bucket) List(ctx context.Context, prefix string) (keys []string, err error) {
	if err := bucket.CheckPrefix(prefix); err != nil {
		return nil, err
	}
	for page := blob.FirstPageToken; page != nil; {
		err := b.ask(ctx, "list blobs", func(ctx context.Context, store *blob.Bucket, _ func(int)) error {
			some, next, err := b.listPage(ctx, store, page, prefix)
			keys, page = append(keys, some...), next
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return keys, ctx.Err()
}

func (b *Bucket) listPage(ctx context.Context, store *blob.Bucket, page []byte, prefix string) (keys []string, next []byte, err error) {
	objects, next, err := store.ListPage(ctx, page, pageSize, &blob.ListOptions{Prefix: objectName(prefix)})
	if err != nil {
		return nil, nil, err
	}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(concurrency)
	for _, object := range objects {
		key := keyOf(object.Key)
		if bucket.CheckKey(key) != nil {
			continue
		}
		group.Go(func() error {
			h, err := b.peek(ctx, store, object.Key)
			if b.gone(err) {
				return nil
			}
			if err == nil && b.live(h) {
				mu.Lock()
				defer mu.Unlock()
				keys = append(keys, key)
			}
			return err
		})
	}
	return keys, next, group.Wait()
}

// Sweep implements [bucket.Bucket]. It looks at one page of objects and goes on
// behind it the next time, so that it costs the same however much is stored.
func (b *Bucket) Sweep(ctx context.Context) (swept int, err error) {
	if err := b.CheckClock(ctx); err != nil {
		return 0, err
	}
	b.sweeping.Lock()
	defer b.sweeping.Unlock()
	err = b.ask(ctx, "sweep", func(ctx context.Context, store *blob.Bucket, more func(int)) error {
		objects, next, err := store.ListPage(ctx, b.sweepAt, pageSize, nil)
		if err != nil {
			b.sweepAt = blob.FirstPageToken // the token may be what is wrong
			return err
		}
		more(len(objects) * (transferRate / 20)) // a twentieth of a second each
		var mu sync.Mutex
		var group errgroup.Group
		group.SetLimit(concurrency)
		for _, object := range objects {
			group.Go(func() error {
				removed, err := b.sweepObject(ctx, store, object.Key)
				if removed {
					mu.Lock()
					swept++
					mu.Unlock()
				}
				return err
			})
		}
		if b.sweepAt = next; next == nil {
			b.sweepAt = blob.FirstPageToken
		}
		return group.Wait()
	})
	return swept, err
}

// sweepObject removes the object when it has expired, unless it was replaced
// since.
func (b *Bucket) sweepObject(ctx context.Context, store *blob.Bucket, name string) (bool, error) {
	if expired, err := b.expired(ctx, store, name); !expired {
		return false, err
	}
	there, err := store.Attributes(ctx, name)
	if err == nil {
		// Once more, because the attributes may be those of a later version.
		var expired bool
		if expired, err = b.expired(ctx, store, name); !expired {
			return false, err
		}
		err = store.DeleteWithOptions(ctx, name, &blob.DeleteOptions{BeforeDelete: func(as func(any) bool) error {
			return b.provider.DeleteOnly(there, as)
		}})
	}
	if b.provider.Absent(err) || b.provider.Refused(err) {
		return false, nil
	}
	return err == nil, err
}

// expired reports whether there is a blob, and one that has expired.
func (b *Bucket) expired(ctx context.Context, store *blob.Bucket, name string) (bool, error) {
	h, err := b.peek(ctx, store, name)
	if b.gone(err) {
		return false, nil
	}
	return err == nil && !b.live(h), err
}

// gone reports whether an error says that there is no object, or one that is not
// a blob of ours.
func (b *Bucket) gone(err error) bool {
	return b.provider.Absent(err) || errors.Is(err, bucket.ErrNotFound)
}

// CheckClock implements [bucket.Bucket]. The clock of the store shows the time at
// which it has an object that is written for the purpose, under a name that no key
// has.
func (b *Bucket) CheckClock(ctx context.Context) error {
	name := "Clock-" + rand.Text()
	var theirs time.Time
	err := b.ask(ctx, "ask for the time", func(ctx context.Context, store *blob.Bucket, _ func(int)) error {
		if err := store.WriteAll(ctx, name, []byte("What time is it?"), &blob.WriterOptions{ContentType: "text/plain"}); err != nil {
			return err
		}
		attributes, err := store.Attributes(ctx, name)
		if err == nil {
			theirs = attributes.ModTime
		}
		return errors.Join(err, store.Delete(ctx, name))
	})
	if err != nil {
		return err
	}
	return bucket.CompareClocks(b.now(), theirs)
}

// Ping implements [bucket.Bucket]. It reads what need not be there: whoever is
// told so may read, and asks the right bucket.
func (b *Bucket) Ping(ctx context.Context) error {
	return b.ask(ctx, "ping", func(ctx context.Context, store *blob.Bucket, _ func(int)) error {
		if _, err := b.peek(ctx, store, "ping"); !b.gone(err) {
			return err
		}
		return nil
	})
}

func (b *Bucket) Close() error {
	b.opening <- struct{}{}
	defer func() { <-b.opening }()
	if b.store == nil {
		return nil
	}
	return b.store.Close()
}

// askFor is ask for an operation on a key, which is told the name of the object.
func (b *Bucket) askFor(ctx context.Context, operation, key string, f func(ctx context.Context, store *blob.Bucket, name string, more func(size int)) error) error {
	if err := bucket.CheckKey(key); err != nil {
		return err
	}
	return b.ask(ctx, operation, func(ctx context.Context, store *blob.Bucket, more func(int)) error {
		return f(ctx, store, objectName(key), more)
	})
}

// ask runs one operation within its time and gives its error the meaning the
// interface asks for. The operation calls more before it transfers that many
// bytes.
func (b *Bucket) ask(ctx context.Context, operation string, f func(ctx context.Context, store *blob.Bucket, more func(size int)) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	asking, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	late := time.AfterFunc(answerTime, func() { cancel(errSlow) })
	defer late.Stop()
	more := func(size int) { late.Reset(answerTime + time.Duration(size/transferRate)*time.Second) }

	store, err := b.open(asking)
	if err == nil {
		err = f(asking, store, more)
	}
	switch {
	case err == nil || errors.Is(err, bucket.ErrNotFound) || errors.Is(err, bucket.ErrExists):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case b.provider.Absent(err):
		return bucket.ErrNotFound
	case asking.Err() != nil:
		err = context.Cause(asking)
	}
	// Its text quotes an address, and Azure's addresses may hold a signature.
	if cause := (*url.Error)(nil); errors.As(err, &cause) {
		err = cause.Err
	}
	return bucket.Unavailable(operation, err)
}

var errSlow = errors.New("no answer in time")

func (b *Bucket) open(ctx context.Context) (*blob.Bucket, error) {
	select {
	case b.opening <- struct{}{}:
		defer func() { <-b.opening }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if b.store != nil {
		return b.store, nil
	}
	store, err := b.provider.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	b.store = store
	return store, nil
}
