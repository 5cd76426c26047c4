package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

const (
	// Life is how long a code is good.
	Life = 10 * time.Minute
	// marksLife is how long it is known of a code that it was made or used. It is
	// longer than Life by more than clocks may differ, so that nothing can be taken
	// twice while it can be taken.
	marksLife = time.Hour
)

// Errors of codes.
var (
	// ErrUnknown: no such code, as far as anybody remembers.
	ErrUnknown = errors.New("link: unknown code")
	// ErrLate: the code was made more than Life ago, or was withdrawn.
	ErrLate = errors.New("link: code is no longer good")
	// ErrUsed: another device has used the code.
	ErrUsed = errors.New("link: code was used")
	// ErrNewer: a later version of the program has made the code.
	ErrNewer = errors.New("link: code made by a later version")
)

// An Offer is what a code hands over.
type Offer struct {
	Version int `json:"version,omitempty"`
	// Ref is the dataset and its key, and Line the secret of those who follow from
	// it to what takes its place.
	Ref  string `json:"ref"`
	Line []byte `json:"line"`
	// Plays is how many the dataset had when the code was made.
	Plays int `json:"plays"`
	// Until is when the dataset expires, and Good until when the code is.
	Until time.Time `json:"until"`
	Good  time.Time `json:"good"`
}

// mark says that a code was made or used.
type mark struct {
	At time.Time `json:"at"`
}

// The three objects of a code. What it hands over is gone with the code; that it was
// made, and that it was used, is known for longer, and says nothing else.
const (
	kindOffer = "offer"
	kindMade  = "made"
	kindUsed  = "used"
)

const offerVersion = 1

// Links keeps what codes hand over in a bucket, for any number of instances.
type Links struct {
	bucket bucket.Bucket
	now    func() time.Time
}

// New returns the links in a bucket.
func New(b bucket.Bucket, now func() time.Time) *Links { return &Links{b, now} }

// Make stores an offer under a new code, which is good until Good of what it returns.
func (l *Links) Make(ctx context.Context, offer Offer) (Code, Offer, error) {
	code, now := NewCode(), l.now()
	offer.Version, offer.Good = offerVersion, now.Add(Life)
	if offer.Until.Before(offer.Good) {
		offer.Good = offer.Until
	}
	// The mark first: an offer without one would be unknown once it is over.
	if err := l.create(ctx, code, kindMade, mark{now}, now.Add(marksLife)); err != nil {
		return Code{}, Offer{}, fmt.Errorf("make code: %w", err)
	}
	if err := l.create(ctx, code, kindOffer, offer, offer.Good); err != nil {
		return Code{}, Offer{}, fmt.Errorf("make code: %w", err)
	}
	return code, offer, nil
}

// Look returns what a code hands over, and leaves it there. It is ErrUsed, ErrLate or
// ErrUnknown when there is nothing to be had. The same is read for every code, so that
// the time of an answer tells nothing of codes that are close.
func (l *Links) Look(ctx context.Context, code Code) (Offer, error) {
	var offer Offer
	var made, used mark
	offered, err := l.read(ctx, code, kindOffer, &offer)
	known, errMade := l.read(ctx, code, kindMade, &made)
	taken, errUsed := l.read(ctx, code, kindUsed, &used)
	if err := errors.Join(err, errMade, errUsed); err != nil {
		return Offer{}, fmt.Errorf("look up code: %w", err)
	}
	switch {
	case taken:
		return Offer{}, ErrUsed
	case offered && offer.Version > offerVersion:
		return Offer{}, ErrNewer
	case offered && l.now().Before(offer.Good):
		return offer, nil
	case offered, known:
		return Offer{}, ErrLate
	}
	return Offer{}, ErrUnknown
}

// Take is Look for who uses the code: of all who do, on any instances, exactly one gets
// what it hands over, and the others ErrUsed.
func (l *Links) Take(ctx context.Context, code Code) (Offer, error) {
	offer, err := l.Look(ctx, code)
	if err != nil {
		return Offer{}, err
	}
	now := l.now()
	// Nothing of that name has ever expired while the offer is good, so the bucket
	// lets exactly one create it.
	err = l.create(ctx, code, kindUsed, mark{now}, now.Add(marksLife))
	if errors.Is(err, bucket.ErrExists) {
		return Offer{}, ErrUsed
	}
	if err != nil {
		return Offer{}, fmt.Errorf("take code: %w", err)
	}
	// It can be had no more, and what is left of it expires.
	_ = l.bucket.Delete(context.WithoutCancel(ctx), code.name(kindOffer))
	return offer, nil
}

// Used is when a code was used; the zero time when it was not.
func (l *Links) Used(ctx context.Context, code Code) (time.Time, error) {
	var used mark
	_, err := l.read(ctx, code, kindUsed, &used)
	if err != nil {
		return time.Time{}, fmt.Errorf("look up code: %w", err)
	}
	return used.At, nil
}

// Withdraw makes a code that was not used good for nothing.
func (l *Links) Withdraw(ctx context.Context, code Code) error {
	if err := l.bucket.Delete(ctx, code.name(kindOffer)); err != nil {
		return fmt.Errorf("withdraw code: %w", err)
	}
	return nil
}

func (l *Links) create(ctx context.Context, code Code, kind string, v any, expires time.Time) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	name := code.name(kind)
	blob, err := seal.Seal(code.derive("key "+kind, seal.KeyBytes), name, expires, content)
	if err != nil {
		return err
	}
	return l.bucket.Create(ctx, name, blob, expires)
}

// read reads into v, and reports whether there was anything to read.
func (l *Links) read(ctx context.Context, code Code, kind string, v any) (bool, error) {
	name, key := code.name(kind), code.derive("key "+kind, seal.KeyBytes)
	blob, err := l.bucket.Get(ctx, name)
	if errors.Is(err, bucket.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	content, _, err := seal.Open(key, name, blob)
	if errors.Is(err, seal.ErrVersion) {
		return false, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	if err != nil {
		return false, nil // damage: to people the same as nothing
	}
	return json.Unmarshal(content, v) == nil, nil
}
