package reel

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// What lies beside one dataset at most.
const (
	MaxItems = 64       // clips and films
	MaxBytes = 48 << 20 // of them and their stills
	// MaxRedisBytes is MaxBytes where it is memory that they take.
	MaxRedisBytes = 16 << 20
)

// Store keeps clips, films and reels. It is safe for concurrent use, over any number
// of instances.
type Store struct {
	now    func() time.Time
	bytes  int64
	making singleflight.Group

	mu   sync.Mutex
	used map[string]time.Time // when this instance last wrote down a use
}

// NewStore returns a store that keeps so many bytes beside one dataset.
func NewStore(bytes int64, now func() time.Time) *Store {
	return &Store{now: now, bytes: bytes, used: make(map[string]time.Time)}
}

// Find returns what is stored under a name, or bucket.ErrNotFound.
func (s *Store) Find(ctx context.Context, a vault.Attached, name string) ([]byte, error) {
	content, err := a.Get(ctx, name)
	if errors.Is(err, vault.ErrSealed) {
		// Nobody can use it, so it makes room for what is made anew.
		return nil, errors.Join(bucket.ErrNotFound, a.Delete(ctx, name))
	}
	if err != nil {
		return nil, err
	}
	if s.due(a, name) {
		// What is noted wrongly is only deleted sooner than something else.
		_ = s.note(ctx, a, func(u usage) { u[name] = use{int64(len(content)), s.now().Unix()} })
	}
	return content, nil
}

// Make returns what is stored under a name, and makes it when nothing is. Whoever
// asks for the same meanwhile gets the same, whichever instance made it first: what
// is stored is what everybody gets. make is called once for all who ask here at the
// same time, and goes on when one of them leaves.
func (s *Store) Make(ctx context.Context, a vault.Attached, name string, make func(context.Context) ([]byte, error)) ([]byte, error) {
	content, err := s.Find(ctx, a, name)
	if !errors.Is(err, bucket.ErrNotFound) {
		return content, err
	}
	made, err, _ := s.making.Do(a.Dataset()+"/"+name, func() (any, error) {
		ctx := context.WithoutCancel(ctx)
		content, err := s.Find(ctx, a, name) // it may be there by now
		if !errors.Is(err, bucket.ErrNotFound) {
			return content, err
		}
		if content, err = make(ctx); err != nil {
			return nil, err
		}
		return s.put(ctx, a, name, content)
	})
	if err != nil {
		return nil, err
	}
	return made.([]byte), nil
}

// put stores content, or returns what another has stored.
func (s *Store) put(ctx context.Context, a vault.Attached, name string, content []byte) ([]byte, error) {
	err := a.Create(ctx, name, content)
	if errors.Is(err, bucket.ErrExists) {
		return s.Find(ctx, a, name)
	}
	if err != nil {
		return nil, err
	}
	s.due(a, name)
	return content, s.makeRoom(ctx, a, name, int64(len(content)))
}

// useInterval is how exactly it is known when something was last used.
const useInterval = time.Hour

// maxUsed bounds the names that are remembered, of some hundred bytes each.
const maxUsed = 10_000

// due reports whether the use of a name is to be noted.
func (s *Store) due(a vault.Attached, name string) bool {
	key, now := a.Dataset()+"/"+name, s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.used[key]) < useInterval {
		return false
	}
	if len(s.used) >= maxUsed {
		clear(s.used)
	}
	s.used[key] = now
	return true
}

// usage says when what was last used, by names. It is a hint, since instances that
// note something at once overwrite each other: what is there is listed.
type usage map[string]use

type use struct {
	Bytes int64 `json:"b"`
	Last  int64 `json:"u"` // in Unix seconds
}

const usageName = "usage"

func (s *Store) note(ctx context.Context, a vault.Attached, change func(usage)) error {
	u := make(usage)
	content, err := a.Get(ctx, usageName)
	switch {
	case errors.Is(err, bucket.ErrNotFound), errors.Is(err, vault.ErrSealed):
	case err != nil:
		return err
	default:
		if json.Unmarshal(content, &u) != nil || u == nil {
			u = make(usage)
		}
	}
	change(u)
	content, err = json.Marshal(u)
	if err != nil {
		return err
	}
	return a.Put(ctx, usageName, content)
}

// makeRoom notes what was made and deletes what was unused for longest where there is
// too much.
func (s *Store) makeRoom(ctx context.Context, a vault.Attached, made string, bytes int64) error {
	names, err := a.List(ctx, "")
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !counted(name) && !strings.HasPrefix(name, still) })
	now := s.now().Unix()
	return s.note(ctx, a, func(u usage) {
		maps.DeleteFunc(u, func(name string, _ use) bool { return !slices.Contains(names, name) })
		for _, name := range names {
			if _, known := u[name]; known {
				continue
			}
			// Somebody has just made it, and was overwritten.
			size, err := a.Size(ctx, name)
			if err == nil {
				u[name] = use{size, now}
			}
		}
		u[made] = use{bytes, now}
		for _, name := range u.beyond(MaxItems, s.bytes, made) {
			if a.Delete(ctx, name) == nil {
				delete(u, name)
			}
		}
	})
}

// counted reports whether a name is that of a clip or film.
func counted(name string) bool { return strings.HasPrefix(name, video) || isFilm(name) }

// beyond are the names that go so that no more than items clips and films, and bytes
// altogether, are left: those unused for longest, and never the last made.
func (u usage) beyond(items int, bytes int64, made string) (over []string) {
	number, sum := 0, int64(0)
	for name, of := range u {
		if counted(name) {
			number++
		}
		sum += of.Bytes
	}
	order := slices.SortedFunc(maps.Keys(u), func(x, y string) int {
		return cmp.Or(cmp.Compare(u[x].Last, u[y].Last), cmp.Compare(x, y))
	})
	for _, name := range order {
		if number <= items && sum <= bytes {
			break
		}
		if name == made || sum <= bytes && !counted(name) {
			continue
		}
		over = append(over, name)
		if sum -= u[name].Bytes; counted(name) {
			number--
		}
	}
	return over
}
