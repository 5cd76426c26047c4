package reel_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

const testTitle = "The year of The Invented Tides"

// A site is several instances over one bucket, and one dataset.
type site struct {
	bucket *memory.Bucket
	clock  *buckettest.Clock
	end    time.Time
	ref    vault.Ref
	vaults []*vault.Vault
	stores []*reel.Store
}

func newSite(t *testing.T, instances int, limit int64) *site {
	t.Helper()
	s := &site{clock: buckettest.NewClock()}
	s.bucket, s.end = memory.New(s.clock.Now), s.clock.Now().Add(24*time.Hour)
	for range instances {
		s.vaults = append(s.vaults, vault.New(vault.Config{Bucket: s.bucket, Now: s.clock.Now, Log: slog.New(slog.DiscardHandler)}))
		s.stores = append(s.stores, reel.NewStore(limit, s.clock.Now))
	}
	s.ref = s.dataset(t, 1)
	return s
}

func (s *site) dataset(t *testing.T, ms uint32) vault.Ref {
	t.Helper()
	d := datasettest.Of(t, export.Play{TS: 1_700_000_000, MS: 60_000 + ms, Kind: export.KindMusic, Title: []byte("Waltz"), Creator: []byte("Tides"), URI: []byte("spotify:track:0aB1cD2eF3gH4iJ5kL6mN7")})
	ref, err := s.vaults[0].Store(t.Context(), d, s.expires())
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func (s *site) expires() time.Time { return s.end }

func (s *site) attached(i int) vault.Attached {
	return s.vaults[i].Attached(s.ref, s.expires())
}

// stored counts what lies beside the dataset, by the first letters of its name.
func (s *site) stored(t *testing.T, prefix string) int {
	t.Helper()
	names, err := s.attached(0).List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

func clip(n int) reel.Clip {
	return reel.Clip{Kind: reel.Race, Lens: fmt.Sprintf("from=2025-01-01&page=%d", n), Look: reel.Look{Size: reel.Portrait, Theme: "dark", Language: "en"}}
}

// A clip is named by everything that it is made of.
func TestClipsAreNamedByWhatTheyAreMadeOf(t *testing.T) {
	s := newSite(t, 1, reel.MaxBytes)
	a, plain := s.attached(0), clip(1)
	seen := map[string]string{plain.Video(a): "plain"}
	for name, change := range map[string]func(*reel.Clip){
		"kind": func(c *reel.Clip) { c.Kind = reel.Day }, "lens": func(c *reel.Clip) { c.Lens = "" }, "choice": func(c *reel.Clip) { c.Choice = "x" },
		"size": func(c *reel.Clip) { c.Size = reel.Square }, "theme": func(c *reel.Clip) { c.Theme = "light" },
		"names": func(c *reel.Clip) { c.HideNames = true }, "language": func(c *reel.Clip) { c.Language = "de" },
	} {
		c := clip(1)
		change(&c)
		if same := seen[c.Video(a)]; same != "" {
			t.Errorf("%s is named like %s", name, same)
		}
		seen[c.Video(a)] = name
	}
	if plain.Still(a)[2:] != plain.Video(a)[2:] || plain.Still(a) == plain.Video(a) {
		t.Errorf("still %s of clip %s", plain.Still(a), plain.Video(a))
	}
	later := s.vaults[0].Attached(s.ref, s.expires().Add(time.Hour))
	other := s.vaults[0].Attached(s.dataset(t, 2), s.expires())
	if plain.Video(later) == plain.Video(a) || plain.Video(other) == plain.Video(a) {
		t.Error("another expiry or another dataset has the same clip")
	}
	film := func(a vault.Attached, n int) string { return reel.Film(a, "0123456789abcdef", []reel.Clip{clip(n)}) }
	if film(later, 1) != film(a, 1) || film(other, 1) == film(a, 1) || film(a, 2) == film(a, 1) {
		t.Error("a film is named by when its data expires, or not by its clips and their data")
	}
}

// However many ask on however many instances, one clip is stored and everybody gets it.
func TestOneOfEachIsStored(t *testing.T) {
	s := newSite(t, 4, reel.MaxBytes)
	const clips = 10
	var answers [clips]sync.Map
	var made atomic.Int32
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			n := i % clips
			a := s.attached(i % 4)
			content, err := s.stores[i%4].Make(t.Context(), a, clip(n).Video(a), func(context.Context) ([]byte, error) {
				time.Sleep(time.Millisecond)
				return fmt.Appendf(nil, "%d made as number %d", n, made.Add(1)), nil
			})
			if err != nil {
				t.Error(err)
			}
			answers[n].Store(string(content), true)
		})
	}
	group.Wait()
	for n := range clips {
		different := 0
		answers[n].Range(func(any, any) bool { different++; return true })
		if different != 1 {
			t.Errorf("clip %d has %d forms", n, different)
		}
	}
	if got := s.stored(t, "c-"); got != clips {
		t.Errorf("%d clips are stored", got)
	}
	if n := made.Load(); n > 4*clips {
		t.Errorf("made %d times", n)
	}
}

// What fails is not stored, and what is damaged is made anew.
func TestMakingFailsAndHeals(t *testing.T) {
	s := newSite(t, 1, reel.MaxBytes)
	a, store := s.attached(0), s.stores[0]
	name := clip(1).Video(a)
	want := errors.New("no pen")
	if _, err := store.Make(t.Context(), a, name, func(context.Context) ([]byte, error) { return nil, want }); !errors.Is(err, want) || s.stored(t, "") != 0 {
		t.Errorf("%v, and %d stored", err, s.stored(t, ""))
	}
	draw := func(context.Context) ([]byte, error) { return []byte("drawn"), nil }
	if _, err := store.Make(t.Context(), a, name, draw); err != nil {
		t.Fatal(err)
	}
	keys, _ := s.bucket.List(t.Context(), "attached/")
	for _, key := range keys {
		blob, _ := s.bucket.Get(t.Context(), key)
		blob = bytes.Clone(blob)
		blob[len(blob)-1] ^= 1
		if err := s.bucket.Put(t.Context(), key, blob, s.expires()); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := store.Make(t.Context(), a, name, draw); err != nil || string(got) != "drawn" {
		t.Errorf("%q, %v", got, err)
	}
}

// What was unused for longest goes first, by number and by bytes.
func TestRoom(t *testing.T) {
	s := newSite(t, 2, 1000)
	make := func(i, n, bytes int) {
		t.Helper()
		a := s.attached(i)
		if _, err := s.stores[i].Make(t.Context(), a, clip(n).Video(a), func(context.Context) ([]byte, error) { return make([]byte, bytes), nil }); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(time.Second)
	}
	has := func(n int) bool {
		_, err := s.attached(0).Size(t.Context(), clip(n).Video(s.attached(0)))
		if err != nil && !errors.Is(err, bucket.ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	for n := range reel.MaxItems {
		make(n%2, n, 1)
	}
	s.clock.Advance(2 * time.Hour)
	make(0, 0, 1) // it is only used
	make(1, 100, 1)
	if !has(0) || has(1) || !has(2) || !has(100) || s.stored(t, "c-") != reel.MaxItems {
		t.Errorf("of %d clips, 0: %v, 1: %v, 2: %v, 100: %v", s.stored(t, "c-"), has(0), has(1), has(2), has(100))
	}
	make(0, 200, 990)
	if !has(200) || !has(0) || !has(100) || s.stored(t, "c-") > 11 {
		t.Errorf("%d clips beside a large one", s.stored(t, "c-"))
	}
}

func choices() reel.Choices {
	return reel.Choices{Title: testTitle, Lens: "from=2025", Order: []reel.Kind{reel.Race, reel.Finale}, Look: reel.Look{Size: reel.Square, Theme: "light", Language: "en"}}
}

// A reel is made, changed and stitched on different instances.
func TestReelsLife(t *testing.T) {
	s := newSite(t, 2, reel.MaxBytes)
	ctx, one, two := t.Context(), s.stores[0], s.stores[1]
	r, err := one.Create(ctx, s.attached(0), choices(), false)
	if err != nil {
		t.Fatal(err)
	}
	state := func(r reel.Reel) string {
		t.Helper()
		a := s.attached(1)
		shelf, err := two.Look(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		var clips []string
		var of []reel.Clip
		for _, kind := range r.Order {
			clips, of = append(clips, r.Clip(kind).Video(a)), append(of, r.Clip(kind))
		}
		state, stale := shelf.StateOf(r, clips, reel.Film(a, r.ID, of))
		return fmt.Sprintf("%s %v %d", state, stale, shelf.Progress(clips))
	}
	film := func(r reel.Reel) (clips []reel.Clip, name string) {
		for _, kind := range r.Order {
			clips = append(clips, r.Clip(kind))
		}
		return clips, reel.Film(s.attached(0), r.ID, clips)
	}
	if got := state(r); got != "draft false 0" {
		t.Error(got)
	}
	clips, name := film(r)
	if r, err = two.Update(ctx, s.attached(1), r.ID, false, func(r *reel.Reel) error { r.Wanted = name; return nil }); err != nil || r.Revision != 2 {
		t.Fatal(r, err)
	}
	stitch := func(clips [][]byte) ([]byte, error) { return bytes.Join(clips, []byte("+")), nil }
	for i, clip := range clips {
		if got := state(r); got != fmt.Sprintf("making false %d", i) {
			t.Error(got)
		}
		if _, err := one.Stitch(ctx, s.attached(0), r.ID, false, clips, stitch); !errors.Is(err, reel.ErrMissing) {
			t.Errorf("stitched too early: %v", err)
		}
		if _, err := one.Make(ctx, s.attached(0), clip.Video(s.attached(0)), func(context.Context) ([]byte, error) { return []byte{byte('a' + i)}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if got := state(r); got != "stitching false 2" {
		t.Error(got)
	}
	if got, err := two.Stitch(ctx, s.attached(1), r.ID, false, clips, stitch); err != nil || string(got) != "a+b" {
		t.Errorf("%q, %v", got, err)
	}
	if got := state(r); got != "ready false 2" {
		t.Error(got)
	}
	r, err = one.Update(ctx, s.attached(0), r.ID, false, func(r *reel.Reel) error { r.Theme = "dark"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got := state(r); got != "ready true 0" {
		t.Error(got)
	}
	if list := listed(t, s, two, false); len(list) != 1 || list[0].Theme != "dark" || list[0].Title != testTitle {
		t.Errorf("listed %v", list)
	}
	if listed(t, s, two, true) != nil {
		t.Error("a reel is seen with invented data")
	}
	if err := two.Delete(ctx, s.attached(1), r.ID, false); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Get(ctx, s.attached(0), r.ID, false); !errors.Is(err, reel.ErrNone) || listed(t, s, one, false) != nil || s.stored(t, "l-") != 1 {
		t.Errorf("after deleting: %v, %d stored", err, s.stored(t, "l-"))
	}
}

func listed(t *testing.T, s *site, store *reel.Store, sample bool) []reel.Reel {
	t.Helper()
	shelf, err := store.Look(t.Context(), s.attached(0))
	if err != nil {
		t.Fatal(err)
	}
	list, err := store.List(t.Context(), s.attached(0), shelf, sample)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Of many changes at once none is lost.
func TestNoChangeIsLost(t *testing.T) {
	s := newSite(t, 4, reel.MaxBytes)
	r, err := s.stores[0].Create(t.Context(), s.attached(0), choices(), false)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for err := reel.ErrChanged; err != nil; {
				_, err = s.stores[i].Update(t.Context(), s.attached(i), r.ID, false, func(r *reel.Reel) error { r.Title += "!"; return nil })
				if err != nil && !errors.Is(err, reel.ErrChanged) {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if r, err = s.stores[0].Get(t.Context(), s.attached(0), r.ID, false); err != nil || r.Title != testTitle+"!!!!" {
		t.Errorf("%q, %v", r.Title, err)
	}
}

// Reels go along with the data, and are stale beside the new.
func TestReelsSurviveNewData(t *testing.T) {
	s := newSite(t, 1, reel.MaxBytes)
	ctx, store := t.Context(), s.stores[0]
	r, err := store.Create(ctx, s.attached(0), choices(), false)
	if err != nil {
		t.Fatal(err)
	}
	name := clip(1).Video(s.attached(0))
	draw := func(context.Context) ([]byte, error) { return []byte("clip"), nil }
	if _, err := store.Make(ctx, s.attached(0), name, draw); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Stitch(ctx, s.attached(0), r.ID, false, []reel.Clip{clip(1)}, func(c [][]byte) ([]byte, error) { return c[0], nil }); err != nil {
		t.Fatal(err)
	}
	before := s.ref
	s.ref = s.dataset(t, 2)
	if err := errors.Join(s.vaults[0].Carry(ctx, before, s.ref), s.vaults[0].Delete(ctx, before)); err != nil {
		t.Fatal(err)
	}
	list := listed(t, s, store, false)
	if len(list) != 1 || list[0].Title != testTitle {
		t.Fatalf("%v", list)
	}
	shelf, err := store.Look(ctx, s.attached(0))
	if err != nil {
		t.Fatal(err)
	}
	clips := []string{clip(1).Video(s.attached(0))}
	if state, stale := shelf.StateOf(list[0], clips, reel.Film(s.attached(0), r.ID, []reel.Clip{clip(1)})); state != reel.Ready || !stale {
		t.Errorf("%s, stale %v", state, stale)
	}
	if film, err := store.Find(ctx, s.attached(0), shelf.OldFilm(r.ID)); err != nil || string(film) != "clip" {
		t.Errorf("its film: %q, %v", film, err)
	}
	if err := s.vaults[0].Delete(ctx, s.ref); err != nil {
		t.Fatal(err)
	}
	if keys, _ := s.bucket.List(ctx, ""); len(keys) > 0 {
		t.Errorf("%s stay", keys)
	}
}

// A dataset has so many reels and no more, under names that are not guessed.
func TestTooManyReels(t *testing.T) {
	s := newSite(t, 1, reel.MaxBytes)
	for range reel.MaxReels {
		if _, err := s.stores[0].Create(t.Context(), s.attached(0), choices(), false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.stores[0].Create(t.Context(), s.attached(0), choices(), false); !errors.Is(err, reel.ErrTooMany) {
		t.Errorf("one more: %v", err)
	}
	for _, id := range []string{"", "0123456789abcdef", "../../datasets", strings.Repeat("a", 200)} {
		if _, err := s.stores[0].Get(t.Context(), s.attached(0), id, false); !errors.Is(err, reel.ErrNone) {
			t.Errorf("%q: %v", id, err)
		}
	}
	keys, _ := s.bucket.List(t.Context(), "attached/")
	for _, key := range keys {
		if blob, _ := s.bucket.Get(t.Context(), key); bytes.Contains(blob, []byte("Tides")) {
			t.Errorf("%s has a title in clear", key)
		}
	}
}
