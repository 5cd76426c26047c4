// Package accountstore keeps what a signed-in person wants to have again on
// another device: a list of datasets with their keys. The list is sealed under an
// account key of 32 random bytes, which the program does not keep: it is wrapped
// by each of the person's passkeys and passphrases, and otherwise it is in the
// sessions that were opened with one of them.
//
// A record lies in the bucket under an HMAC of who the person is, and is sealed
// once more under the program's own secret. So neither the bucket nor the secret
// is enough to read the list. Who has both can guess a passphrase offline, at the
// price of one Argon2id each, and cannot guess a passkey.
package accountstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// Errors. A bucket that does not answer is [bucket.ErrUnavailable].
var (
	// ErrNone: nothing is kept for this person.
	ErrNone = errors.New("accountstore: no account")
	// ErrExists: Create found an account.
	ErrExists = errors.New("accountstore: account already exists")
	// ErrNewer: a later version of the program has written the record, or it lies
	// under a secret that this instance does not have yet. It is left alone.
	ErrNewer = errors.New("accountstore: account written by a later version")
	// ErrDamaged: what is stored does not open.
	ErrDamaged = errors.New("accountstore: account cannot be read")
	// ErrKey: that passphrase, passkey or account key does not open the account.
	ErrKey = errors.New("accountstore: key does not open the account")
	// ErrBusy: others changed the account at the same time, again and again.
	ErrBusy = errors.New("accountstore: account is being changed")
)

// RenewAfter is how old an account or a kept dataset is at least before use
// renews it.
const RenewAfter = 7 * 24 * time.Hour

// A Person is who is signed in, as their provider names them.
type Person struct{ Issuer, Subject string }

// Config names what a store needs: all but PreviousSecrets and KDF.
type Config struct {
	Bucket bucket.Bucket
	Now    func() time.Time
	// Lifetime is how long an account is kept from its last renewal.
	Lifetime time.Duration
	// Secret names and seals records; with PreviousSecrets, in any order, those of
	// earlier secrets are found as well and move when they are next written.
	Secret          string
	PreviousSecrets []string
	// Memory admits the work on passphrases.
	Memory *admission.Gate
	// KDF is what a new passphrase costs; DefaultKDF by default. Those that stand
	// keep what they were made with.
	KDF KDF
}

// Store keeps accounts. It is safe for concurrent use, over any number of
// instances.
type Store struct {
	bucket   bucket.Bucket
	now      func() time.Time
	lifetime time.Duration
	ring     []secret // the current one first
	memory   *admission.Gate
	kdf      KDF
}

// New returns a store.
func New(c Config) (*Store, error) {
	if c.Bucket == nil || c.Now == nil || c.Secret == "" || c.Lifetime <= 0 || c.Memory == nil {
		return nil, errors.New("accountstore: incomplete Config")
	}
	s := &Store{bucket: c.Bucket, now: c.Now, lifetime: c.Lifetime, memory: c.Memory, kdf: cmp.Or(c.KDF, DefaultKDF)}
	for _, text := range append([]string{c.Secret}, c.PreviousSecrets...) {
		s.ring = append(s.ring, newSecret(text))
	}
	return s, nil
}

// Expires is until when what is written now is kept.
func (s *Store) Expires() time.Time { return s.now().Add(s.lifetime) }

// Lifetime is how long an account is kept from its last renewal.
func (s *Store) Lifetime() time.Duration { return s.lifetime }

// Due reports whether what expires then is old enough to be renewed.
func (s *Store) Due(expires time.Time) bool {
	return s.Expires().Sub(expires) >= min(RenewAfter, s.lifetime/2)
}

// A Key is an account key. It is a secret: formatted or logged it shows nothing.
type Key []byte

// NewKey returns a random account key.
func NewKey() Key {
	k := make(Key, seal.KeyBytes)
	_, _ = rand.Read(k) // never fails
	return k
}

// ParseKey checks the length of a key that was stored elsewhere.
func ParseKey(b []byte) (Key, bool) { return Key(b), len(b) == seal.KeyBytes }

// Format implements [fmt.Formatter] and shows nothing of the key.
func (k Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("account key")) }

// An Account is what can be known of an account without its key.
type Account struct {
	// Identity names the record for what is sealed in it.
	Identity
	Created, Expires time.Time
	Slots            []Slot

	list []byte // sealed under the account key
}

// An Identity is fixed when an account is created.
type Identity struct {
	ID      []byte `json:"id"`  // of the record; no secret
	PRFSalt []byte `json:"prf"` // what passkeys evaluate
	KDFSalt []byte `json:"kdf"` // of passphrases
}

const saltBytes = 32

// NewIdentity returns a random identity for an account that is to be created.
func NewIdentity() Identity {
	i := Identity{make([]byte, 16), make([]byte, saltBytes), make([]byte, saltBytes)}
	for _, b := range [][]byte{i.ID, i.PRFSalt, i.KDFSalt} {
		_, _ = rand.Read(b) // never fails
	}
	return i
}

// Valid reports whether the identity has the shape that NewIdentity gives.
func (i Identity) Valid() bool {
	return len(i.ID) == 16 && len(i.PRFSalt) == saltBytes && len(i.KDFSalt) == saltBytes
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Load returns the person's account, or ErrNone.
func (s *Store) Load(ctx context.Context, p Person) (*Account, error) {
	found, err := s.newest(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	if !found.live() {
		return nil, ErrNone
	}
	return found.account(), nil
}

// Contents is what a change to an account works on.
type Contents struct {
	Slots    []Slot
	Datasets []Dataset
}

// retry calls try with the newest revision, and again when somebody else has written
// after that: then the error of try is bucket.ErrExists.
func (s *Store) retry(ctx context.Context, p Person, operation string, try func(context.Context, *revision) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	for range maxTries {
		found, err := s.newest(ctx, p)
		if err == nil {
			err = try(ctx, found)
		}
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, bucket.ErrExists):
			return fmt.Errorf("%s account: %w", operation, err)
		}
	}
	return fmt.Errorf("%s account: %w", operation, ErrBusy)
}

// Create makes an account with its first slot, or fails with ErrExists.
func (s *Store) Create(ctx context.Context, p Person, id Identity, key Key, c Contents) (created *Account, err error) {
	err = s.retry(ctx, p, "create", func(ctx context.Context, found *revision) error {
		if found.live() {
			return ErrExists
		}
		next := found.next(s.now())
		next.Identity, next.Created, next.Deleted = id, s.now().UnixMilli(), false
		err := s.write(ctx, p, found, next, key, c)
		if err == nil {
			created = next.account()
		}
		return err
	})
	return created, err
}

// Update changes an account. change is called with what is there now, and again
// when somebody else has written in between, so that no change is lost; an error
// of its own ends the update, and ErrUnchanged does so without writing anything.
// What is written is kept for the whole lifetime from now on.
func (s *Store) Update(ctx context.Context, p Person, key Key, change func(*Contents) error) error {
	err := s.retry(ctx, p, "change", func(ctx context.Context, found *revision) error {
		if !found.live() {
			return ErrNone
		}
		account := found.account()
		datasets, err := account.Datasets(key)
		if err != nil {
			return err
		}
		c := Contents{Slots: account.Slots, Datasets: datasets}
		if err := change(&c); err != nil {
			return err
		}
		return s.write(ctx, p, found, found.next(s.now()), key, c)
	})
	if errors.Is(err, ErrUnchanged) {
		return nil
	}
	return err
}

// ErrUnchanged is what a change returns that has nothing to write.
var ErrUnchanged = errors.New("accountstore: nothing to change")

// Delete removes the account. What lists its datasets is gone; the datasets are
// the caller's to delete before. Deleting what is not there returns nil.
func (s *Store) Delete(ctx context.Context, p Person) error {
	return s.retry(ctx, p, "delete", func(ctx context.Context, found *revision) (err error) {
		if found.live() {
			mark := found.next(s.now())
			mark.Deleted, mark.Earlier = true, nil
			if err := s.create(ctx, p, found, mark); err != nil {
				return err
			}
			if found, err = s.newest(ctx, p); err != nil {
				return err
			}
		}
		return s.sweep(ctx, p, found.at.number)
	})
}
