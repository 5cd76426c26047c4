package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// A dataset is never changed: what is added to it makes a new one. A note says
// which: it is a blob named from the ID of the dataset that was superseded, and
// it is created once, so that of several who would take the place of one dataset
// one does and the others find its note. A note that names nothing is the mark
// of a deletion: nobody takes that place any more.
//
// A note opens with the key of the dataset it stands for. What it names opens
// only with a line besides: whoever holds an old reference and nothing else
// learns that there is something newer, and not what.

// Errors of notes.
var (
	// ErrSuperseded: another dataset has taken the place already.
	ErrSuperseded = errors.New("vault: dataset is superseded")
	// ErrDeleted: the owner has deleted the dataset. Such an error is ErrGone too.
	ErrDeleted = fmt.Errorf("%w: its owner deleted it", ErrGone)
)

const (
	noteVersion = 1
	// maxHops bounds how many notes are followed in one go. A session that is
	// written names the newest dataset, so chains are as long as uploads that ran
	// side by side are many.
	maxHops = 200
	// maxNotes bounds the notes that are remembered, of a few hundred bytes each.
	maxNotes = 10_000
)

// A Line is a secret of those who may follow from a dataset to the one that took
// its place: uploads of one session that run side by side, or devices that a
// person has linked.
type Line []byte

// A Successor is what took the place of a dataset.
type Successor struct {
	Ref    Ref
	Sample bool // it is invented data, which nothing is added to
}

// A Trail is where notes lead from a reference.
type Trail struct {
	// Ref is the newest dataset that could be followed to: at the end of a trail
	// without notes it is the one that was asked for.
	Ref Ref
	// Passed are the datasets whose place was taken, oldest first.
	Passed []Ref
	// Sample reports what the last note says of Ref.
	Sample bool
	// Closed: Ref is superseded as well, by a dataset of another line.
	Closed bool
	// Since is when the last note was written, followed or not.
	Since time.Time
}

// Moved reports whether a note was followed.
func (t Trail) Moved() bool { return len(t.Passed) > 0 }

// note is the content of a note. Its successor is sealed once more.
type note struct {
	Version int    `json:"v"`
	At      int64  `json:"at"` // in Unix milliseconds
	Next    []byte `json:"next,omitempty"`
}

type noteSuccessor struct {
	Ref    string `json:"ref"`
	Sample bool   `json:"sample,omitempty"`
}

func noteKey(id string) string { return "notes/" + id }

// derive returns secret bytes that depend on the key of ref, on salt and on the
// label alone.
func (r Ref) derive(salt []byte, label string, n int) []byte {
	return seal.Derive(r.Key, salt, "dataset "+label, n)
}

// Again names a place beside that of a dataset, for when the latter is taken by
// another line. There is never a dataset under it.
func (r Ref) Again() Ref { return RefFrom(r.derive(nil, "again", RefBytes)) }

// sealNote returns v as JSON, sealed as the note of r or as a part of it. Each has
// a label of its own.
func (r Ref) sealNote(label string, line Line, v any, expires time.Time) ([]byte, error) {
	content, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return seal.Seal(r.derive(line, label, seal.KeyBytes), noteKey(r.ID), expires, content)
}

// openNote reads what sealNote returned into v.
func (r Ref) openNote(label string, line Line, sealed []byte, v any) (expires time.Time, err error) {
	content, expires, err := seal.Open(r.derive(line, label, seal.KeyBytes), noteKey(r.ID), bytes.Clone(sealed))
	if errors.Is(err, seal.ErrVersion) {
		return expires, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	if err != nil {
		return expires, err
	}
	return expires, json.Unmarshal(content, v)
}

// successor opens what a note of r names, for those who hold the line.
func (r Ref) successor(n note, line Line) (Successor, error) {
	var next noteSuccessor
	if _, err := r.openNote("successor", line, n.Next, &next); err != nil {
		return Successor{}, err
	}
	ref, err := ParseRef(next.Ref)
	return Successor{ref, next.Sample}, err
}

// Supersede puts next in the place of base, for those who hold the line. It is
// ErrSuperseded when something else has taken it before, and ErrDeleted when base
// was deleted; doing it twice is doing it once. Base need not be a dataset: it may
// name the place where a first one goes.
func (v *Vault) Supersede(ctx context.Context, base Ref, next Successor, line Line, expires time.Time) error {
	if err := errors.Join(base.check(), next.Ref.check()); err != nil {
		return fmt.Errorf("supersede dataset: %w", err)
	}
	sealed, err := base.sealNote("successor", line, noteSuccessor{next.Ref.String(), next.Sample}, expires)
	if err != nil {
		return fmt.Errorf("seal note: %w", err)
	}
	found, err := v.createNote(ctx, base, note{noteVersion, v.now().UnixMilli(), sealed}, expires)
	switch {
	case err != nil:
		return fmt.Errorf("supersede dataset: %w", err)
	case found == nil:
		return nil
	case found.Next == nil:
		return ErrDeleted
	}
	if other, err := base.successor(*found, line); err == nil && other.Ref.ID == next.Ref.ID {
		return nil
	}
	return ErrSuperseded
}

// createNote writes a note, or returns the one that is there.
func (v *Vault) createNote(ctx context.Context, ref Ref, n note, expires time.Time) (found *note, err error) {
	blob, err := ref.sealNote("note", nil, n, expires)
	if err != nil {
		return nil, fmt.Errorf("seal note: %w", err)
	}
	err = bucket.CreateOverExpired(ctx, v.bucket, noteKey(ref.ID), blob, expires)
	if err == nil {
		v.notes.put(ref.ID, blob, v.now())
		return nil, nil
	}
	if !errors.Is(err, bucket.ErrExists) {
		return nil, err
	}
	there, known, err := v.readNote(ctx, ref, true)
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, fmt.Errorf("%w: a note that expires", bucket.ErrUnavailable)
	}
	return &there, nil
}

// readNote returns the note of ref, if there is one. Without asking the bucket it
// takes what is remembered.
func (v *Vault) readNote(ctx context.Context, ref Ref, ask bool) (n note, there bool, err error) {
	blob := v.notes.get(ref.ID).blob
	if blob == nil && ask {
		now := v.now()
		blob, err = v.bucket.Get(ctx, noteKey(ref.ID))
		if err != nil && !errors.Is(err, bucket.ErrNotFound) {
			return note{}, false, fmt.Errorf("read note: %w", err)
		}
		v.notes.put(ref.ID, blob, now)
	}
	if blob == nil {
		return note{}, false, nil
	}
	expires, err := ref.openNote("note", nil, blob, &n)
	if err == nil && n.Version != noteVersion {
		err = fmt.Errorf("%w: note of version %d", ErrNewer, n.Version)
	}
	switch {
	case errors.Is(err, ErrNewer):
		return note{}, false, err
	case err != nil:
		// It is damaged, and treated like a note of a line that nobody holds.
		v.log.ErrorContext(ctx, "note cannot be opened", "dataset", ref.ID, "error", err)
		return note{Version: noteVersion, Next: []byte{}}, true, nil
	case !v.now().Before(expires):
		return note{}, false, nil
	}
	return n, true, nil
}

// Current follows the notes from ref, as far as the line leads, and asks the
// bucket for each. It is ErrDeleted when the newest was deleted.
func (v *Vault) Current(ctx context.Context, ref Ref, line Line) (Trail, error) {
	return v.follow(ctx, ref, line, true)
}

func (v *Vault) follow(ctx context.Context, ref Ref, line Line, ask bool) (Trail, error) {
	trail := Trail{Ref: ref}
	if ref.check() != nil {
		return trail, nil
	}
	for len(trail.Passed) < maxHops {
		n, there, err := v.readNote(ctx, trail.Ref, ask)
		switch {
		case err != nil:
			return trail, err
		case !there:
			return trail, nil
		case n.Next == nil:
			return trail, ErrDeleted
		}
		trail.Since = time.UnixMilli(n.At)
		next, err := trail.Ref.successor(n, line)
		if errors.Is(err, ErrNewer) {
			return trail, err
		}
		if err != nil {
			trail.Closed = true
			return trail, nil
		}
		trail.Passed = append(trail.Passed, trail.Ref)
		trail.Ref, trail.Sample = next.Ref, next.Sample
	}
	return trail, fmt.Errorf("%w: more than %d notes", ErrGone, maxHops)
}

// OpenCurrent opens the newest dataset that the notes lead to. Whether there is a
// newer one is asked as often as whether the dataset is still there, and beside it.
func (v *Vault) OpenCurrent(ctx context.Context, ref Ref, line Line) (*dataset.Dataset, Trail, error) {
	known, err := v.follow(ctx, ref, line, false)
	if err != nil {
		return nil, known, err
	}
	if known.Closed || v.now().Sub(v.notes.get(known.Ref.ID).checked) < v.recheck {
		d, err := v.Open(ctx, known.Ref)
		if !errors.Is(err, ErrGone) || known.Closed {
			return d, known, err
		}
	}
	for {
		d, trail, err := v.openBeside(ctx, known.Ref, line)
		if !trail.Moved() {
			trail.Sample = known.Sample
		}
		trail.Passed = append(known.Passed, trail.Passed...)
		moved := trail.Ref.ID != known.Ref.ID
		known = trail
		if !moved || err != nil && !errors.Is(err, ErrGone) || errors.Is(err, ErrDeleted) {
			return d, known, err
		}
	}
}

// openBeside opens ref and follows its notes at the same time. When there are
// any it opens nothing. When ref is gone it follows them once more, since a
// note may have been written meanwhile.
func (v *Vault) openBeside(ctx context.Context, ref Ref, line Line) (*dataset.Dataset, Trail, error) {
	type opened struct {
		e   *entry[*dataset.Dataset]
		err error
	}
	opening := make(chan opened, 1)
	go func() {
		e, err := v.open(ctx, ref)
		opening <- opened{e, err}
	}()
	trail, err := v.follow(ctx, ref, line, true)
	o := <-opening
	if err == nil && !trail.Moved() && !trail.Closed && errors.Is(o.err, ErrGone) {
		trail, err = v.follow(ctx, ref, line, true)
	}
	switch {
	case o.err != nil && err == nil:
		return nil, trail, o.err
	case o.err != nil:
		return nil, trail, err
	case err != nil || trail.Moved():
		v.cache.leave(o.e) // before the newer one is opened: nobody who holds memory may wait for more
		return nil, trail, err
	}
	return v.useUntil(ctx, o.e), trail, nil
}

// Arrive records that the owner's session holds next: from now on deleting
// base, whose place it took, does not delete it. It returns ErrDeleted when
// base was deleted before, by a request that did not know of next: then next is
// to be deleted as well.
func (v *Vault) Arrive(ctx context.Context, base, next Ref, line Line, expires time.Time) error {
	err := v.Supersede(ctx, base.Again(), Successor{Ref: next}, line, expires)
	if errors.Is(err, ErrSuperseded) {
		return nil
	}
	return err
}

// Retire deletes a dataset and its successors, as far as the line leads, and
// leaves a mark at the end, so that imports that end later are refused. Where
// another line goes on, the mark lies beside it, for Arrive.
func (v *Vault) Retire(ctx context.Context, ref Ref, line Line, expires time.Time) error {
	for range maxHops {
		found, err := v.createNote(ctx, ref, note{Version: noteVersion, At: v.now().UnixMilli()}, expires)
		if err != nil {
			return fmt.Errorf("mark deleted dataset: %w", err)
		}
		if err := v.Delete(ctx, ref); err != nil {
			return err
		}
		if found == nil || found.Next == nil {
			return nil
		}
		next, err := ref.successor(*found, line)
		switch {
		case err == nil:
			ref = next.Ref
		case errors.Is(err, ErrNewer):
			return fmt.Errorf("mark deleted dataset: %w", err)
		default:
			ref = ref.Again()
		}
	}
	return fmt.Errorf("mark deleted dataset: more than %d notes", maxHops)
}

// remembered caches notes as they are in the bucket. A note never changes; that
// there is none is believed for a while only.
type remembered struct {
	mu   sync.Mutex
	held map[string]heldNote
}

type heldNote struct {
	blob    []byte    // nil: there was none
	checked time.Time // when the bucket was asked
}

func (r *remembered) get(id string) heldNote {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held[id]
}

func (r *remembered) put(id string, blob []byte, checked time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if blob == nil && r.held[id].blob != nil {
		return // this result is older
	}
	if r.held == nil || len(r.held) >= maxNotes {
		r.held = make(map[string]heldNote)
	}
	r.held[id] = heldNote{blob, checked}
}
