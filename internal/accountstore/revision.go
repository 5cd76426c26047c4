package accountstore

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// A bucket creates blobs and does not compare before it replaces them. So an
// account is a sequence of revisions: each is created under the number after the
// one it was made from, of two writers one succeeds, and the other reads again.
// The highest number is the account. Earlier revisions stay until no writer can
// be on its way that has read them: otherwise the number that they had would be
// free again.

const (
	recordVersion = 1
	// writeTime bounds a change from its reading to its writing.
	writeTime = 30 * time.Second
	// settleTime is how long a revision stays after another has taken its place. It
	// is much longer than writeTime, since a write may arrive late.
	settleTime = 10 * time.Minute
	// maxTries bounds how often a change begins again.
	maxTries = 16
)

// secret is one of the program's secrets, and what is derived of it.
type secret struct {
	id   string // says which it is, and nothing about it
	name []byte // key of the HMAC that names records
	seal []byte // from which the keys of records are derived
}

func newSecret(text string) secret {
	return secret{
		id:   hex.EncodeToString(derive([]byte(text), nil, "account secret id", 6)),
		name: derive([]byte(text), nil, "account record names", 32),
		seal: derive([]byte(text), nil, "account record sealing", 32),
	}
}

func derive(key, salt []byte, label string, n int) []byte {
	return seal.Derive(key, salt, label+" v1", n)
}

// nameOf is what stands for a person in the bucket.
func (s secret) nameOf(p Person) string {
	mac := hmac.New(sha256.New, s.name)
	// With the length of the first, the two cannot run into each other.
	_, _ = mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p.Issuer))))
	_, _ = mac.Write([]byte(p.Issuer + p.Subject))
	return hex.EncodeToString(mac.Sum(nil)[:20])
}

// position is where a revision lies.
type position struct {
	secret int // index in the ring
	number int
}

func (s *Store) prefix(p Person, secret int) string {
	return "accounts/" + s.ring[secret].nameOf(p) + "/"
}

func (s *Store) blobKey(p Person, at position) string {
	return s.prefix(p, at.secret) + fmt.Sprintf("%08d", at.number)
}

// revision is the content of a record, sealed under one of the program's secrets.
type revision struct {
	Version int `json:"v"`
	Identity
	Created int64     `json:"created"` // in Unix milliseconds, as all times here
	At      int64     `json:"at"`
	Slots   []Slot    `json:"slots"`
	List    []byte    `json:"list"`
	Earlier []earlier `json:"earlier,omitempty"`
	// MovedTo is the ID of the secret under which the account goes on.
	MovedTo string `json:"moved,omitempty"`
	// Deleted says that the person has deleted the account: what was read before
	// cannot come back.
	Deleted bool `json:"deleted,omitempty"`

	at      position
	expires time.Time
}

// earlier is a revision whose place was taken and that is still there.
type earlier struct {
	Key string `json:"key"`
	At  int64  `json:"at"` // when its place was taken
}

// live reports whether there is an account.
func (r *revision) live() bool { return r != nil && r.at.number > 0 && !r.Deleted }

func (r *revision) account() *Account {
	return &Account{
		Identity: r.Identity, Created: time.UnixMilli(r.Created), Expires: r.expires,
		Slots: slices.Clone(r.Slots), list: r.List,
	}
}

// next is the revision after r, with nothing in it yet.
func (r *revision) next(now time.Time) *revision {
	return &revision{
		Version: recordVersion, Identity: r.Identity, Created: r.Created, At: now.UnixMilli(),
		Earlier: r.Earlier, at: position{r.at.secret, r.at.number + 1},
	}
}

// newest returns the revision with the highest number, under whichever secret. One
// with the number 0 says that there is none.
func (s *Store) newest(ctx context.Context, p Person) (*revision, error) {
	for range maxTries {
		var at position
		for i := range s.ring {
			numbers, err := s.numbers(ctx, p, i)
			if err != nil {
				return nil, err
			}
			for _, n := range numbers {
				// Of two that were created under two secrets at the same moment, everybody
				// takes the same.
				if n > at.number || n == at.number && s.ring[i].id < s.ring[at.secret].id {
					at = position{i, n}
				}
			}
		}
		if at.number == 0 {
			return &revision{}, nil
		}
		r, err := s.read(ctx, p, at)
		if !errors.Is(err, bucket.ErrNotFound) {
			return r, err
		}
		// It was deleted in between, so there is a newer one by now.
	}
	return nil, ErrBusy
}

// numbers are those of the revisions that lie under a secret.
func (s *Store) numbers(ctx context.Context, p Person, secret int) (numbers []int, err error) {
	prefix := s.prefix(p, secret)
	keys, err := s.bucket.List(ctx, prefix)
	for _, key := range keys {
		if n, err := strconv.Atoi(strings.TrimPrefix(key, prefix)); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers, err
}

func (s *Store) read(ctx context.Context, p Person, at position) (*revision, error) {
	key := s.blobKey(p, at)
	blob, err := s.bucket.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	content, expires, err := seal.Open(s.sealingKey(key, at), key, blob)
	if errors.Is(err, seal.ErrVersion) {
		return nil, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	// The version first: a later one may give a field another form.
	var head struct {
		Version int `json:"v"`
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if head.Version > recordVersion {
		return nil, fmt.Errorf("%w: record of version %d", ErrNewer, head.Version)
	}
	var r revision
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r.at, r.expires = at, expires
	if !s.now().Before(expires) {
		r.Deleted = true // the store's clock may be another
	}
	return &r, nil
}

func (s *Store) sealingKey(blobKey string, at position) []byte {
	return derive(s.ring[at.secret].seal, []byte(blobKey), "account record", seal.KeyBytes)
}

// write seals the contents into next and creates it after found. It fails with
// bucket.ErrExists when somebody else has written after found.
func (s *Store) write(ctx context.Context, p Person, found, next *revision, key Key, c Contents) (err error) {
	if next.List, err = sealList(next.ID, key, c.Datasets); err != nil {
		return err
	}
	next.Slots = c.Slots
	return s.create(ctx, p, found, next)
}

// create stores next after found. What lies under an earlier secret moves: its next
// revision says so, in the place where everybody looks for it, and the one after
// that lies under the current secret.
func (s *Store) create(ctx context.Context, p Person, found, next *revision) error {
	switch {
	case found.MovedTo != "":
		i := slices.IndexFunc(s.ring, func(known secret) bool { return known.id == found.MovedTo })
		if i < 0 {
			return fmt.Errorf("%w: it goes on under another secret", ErrNewer)
		}
		next.at.secret = i
	case found.at.number == 0:
		next.at.secret = 0
	case next.at.secret != 0:
		next.MovedTo = s.ring[0].id
	}
	if found.at.number > 0 && !next.Deleted {
		next.Earlier = append(slices.Clone(next.Earlier), earlier{s.blobKey(p, found.at), next.At})
	}
	var over []string // revisions that nobody who is on the way can have read
	next.Earlier = slices.DeleteFunc(slices.Clone(next.Earlier), func(e earlier) bool {
		settled := next.At-e.At > settleTime.Milliseconds()
		if settled {
			over = append(over, e.Key)
		}
		return settled
	})
	if err := s.put(ctx, p, next); err != nil {
		return err
	}
	for _, key := range over {
		_ = s.bucket.Delete(ctx, key) // it expires by itself
	}
	if next.MovedTo == "" || next.Deleted {
		return nil
	}
	moved := *next
	moved.at, moved.MovedTo = position{0, next.at.number + 1}, ""
	moved.Earlier = append(slices.Clone(next.Earlier), earlier{s.blobKey(p, next.at), next.At})
	switch err := s.put(ctx, p, &moved); {
	case err == nil:
		*next = moved
	case errors.Is(err, bucket.ErrExists):
		// Somebody has gone on from next already.
	default:
		return nil // whoever writes next does it
	}
	return nil
}

func (s *Store) put(ctx context.Context, p Person, r *revision) error {
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	key := s.blobKey(p, r.at)
	r.expires = s.Expires()
	blob, err := seal.Seal(s.sealingKey(key, r.at), key, r.expires, content)
	if err != nil {
		return err
	}
	return bucket.CreateOverExpired(ctx, s.bucket, key, blob, r.expires)
}

// sweep deletes all revisions before a number.
func (s *Store) sweep(ctx context.Context, p Person, before int) error {
	for i := range s.ring {
		numbers, err := s.numbers(ctx, p, i)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			if n >= before {
				continue
			}
			if err := s.bucket.Delete(ctx, s.blobKey(p, position{i, n})); err != nil {
				return err
			}
		}
	}
	return nil
}
