package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// The names of an invented listener's music.
const (
	testTrack  = "Lighthouse Keeper's Waltz"
	testArtist = "The Invented Tides"
	testAlbum  = "Salt and Paper"
	testURI    = "spotify:track:0aB1cD2eF3gH4iJ5kL6mN7"
)

// makeDataset returns a dataset of n plays.
func makeDataset(t testing.TB, n int) *dataset.Dataset {
	t.Helper()
	plays := make([]export.Play, n)
	for i := range plays {
		plays[i] = export.Play{
			TS: int64(1_700_000_000 + 200*i), MS: 180_000, Kind: export.KindMusic,
			URI: []byte(testURI), Title: []byte(testTrack), Creator: []byte(testArtist), Collection: []byte(testAlbum),
			Country: []byte("NZ"),
		}
	}
	return datasettest.Of(t, plays...)
}

// fixture is a vault over a memory bucket whose operations are counted.
type fixture struct {
	*vault.Vault
	bucket *memory.Bucket
	clock  *buckettest.Clock
	log    *bytes.Buffer
	ops    *opCounts
	config vault.Config
}

type opCounts struct {
	mu     sync.Mutex
	counts map[buckettest.Op]int
	fail   error
}

func (o *opCounts) before(_ context.Context, op buckettest.Op, _ string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counts[op]++
	return o.fail
}

func (o *opCounts) of(op buckettest.Op) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.counts[op]
}

func newFixture(change func(*vault.Config)) fixture {
	clock, log := buckettest.NewClock(), new(bytes.Buffer)
	memory := memory.New(clock.Now)
	ops := &opCounts{counts: make(map[buckettest.Op]int)}
	c := vault.Config{
		Bucket:     buckettest.Hooked{Bucket: memory, Before: ops.before},
		Now:        clock.Now,
		Log:        slog.New(slog.NewTextHandler(log, nil)),
		CacheBytes: 64 << 20,
	}
	if change != nil {
		change(&c)
	}
	return fixture{vault.New(c), memory, clock, log, ops, c}
}

// another is a second instance over the same bucket.
func (f fixture) another() *vault.Vault { return vault.New(f.config) }

func (f fixture) store(t *testing.T, d *dataset.Dataset) vault.Ref {
	t.Helper()
	ref, err := f.Store(t.Context(), d, f.clock.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// blob returns the one stored blob and its key.
func (f fixture) blob(t *testing.T) (key string, data []byte) {
	t.Helper()
	keys, err := f.bucket.List(t.Context(), "")
	if err == nil && len(keys) == 1 {
		data, err = f.bucket.Get(t.Context(), keys[0])
	}
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	return keys[0], data
}

func wantGone(t *testing.T, v *vault.Vault, ref vault.Ref) {
	t.Helper()
	if d, err := v.Open(t.Context(), ref); !errors.Is(err, vault.ErrGone) || d != nil {
		t.Errorf("Open: %v, %v, want ErrGone", d, err)
	}
}

func TestAnotherInstanceOpensWhatOneStored(t *testing.T) {
	f := newFixture(nil)
	stored := makeDataset(t, 1000)
	ref := f.store(t, stored)
	for name, v := range map[string]*vault.Vault{"the same": f.Vault, "another": f.another()} {
		d, err := v.Open(t.Context(), ref)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d.Rows() != 1000 || d.Summary(lens.Lens{}) != stored.Summary(lens.Lens{}) {
			t.Errorf("%s: %d rows, %+v", name, d.Rows(), d.Summary(lens.Lens{}))
		}
	}
}

func TestEachStoringIsANewBlob(t *testing.T) {
	f := newFixture(nil)
	d := makeDataset(t, 10)
	a, b := f.store(t, d), f.store(t, d)
	if a.ID == b.ID || bytes.Equal(a.Key, b.Key) {
		t.Errorf("two storings share an ID or a key: %v, %v", a, b)
	}
}

// Whoever reads the bucket reads nothing, in names or in bytes.
func TestBucketTellsNothing(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 1000))
	key, data := f.blob(t)
	content := append([]byte(key), data...)
	for _, private := range []string{
		testTrack, testArtist, testAlbum, testURI, strings.TrimPrefix(testURI, "spotify:track:"), "Lighthouse", "spotify", "plays.json",
		string(ref.Key), ref.String(),
	} {
		if bytes.Contains(bytes.ToLower(content), bytes.ToLower([]byte(private))) {
			t.Errorf("the bucket holds %q", private)
		}
	}
	// The columns are compressed before they are sealed, so their absence says
	// little. What is sealed looks like noise: every byte about equally often.
	var counts [256]int
	for _, b := range data[32:] {
		counts[b]++
	}
	if expected := len(data) / 256; expected < 2 || slices.Max(counts[:]) > 6*expected+8 {
		t.Errorf("%d bytes, of which one occurs %d times", len(data), slices.Max(counts[:]))
	}
}

func TestTamperedBlobsAreGone(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	key, data := f.blob(t)
	other := f.another()
	try := func(what string, changed []byte) {
		if err := f.bucket.Put(t.Context(), key, changed, f.clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		d, err := other.Open(t.Context(), ref)
		if d != nil || !errors.Is(err, vault.ErrGone) || !errors.Is(err, vault.ErrSealed) {
			t.Errorf("%s: %v, %v, want ErrGone and ErrSealed", what, d, err)
		}
	}
	for i := range data {
		changed := bytes.Clone(data)
		if changed[i] ^= 0x10; i == len("sdtseal") {
			changed[i] = 0 // more would be a later version
		}
		try(fmt.Sprintf("byte %d changed", i), changed)
		try(fmt.Sprintf("cut to %d bytes", i), data[:i])
	}
	if lines := strings.Count(f.log.String(), "level=ERROR"); lines != 2*len(data) {
		t.Errorf("%d errors logged, want %d", lines, 2*len(data))
	}
	if strings.Contains(f.log.String(), ref.String()) || !strings.Contains(f.log.String(), ref.ID) {
		t.Errorf("the log should name the dataset and keep its key: %.500s", f.log)
	}
}

// What a later version has stored is there, whether its seal is another or what
// is sealed: it must not be taken for gone.
func TestALaterVersionIsNotGone(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	key, data := f.blob(t)
	sealedLater := bytes.Clone(data)
	sealedLater[len("sdtseal")]++

	content, expires, err := seal.Open(ref.Key, ref.ID, bytes.Clone(data))
	if err != nil {
		t.Fatal(err)
	}
	content[len("SDTD")] = 0xff // version
	encodedLater, err := seal.Seal(ref.Key, ref.ID, expires, content)
	if err != nil {
		t.Fatal(err)
	}
	for what, blob := range map[string][]byte{"sealed": sealedLater, "encoded": encodedLater} {
		if err := f.bucket.Put(t.Context(), key, blob, f.clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		d, err := f.another().Open(t.Context(), ref)
		if d != nil || !errors.Is(err, vault.ErrNewer) || errors.Is(err, vault.ErrGone) {
			t.Errorf("%s by a later version: %v, %v", what, d, err)
		}
		if there, err := f.another().Exists(t.Context(), ref); err != nil || !there {
			t.Errorf("%s by a later version: there is %v, %v", what, there, err)
		}
	}
	if strings.Contains(f.log.String(), "level=ERROR") {
		t.Errorf("the log calls it an error: %s", f.log)
	}
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	stranger := vault.Ref{ID: ref.ID, Key: bytes.Repeat([]byte{7}, 32)}
	wantGone(t, f.Vault, stranger)
	wantGone(t, f.another(), stranger)
	for _, malformed := range []vault.Ref{{}, {ID: ref.ID}, {ID: "../" + ref.ID[3:], Key: ref.Key}} {
		wantGone(t, f.Vault, malformed)
		if err := f.Delete(t.Context(), malformed); !errors.Is(err, vault.ErrRef) {
			t.Errorf("Delete(%v): %v, want ErrRef", malformed, err)
		}
	}
	if _, err := f.Open(t.Context(), ref); err != nil {
		t.Errorf("the owner lost it: %v", err)
	}
}

func TestExpiryHoldsInMemoryToo(t *testing.T) {
	f := newFixture(func(c *vault.Config) { c.Recheck = 24 * time.Hour })
	ref := f.store(t, makeDataset(t, 3))
	f.clock.Advance(time.Hour - time.Second)
	if _, err := f.Open(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	f.clock.Advance(time.Second)
	wantGone(t, f.Vault, ref)
	wantGone(t, f.another(), ref)
}

// The expiry is sealed in: a blob copied to a later one stays expired.
func TestBlobsCannotBeKeptBeyondTheirTime(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	key, data := f.blob(t)
	if err := f.bucket.Put(t.Context(), key, data, f.clock.Now().Add(1000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	f.clock.Advance(2 * time.Hour)
	wantGone(t, f.another(), ref)
}

func TestDelete(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	other := f.another()
	if _, err := other.Open(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Delete(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		wantGone(t, f.Vault, ref)
	}
	// The other instance holds it in memory, but not for long.
	f.clock.Advance(5 * time.Second)
	wantGone(t, other, ref)
}

func TestOpenedDatasetsAreHeld(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	v := f.another()
	for range 5 {
		if _, err := v.Open(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	if gets, looks := f.ops.of(buckettest.OpGet), f.ops.of(buckettest.OpStat); gets != 1 || looks != 1 {
		t.Errorf("%d reads and %d looks for five openings, want one and one, at its size", gets, looks)
	}
	f.clock.Advance(5 * time.Second)
	for range 3 {
		if _, err := v.Open(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	if gets, looks := f.ops.of(buckettest.OpGet), f.ops.of(buckettest.OpStat); gets != 1 || looks != 2 {
		t.Errorf("%d reads and %d looks after the recheck, want one and two", gets, looks)
	}
}

func TestNothingIsHeldWithoutACache(t *testing.T) {
	f := newFixture(func(c *vault.Config) { c.CacheBytes = 0 })
	ref := f.store(t, makeDataset(t, 3))
	for range 2 {
		if _, err := f.Open(context.Background(), ref); err != nil {
			t.Fatal(err)
		}
	}
	if gets := f.ops.of(buckettest.OpGet); gets != 2 {
		t.Errorf("%d reads, want 2", gets)
	}
	// What somebody uses is there for others as well.
	ctx, done := context.WithCancel(t.Context())
	for range 3 {
		if _, err := f.Open(ctx, ref); err != nil {
			t.Fatal(err)
		}
	}
	if gets := f.ops.of(buckettest.OpGet); gets != 3 {
		t.Errorf("%d reads, want one more", gets)
	}
	done()
}

// A store that does not answer is no lost dataset: people must not be told to
// upload again.
func TestUnavailableIsNotGone(t *testing.T) {
	f := newFixture(nil)
	ref := f.store(t, makeDataset(t, 3))
	other := f.another()
	f.ops.fail = fmt.Errorf("%w: pulled the plug", bucket.ErrUnavailable)
	f.clock.Advance(time.Minute) // the held one is to be rechecked
	for name, v := range map[string]*vault.Vault{"held": f.Vault, "not held": other} {
		if _, err := v.Open(t.Context(), ref); !errors.Is(err, bucket.ErrUnavailable) || errors.Is(err, vault.ErrGone) {
			t.Errorf("%s: %v, want ErrUnavailable and not ErrGone", name, err)
		}
	}
	if _, err := f.Store(t.Context(), makeDataset(t, 3), f.clock.Now().Add(time.Hour)); !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("Store: %v", err)
	}
	if err := f.Delete(t.Context(), ref); !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("Delete: %v", err)
	}
	if _, err := f.Sweep(t.Context()); !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("Sweep: %v", err)
	}
	f.ops.fail = nil
	if _, err := other.Open(t.Context(), ref); err != nil {
		t.Errorf("after the store came back: %v", err)
	}
}

func TestSweep(t *testing.T) {
	f := newFixture(nil)
	d := makeDataset(t, 3)
	short := f.store(t, d)
	long, err := f.Store(t.Context(), d, f.clock.Now().Add(3*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	f.clock.Advance(2 * time.Hour)
	if n, err := f.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("Sweep: %d, %v, want 1", n, err)
	}
	wantGone(t, f.Vault, short)
	if _, err := f.Open(t.Context(), long); err != nil {
		t.Error(err)
	}
}

// Many requests for datasets that do not all fit, some leaving early, some
// deleting: everybody gets a dataset, the error of leaving, or ErrGone.
func TestConcurrentUse(t *testing.T) {
	size := makeDataset(t, 100).Size()
	f := newFixture(func(c *vault.Config) { c.CacheBytes, c.Recheck = 2*size+1, -1 })
	var refs []vault.Ref
	for i := range 5 {
		refs = append(refs, f.store(t, makeDataset(t, 100+i)))
	}
	var opened atomic.Int32
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 50 {
				n := (worker + i) % len(refs)
				ctx, cancel := context.WithCancel(t.Context())
				if i%7 == 0 {
					time.AfterFunc(50*time.Microsecond, cancel)
				}
				d, err := f.Open(ctx, refs[n])
				switch {
				case err == nil && d.Rows() != 100+n:
					t.Errorf("dataset %d has %d rows", n, d.Rows())
				case err == nil:
					opened.Add(1)
				case errors.Is(err, context.Canceled) && i%7 == 0, errors.Is(err, vault.ErrGone) && n == 4:
				default:
					t.Errorf("Open: %v", err)
				}
				cancel()
				if worker == 0 && i == 25 {
					if err := f.Delete(t.Context(), refs[4]); err != nil {
						t.Errorf("Delete: %v", err)
					}
				}
			}
		})
	}
	group.Wait()
	if opened.Load() < 200 {
		t.Errorf("only %d openings succeeded", opened.Load())
	}
	wantGone(t, f.Vault, refs[4])
}

// TestStoreAs: work done twice under one reference stores one dataset.
func TestStoreAs(t *testing.T) {
	ctx := context.Background()
	b := memory.New(time.Now)
	one, two := vault.New(vault.Config{Bucket: b, Now: time.Now}), vault.New(vault.Config{Bucket: b, Now: time.Now, CacheBytes: 1 << 20})
	ref := vault.RefFrom(bytes.Repeat([]byte{3}, vault.RefBytes))
	d := makeDataset(t, 5)
	for _, v := range []*vault.Vault{one, two, one} {
		if err := v.StoreAs(ctx, ref, d, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if stored, err := b.List(ctx, ""); err != nil || len(stored) != 1 {
		t.Errorf("blobs %q, %v", stored, err)
	}
	if got, err := two.Open(ctx, ref); err != nil || got.Digest() != d.Digest() {
		t.Errorf("open: %v", err)
	}
	if err := one.StoreAs(ctx, vault.Ref{}, d, time.Now().Add(time.Hour)); !errors.Is(err, vault.ErrRef) {
		t.Errorf("no reference: %v", err)
	}
}
