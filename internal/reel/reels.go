package reel

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// Errors of reels. Those of the dataset and the store come through.
var (
	// ErrNone: there is no such reel.
	ErrNone = errors.New("reel: no such reel")
	// ErrChanged: the reel is not any more as it was when it was read.
	ErrChanged = errors.New("reel: changed meanwhile")
	// ErrTooMany: the dataset has as many reels as it may have.
	ErrTooMany = errors.New("reel: too many reels")
	// ErrMissing: a film lacks a clip that is not made yet.
	ErrMissing = errors.New("reel: a clip is missing")
)

// MaxReels is how many reels a dataset has at most.
const MaxReels = 20

// MaxTitle is how many characters a title has at most.
const MaxTitle = 100

// A Reel is an order of clips under one lens, with what a person has chosen.
type Reel struct {
	ID string `json:"-"`
	// Revision counts the changes, from 1.
	Revision int `json:"-"`
	Choices
	// Sample says that it was made of invented data.
	Sample  bool  `json:"sample,omitempty"`
	Created int64 `json:"created"` // in Unix seconds, as Changed
	Changed int64 `json:"changed"`
	// Wanted is the name of the film that was asked for last; "" for none.
	Wanted string `json:"wanted,omitempty"`
	// Failure is the code of why there is no such film.
	Failure string `json:"failure,omitempty"`

	Version int  `json:"v"`
	Deleted bool `json:"deleted,omitempty"`
	// Marks name this revision and the ones that it came of, the newest first.
	Marks []string `json:"marks,omitempty"`
}

// maxMarks is of how many revisions before it a record knows.
const maxMarks = 16

// Choices are what a person chooses of a reel.
type Choices struct {
	Title string `json:"title"`
	Lens  string `json:"lens"` // as a query, with its zone
	// Order has the kinds of clips that are in it.
	Order []Kind `json:"order"`
	// Own are what is chosen for single kinds, as Clip.Choice.
	Own map[Kind]string `json:"own,omitempty"`
	Look
}

// Clip is what the clip of a kind is made of in this reel.
func (c Choices) Clip(kind Kind) Clip { return Clip{kind, c.Lens, c.Own[kind], c.Look} }

// A State says how far a reel has come.
type State string

// The states.
const (
	Draft     State = "draft"
	Making    State = "making" // clips are missing
	Stitching State = "stitching"
	Ready     State = "ready"
	Failed    State = "failed"
)

const recordVersion = 1

func recordName(id string, revision int) string {
	return fmt.Sprintf("%s%s-r%08d", vault.Lasting, id, revision)
}

func filmPrefix(id string) string { return vault.Lasting + id + "-f" }

func isFilm(name string) bool {
	id, rest, ok := strings.Cut(strings.TrimPrefix(name, vault.Lasting), "-")
	return ok && strings.HasPrefix(name, vault.Lasting) && validID(id) && strings.HasPrefix(rest, "f")
}

func validID(id string) bool {
	return len(id) == 2*idBytes && strings.Trim(id, "0123456789abcdef") == ""
}

const idBytes = 8

// A Shelf is what lies beside a dataset at one moment, by names.
type Shelf struct {
	names map[string]bool
	last  map[string]int // the newest revision of each reel
}

// Look returns what lies beside a dataset.
func (s *Store) Look(ctx context.Context, a vault.Attached) (Shelf, error) {
	names, err := a.List(ctx, "")
	shelf := Shelf{make(map[string]bool, len(names)), make(map[string]int)}
	for _, name := range names {
		shelf.names[name] = true
		rest, ok := strings.CutPrefix(name, vault.Lasting)
		id, number, isRecord := strings.Cut(rest, "-r")
		if n, err := strconv.Atoi(number); ok && isRecord && err == nil && validID(id) {
			shelf.last[id] = max(shelf.last[id], n)
		}
	}
	return shelf, err
}

// Has reports whether something lies there under a name.
func (s Shelf) Has(name string) bool { return s.names[name] }

// OldFilm is the name of a film of the reel, of whatever choices; "" for none.
func (s Shelf) OldFilm(id string) string {
	found := ""
	for name := range s.names {
		if strings.HasPrefix(name, filmPrefix(id)) && name > found {
			found = name
		}
	}
	return found
}

// Film is the name of the film that is stitched of clips. It says which, so a film of
// other choices or other data has another one. Unlike its clips it lasts when the data
// is renewed, and keeps its name.
func Film(a vault.Attached, id string, clips []Clip) string {
	of := []byte("film")
	for _, clip := range clips {
		of = append(append(of, ' '), clip.of(0)...)
	}
	return filmPrefix(id) + a.Name(of)[:16]
}

// List returns the reels of a dataset, the newest first. Those made of invented data
// are only seen with it.
func (s *Store) List(ctx context.Context, a vault.Attached, shelf Shelf, sample bool) ([]Reel, error) {
	var list []Reel
	for id, revision := range shelf.last {
		r, err := read(ctx, a, id, revision)
		if errors.Is(err, bucket.ErrNotFound) {
			// It was changed in between.
			r, err = s.Get(ctx, a, id, sample)
		}
		if errors.Is(err, vault.ErrSealed) || errors.Is(err, ErrNone) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !r.Deleted && r.Sample == sample {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(x, y Reel) int { return cmp.Or(cmp.Compare(y.Created, x.Created), cmp.Compare(y.ID, x.ID)) })
	return list, nil
}

func read(ctx context.Context, a vault.Attached, id string, revision int) (Reel, error) {
	content, err := a.Get(ctx, recordName(id, revision))
	if err != nil {
		return Reel{}, err
	}
	var r Reel
	if err := json.Unmarshal(content, &r); err != nil {
		return Reel{}, fmt.Errorf("%w: %w", vault.ErrSealed, err)
	}
	if r.Version > recordVersion {
		return Reel{}, fmt.Errorf("%w: reel of version %d", vault.ErrNewer, r.Version)
	}
	r.ID, r.Revision = id, revision
	return r, nil
}

const maxTries = 8

// Get returns a reel, or ErrNone.
func (s *Store) Get(ctx context.Context, a vault.Attached, id string, sample bool) (Reel, error) {
	if !validID(id) {
		return Reel{}, ErrNone
	}
	r, err := s.newest(ctx, a, id)
	if err == nil && (r.Deleted || r.Sample != sample) {
		err = ErrNone
	}
	if err != nil {
		return Reel{}, err
	}
	return r, nil
}

// newest returns the last revision of a reel, which may be the mark of a deleted one.
func (s *Store) newest(ctx context.Context, a vault.Attached, id string) (Reel, error) {
	for range maxTries {
		names, err := a.List(ctx, vault.Lasting+id+"-r")
		if err != nil {
			return Reel{}, err
		}
		if len(names) == 0 {
			return Reel{}, ErrNone
		}
		revision, err := strconv.Atoi(strings.TrimPrefix(slices.Max(names), vault.Lasting+id+"-r"))
		if err != nil {
			return Reel{}, ErrNone
		}
		r, err := read(ctx, a, id, revision)
		switch {
		case errors.Is(err, bucket.ErrNotFound):
			continue // its place was taken in between
		case errors.Is(err, vault.ErrSealed):
			return Reel{}, ErrNone
		}
		return r, err
	}
	return Reel{}, ErrChanged
}

// Create stores a new reel.
func (s *Store) Create(ctx context.Context, a vault.Attached, c Choices, sample bool) (Reel, error) {
	shelf, err := s.Look(ctx, a)
	if err != nil {
		return Reel{}, err
	}
	there, err := s.List(ctx, a, shelf, sample)
	if err != nil {
		return Reel{}, err
	}
	if len(there) >= MaxReels {
		return Reel{}, ErrTooMany
	}
	id := make([]byte, idBytes)
	_, _ = rand.Read(id) // never fails
	now := s.now().Unix()
	r := Reel{ID: hex.EncodeToString(id), Choices: c, Sample: sample, Created: now}
	return s.write(ctx, a, r)
}

// write stores the revision after r. It is bucket.ErrExists when somebody else has
// written it.
func (s *Store) write(ctx context.Context, a vault.Attached, r Reel) (Reel, error) {
	r.Version, r.Changed = recordVersion, s.now().Unix()
	r.Revision++
	mark := rand.Text()
	r.Marks = append([]string{mark}, r.Marks[:min(len(r.Marks), maxMarks-1)]...)
	content, err := json.Marshal(r)
	if err != nil {
		return Reel{}, err
	}
	if err := a.Create(ctx, recordName(r.ID, r.Revision), content); err != nil {
		return Reel{}, err
	}
	if r.Revision == 1 {
		return r, nil
	}
	// Where others have gone on in the meantime the place may have been free because
	// what was in it is deleted already. Then nothing comes of this revision.
	newest, err := s.newest(ctx, a, r.ID)
	if err != nil {
		return Reel{}, err
	}
	if !slices.Contains(newest.Marks, mark) {
		return Reel{}, errors.Join(bucket.ErrExists, a.Delete(ctx, recordName(r.ID, r.Revision)))
	}
	_ = a.Delete(ctx, recordName(r.ID, r.Revision-1)) // nobody takes it for the newest
	return r, nil
}

// Update changes a reel. change is called with what is there now, and again when
// somebody else has written in between; an error of its own ends the update.
func (s *Store) Update(ctx context.Context, a vault.Attached, id string, sample bool, change func(*Reel) error) (Reel, error) {
	for range maxTries {
		r, err := s.Get(ctx, a, id, sample)
		if err != nil {
			return Reel{}, err
		}
		r.Own = maps.Clone(r.Own)
		r.Order = slices.Clone(r.Order)
		if err := change(&r); err != nil {
			return Reel{}, err
		}
		written, err := s.write(ctx, a, r)
		if errors.Is(err, bucket.ErrExists) {
			continue
		}
		return written, err
	}
	return Reel{}, ErrChanged
}

// Delete removes a reel with its film. A mark stays in its place, without anything of
// it, so that a change at the same moment does not bring it back.
func (s *Store) Delete(ctx context.Context, a vault.Attached, id string, sample bool) error {
	_, err := s.Update(ctx, a, id, sample, func(r *Reel) error {
		*r = Reel{ID: r.ID, Revision: r.Revision, Sample: r.Sample, Deleted: true, Marks: r.Marks}
		return nil
	})
	if err != nil {
		return err
	}
	return s.deleteFilms(ctx, a, id, "")
}

// deleteFilms removes the films of a reel but one.
func (s *Store) deleteFilms(ctx context.Context, a vault.Attached, id, but string) error {
	names, err := a.List(ctx, filmPrefix(id))
	for _, name := range names {
		if name != but {
			err = errors.Join(err, a.Delete(ctx, name))
		}
	}
	return err
}

// Stitch makes the film of a reel from the videos of clips, and stores it. It is
// ErrMissing when one of them is not there.
func (s *Store) Stitch(ctx context.Context, a vault.Attached, id string, sample bool, clips []Clip, stitch func(clips [][]byte) ([]byte, error)) ([]byte, error) {
	name := Film(a, id, clips)
	film, err := s.Make(ctx, a, name, func(ctx context.Context) ([]byte, error) {
		all := make([][]byte, len(clips))
		for i, clip := range clips {
			var err error
			if all[i], err = s.Find(ctx, a, clip.Video(a)); errors.Is(err, bucket.ErrNotFound) {
				return nil, ErrMissing
			} else if err != nil {
				return nil, err
			}
		}
		return stitch(all)
	})
	if err != nil {
		return nil, err
	}
	// Whoever deleted the reel meanwhile has not seen this film.
	switch _, err := s.Get(ctx, a, id, sample); {
	case errors.Is(err, ErrNone):
		return nil, errors.Join(ErrNone, a.Delete(ctx, name))
	case err != nil:
		return nil, err
	}
	return film, s.deleteFilms(ctx, a, id, name)
}

// Progress is how many of the clips are there.
func (s Shelf) Progress(clips []string) (ready int) {
	for _, name := range clips {
		if s.names[name] {
			ready++
		}
	}
	return ready
}

// StateOf is how far a reel has come, whose clips and film lie under these names.
// stale says that there is a film, but of other choices or other data.
func (s Shelf) StateOf(r Reel, clips []string, film string) (state State, stale bool) {
	stale = !s.names[film] && s.OldFilm(r.ID) != ""
	wanted := r.Wanted != "" && r.Wanted == film
	switch {
	case s.names[film]:
		return Ready, false
	case wanted && r.Failure != "":
		return Failed, stale
	case wanted && s.Progress(clips) < len(clips):
		return Making, stale
	case wanted:
		return Stitching, stale
	case stale:
		return Ready, true
	}
	return Draft, false
}

// Seconds is a Unix time as time.Time.
func Seconds(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
