package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// What is made of a dataset and stored lies beside it, in a namespace that only
// the dataset's key names. It expires with the dataset and is deleted with it:
// whoever stores something looks for the dataset afterwards, and whoever deletes the
// dataset lists the namespace afterwards, so one of the two removes what was stored at
// that moment.

// Lasting begins the name of what a person has made. It goes along to the dataset
// that takes the place of its own, and is renewed with it. Anything else can be
// made again and is left behind.
const Lasting = "l-"

// MaxAttached is how many bytes beside one dataset are stored under one name at most.
const MaxAttached = 8 << 20

// Attached is what is stored beside one dataset. The zero Attached holds nothing
// and takes nothing.
type Attached struct {
	v       *Vault
	ref     Ref
	expires time.Time
}

// Attached is what is stored beside the dataset of ref. What is added to it expires
// then, which is when the dataset does.
func (v *Vault) Attached(ref Ref, expires time.Time) Attached { return Attached{v, ref, expires} }

// Expires is when the dataset that ref names expires.
func (v *Vault) Expires(ctx context.Context, ref Ref) (time.Time, error) {
	e, err := v.open(ctx, ref)
	if err != nil {
		return time.Time{}, err
	}
	defer v.cache.leave(e)
	return e.expires, nil
}

// Expires is when all of it expires.
func (a Attached) Expires() time.Time { return a.expires }

// Dataset is the ID of the dataset.
func (a Attached) Dataset() string { return a.ref.ID }

// Name is a name that tells nothing of what it was derived from to who lacks the
// key of the dataset: 32 hexadecimal digits.
func (a Attached) Name(of []byte) string {
	mac := hmac.New(sha256.New, a.ref.derive(nil, "attached name", seal.KeyBytes))
	_, _ = mac.Write(of)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func (r Ref) attachedPrefix() string {
	return "attached/" + hex.EncodeToString(r.derive(nil, "attached namespace", 16)) + "/"
}

func (a Attached) key(name string) string { return a.ref.attachedPrefix() + name }

func (a Attached) check() error {
	if a.v == nil || a.ref.check() != nil {
		return ErrGone
	}
	return nil
}

// Get returns what is stored under a name. It is bucket.ErrNotFound where nothing
// is, ErrSealed where that is damaged and ErrNewer where a later version wrote it.
func (a Attached) Get(ctx context.Context, name string) ([]byte, error) {
	if a.check() != nil {
		return nil, bucket.ErrNotFound
	}
	key := a.key(name)
	blob, err := a.v.bucket.Get(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("read beside dataset: %w", err)
	}
	content, expires, err := seal.Open(a.ref.derive([]byte(key), "attached", seal.KeyBytes), key, blob)
	switch {
	case errors.Is(err, seal.ErrVersion):
		return nil, fmt.Errorf("read beside dataset: %w: %w", ErrNewer, err)
	case err != nil:
		return nil, fmt.Errorf("read beside dataset: %w: %w", ErrSealed, err)
	case !a.v.now().Before(expires):
		return nil, fmt.Errorf("read beside dataset: %w", bucket.ErrNotFound)
	}
	return content, nil
}

// Size is how many bytes are stored under a name.
func (a Attached) Size(ctx context.Context, name string) (int64, error) {
	if a.check() != nil {
		return 0, bucket.ErrNotFound
	}
	return a.v.bucket.Stat(ctx, a.key(name))
}

// List returns the names with a prefix, in no particular order.
func (a Attached) List(ctx context.Context, prefix string) ([]string, error) {
	if a.check() != nil {
		return nil, nil
	}
	keys, err := a.v.bucket.List(ctx, a.key(prefix))
	if err != nil {
		return nil, fmt.Errorf("list beside dataset: %w", err)
	}
	for i := range keys {
		keys[i] = strings.TrimPrefix(keys[i], a.ref.attachedPrefix())
	}
	return keys, nil
}

// Create stores content under a name, once: it is bucket.ErrExists when something is
// there. When the dataset has been deleted meanwhile nothing stays, and it is ErrGone.
func (a Attached) Create(ctx context.Context, name string, content []byte) error {
	return a.store(ctx, name, content, a.v.create)
}

// Put is Create in the place of what is there. Of several at once one stays.
func (a Attached) Put(ctx context.Context, name string, content []byte) error {
	return a.store(ctx, name, content, a.v.bucket.Put)
}

func (v *Vault) create(ctx context.Context, key string, blob []byte, expires time.Time) error {
	return bucket.CreateOverExpired(ctx, v.bucket, key, blob, expires)
}

func (a Attached) store(ctx context.Context, name string, content []byte, write func(context.Context, string, []byte, time.Time) error) error {
	if err := a.check(); err != nil {
		return err
	}
	if len(content) > MaxAttached {
		return fmt.Errorf("store beside dataset: %w: %d bytes", ErrTooLarge, len(content))
	}
	key := a.key(name)
	blob, err := seal.Seal(a.ref.derive([]byte(key), "attached", seal.KeyBytes), key, a.expires, content)
	if err != nil {
		return fmt.Errorf("seal beside dataset: %w", err)
	}
	if err := write(ctx, key, blob, a.expires); err != nil {
		return fmt.Errorf("store beside dataset: %w", err)
	}
	// Whoever deletes the dataset may have listed what is beside it already. So this
	// has to be done even for a client that has left.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), confirmTime)
	defer cancel()
	there, err := a.v.Exists(ctx, a.ref)
	switch {
	case err != nil:
		return errors.Join(err, a.Delete(ctx, name))
	case !there:
		return errors.Join(ErrGone, a.Delete(ctx, name))
	}
	return nil
}

// confirmTime is how long making sure may take that the dataset is still there.
const confirmTime = 5 * time.Second

// Delete removes what is stored under a name, if there is anything.
func (a Attached) Delete(ctx context.Context, name string) error {
	if a.check() != nil {
		return nil
	}
	if err := a.v.bucket.Delete(ctx, a.key(name)); err != nil {
		return fmt.Errorf("delete beside dataset: %w", err)
	}
	return nil
}

// deleteAttached removes everything beside a dataset.
func (v *Vault) deleteAttached(ctx context.Context, ref Ref) error {
	a := v.Attached(ref, time.Time{})
	names, err := a.List(ctx, "")
	for _, name := range names {
		err = errors.Join(err, a.Delete(ctx, name))
	}
	return err
}

// Carry gives the dataset that has taken the place of from what is lasting beside
// from. Doing it twice is doing it once. It is ErrGone when to is not there, because it
// was deleted or something has taken its place as well.
func (v *Vault) Carry(ctx context.Context, from, to Ref) error {
	before := v.Attached(from, time.Time{})
	names, err := before.List(ctx, Lasting)
	if err != nil || len(names) == 0 {
		return err
	}
	expires, err := v.Expires(ctx, to)
	if err != nil {
		return err
	}
	after := v.Attached(to, expires)
	return before.copyEach(ctx, names, func(name string, content []byte) error {
		if err := after.Create(ctx, name, content); !errors.Is(err, bucket.ErrExists) {
			return err
		}
		return nil
	})
}

// copyEach gives write what is stored under each of names, but for what has gone or
// cannot be read.
func (a Attached) copyEach(ctx context.Context, names []string, write func(name string, content []byte) error) error {
	for _, name := range names {
		content, err := a.Get(ctx, name)
		if errors.Is(err, bucket.ErrNotFound) || errors.Is(err, ErrSealed) {
			continue
		}
		if err == nil {
			err = write(name, content)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// renewAttached makes what is lasting beside a dataset expire with it.
func (v *Vault) renewAttached(ctx context.Context, ref Ref, expires time.Time) error {
	a := v.Attached(ref, expires)
	names, err := a.List(ctx, Lasting)
	if err != nil {
		return err
	}
	return a.copyEach(ctx, names, func(name string, content []byte) error { return a.Put(ctx, name, content) })
}
