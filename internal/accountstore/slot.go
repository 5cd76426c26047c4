package accountstore

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// Kinds of slots.
const (
	Passkey    = "passkey"
	Passphrase = "passphrase"
)

const (
	// MaxSlots is how many passkeys and passphrases an account has together.
	MaxSlots = 10
	// MinPassphrase and MaxPassphrase are in characters.
	MinPassphrase = 12
	MaxPassphrase = 200
	// minGuesses is how many a passphrase has to withstand, by the estimate of
	// zxcvbn, as a power of ten. At ten guesses a second and core, which is what
	// Argon2id leaves, it takes one core some three thousand years.
	minGuesses = 12
	// maxEstimated bounds what is estimated: the time it takes grows faster than the
	// length.
	maxEstimated = 64
)

// Errors of slots.
var (
	ErrNoSlot       = errors.New("accountstore: no such slot")
	ErrTooManySlots = errors.New("accountstore: too many slots")
	ErrLastSlot     = errors.New("accountstore: the last slot")
	ErrShort        = errors.New("accountstore: passphrase too short")
	ErrLong         = errors.New("accountstore: passphrase too long")
	ErrWeak         = errors.New("accountstore: passphrase can be guessed")
)

// A Slot is the account key wrapped by one passkey or passphrase.
type Slot struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Label string `json:"label"`
	Added int64  `json:"added"` // in Unix seconds
	// Wrapped is the sealed account key.
	Wrapped []byte `json:"wrapped"`
	// Credential is what a passkey is known by, as its caller encodes it.
	Credential []byte `json:"credential,omitempty"`
	// KDF is how a passphrase becomes a key.
	KDF *KDF `json:"kdf,omitempty"`
}

// DefaultKDF is the second choice of RFC 9106, for where memory is dear: 64 MiB for a
// tenth of a second.
var DefaultKDF = KDF{Time: 3, Memory: 64 << 10, Threads: 4}

// KDF are the parameters of Argon2id, whose salt is the account's.
type KDF struct {
	Time    uint32 `json:"t"`
	Memory  uint32 `json:"m"` // in KiB
	Threads uint8  `json:"p"`
}

// sane bounds what a record may ask of this machine.
func (k *KDF) sane() bool {
	return k != nil && k.Time >= 1 && k.Time <= 16 && k.Memory >= 8<<10 && k.Memory <= 256<<10 && k.Threads >= 1 && k.Threads <= 16
}

// AddedAt is when the slot was made.
func (s Slot) AddedAt() time.Time { return time.Unix(s.Added, 0) }

func wrapName(account []byte, slot string) string {
	return "accounts/slot/" + hex.EncodeToString(account) + "/" + slot
}

func wrap(id Identity, key Key, s Slot, secret []byte) (Slot, error) {
	var err error
	s.Wrapped, err = seal.Seal(derive(secret, id.ID, "account slot "+s.Kind, seal.KeyBytes), wrapName(id.ID, s.ID), never, key)
	return s, err
}

func unwrap(id Identity, s Slot, secret []byte) (Key, error) {
	key, _, err := seal.Open(derive(secret, id.ID, "account slot "+s.Kind, seal.KeyBytes), wrapName(id.ID, s.ID), slices.Clone(s.Wrapped))
	if errors.Is(err, seal.ErrVersion) {
		return nil, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	if err != nil || len(key) != seal.KeyBytes {
		return nil, ErrKey
	}
	return key, nil
}

// PRFBytes is the length of what a passkey's pseudo-random function gives.
const PRFBytes = 32

// WrapWithPasskey wraps the account key by the output of a passkey's pseudo-random
// function over the account's PRFSalt.
func (s *Store) WrapWithPasskey(id Identity, key Key, label string, credential, prf []byte) (Slot, error) {
	if len(prf) != PRFBytes {
		return Slot{}, ErrKey
	}
	return wrap(id, key, Slot{ID: newID(), Kind: Passkey, Label: label, Added: s.now().Unix(), Credential: credential}, prf)
}

// OpenWithPasskey is the account key, by the output of the passkey of a slot.
func (a *Account) OpenWithPasskey(slot string, prf []byte) (Key, error) {
	i := slices.IndexFunc(a.Slots, func(s Slot) bool { return s.ID == slot && s.Kind == Passkey })
	if i < 0 || len(prf) != PRFBytes {
		return nil, ErrKey
	}
	return unwrap(a.Identity, a.Slots[i], prf)
}

// WrapWithPassphrase wraps the account key by a passphrase. It waits for the memory
// that this takes.
func (s *Store) WrapWithPassphrase(ctx context.Context, id Identity, key Key, label, passphrase string) (Slot, error) {
	kdf := new(s.kdf)
	secret, err := s.stretch(ctx, id, kdf, passphrase)
	if err != nil {
		return Slot{}, err
	}
	return wrap(id, key, Slot{ID: newID(), Kind: Passphrase, Label: label, Added: s.now().Unix(), KDF: kdf}, secret)
}

// OpenWithPassphrase is the account key, by any of the account's passphrases. One
// reckoning tries all that were made alike.
func (s *Store) OpenWithPassphrase(ctx context.Context, a *Account, passphrase string) (Key, error) {
	stretched := make(map[KDF][]byte)
	for _, slot := range a.Slots {
		if slot.Kind != Passphrase {
			continue
		}
		if !slot.KDF.sane() {
			return nil, fmt.Errorf("%w: parameters of a passphrase", ErrDamaged)
		}
		secret := stretched[*slot.KDF]
		if secret == nil {
			var err error
			if secret, err = s.stretch(ctx, a.Identity, slot.KDF, passphrase); err != nil {
				return nil, err
			}
			stretched[*slot.KDF] = secret
		}
		key, err := unwrap(a.Identity, slot, secret)
		if !errors.Is(err, ErrKey) {
			return key, err
		}
	}
	return nil, ErrKey
}

// stretch makes a key of a passphrase, when there is memory for it. Only who holds
// nothing of the gate may call it.
func (s *Store) stretch(ctx context.Context, id Identity, k *KDF, passphrase string) ([]byte, error) {
	if utf8.RuneCountInString(passphrase) > MaxPassphrase {
		return nil, ErrKey
	}
	hold, err := s.memory.Acquire(ctx, int64(k.Memory)<<10)
	if err != nil {
		return nil, fmt.Errorf("stretch passphrase: %w", err)
	}
	defer hold.Release()
	return argon2.IDKey([]byte(normalized(passphrase)), id.KDFSalt, k.Time, k.Memory, k.Threads, 32), nil
}

// normalized is a passphrase as it is taken: keyboards spell one letter in several
// ways, and add spaces at the end.
func normalized(passphrase string) string { return strings.TrimSpace(norm.NFKC.String(passphrase)) }

// CheckPassphrase reports whether a passphrase is fit to protect an account. Words
// that others know of the person, such as their address, count as known.
func CheckPassphrase(passphrase string, known ...string) error {
	text := []rune(normalized(passphrase))
	switch {
	case len(text) < MinPassphrase:
		return ErrShort
	case utf8.RuneCountInString(passphrase) > MaxPassphrase:
		return ErrLong
	}
	known = append(known, "spotify", "spotify data tool")
	estimated := string(text[:min(len(text), maxEstimated)])
	if math.Log10(zxcvbn.PasswordStrength(estimated, known).Guesses) < minGuesses {
		return ErrWeak
	}
	return nil
}

// AddSlot adds a slot to the contents.
func (c *Contents) AddSlot(s Slot) error {
	if len(c.Slots) >= MaxSlots {
		return ErrTooManySlots
	}
	c.Slots = append(c.Slots, s)
	return nil
}

// RemoveSlot removes a slot, unless it is the last: without any, nobody opens the
// account again.
func (c *Contents) RemoveSlot(id string) error {
	switch {
	case !slices.ContainsFunc(c.Slots, func(s Slot) bool { return s.ID == id }):
		return ErrNoSlot
	case len(c.Slots) == 1:
		return ErrLastSlot
	}
	c.Slots = slices.DeleteFunc(slices.Clone(c.Slots), func(s Slot) bool { return s.ID == id })
	return nil
}
