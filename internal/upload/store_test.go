package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

const maxBytes = 64 << 20

func newStore(b bucket.Bucket) *upload.Store { return upload.NewStore(b, maxBytes, time.Now) }

func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(b)
	return b
}

func tomorrow() time.Time { return time.Now().Add(24 * time.Hour) }

func create(t testing.TB, st *upload.Store, s upload.Namespace, n upload.NewFile) upload.File {
	t.Helper()
	if n.Expires.IsZero() {
		n.Expires = tomorrow()
	}
	f, err := st.Create(context.Background(), s, n)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// content reads a file the way an import does.
func content(st *upload.Store, s upload.Namespace, id string) ([]byte, error) {
	f, err := st.Stat(context.Background(), s, id)
	if err != nil {
		return nil, err
	}
	var b buffer
	err = st.Read(context.Background(), s, &f, &b)
	return b.content, err
}

// buffer is an io.WriterAt in memory.
type buffer struct {
	mu      sync.Mutex
	content []byte
}

func (b *buffer) WriteAt(p []byte, at int64) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if more := int(at) + len(p) - len(b.content); more > 0 {
		b.content = append(b.content, make([]byte, more)...)
	}
	return copy(b.content[at:], p), nil
}

// TestAnySequenceOfPartsGivesTheFile: whatever lengths the parts have, wherever
// lines break, however often one is sent again or two are sent at once, by two
// processes over one bucket, with a bucket that fails now and then: the file is
// the file.
func TestAnySequenceOfPartsGivesTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		memory := memory.New(time.Now)
		var failing bool
		flaky := buckettest.Hooked{Bucket: memory, Before: func(_ context.Context, op buckettest.Op, key string) error {
			if failing && strings.Contains(key, "/index") {
				return bucket.ErrUnavailable // the hint is lost, the file is not
			}
			return nil
		}}
		stores := []*upload.Store{newStore(memory), newStore(flaky)}
		whole := noise(rapid.IntRange(0, 3000).Draw(t, "size"), 1)
		s := upload.NewNamespace()
		created, err := stores[0].Create(ctx, s, upload.NewFile{Name: "a.zip", Size: int64(len(whole)), Expires: tomorrow()})
		if err != nil {
			t.Fatal(err)
		}
		// What each sender believed when it last asked.
		believed := []upload.File{created, created}
		for step := 0; ; step++ {
			who := rapid.IntRange(0, 1).Draw(t, "who")
			failing = false
			if step > 60 || rapid.Bool().Draw(t, "asks") {
				if believed[who], err = stores[who].Stat(ctx, s, created.ID); err != nil {
					t.Fatal(err)
				}
				if believed[who].Done() {
					break
				}
			}
			failing = rapid.Bool().Draw(t, "failing")
			f := believed[who]
			n := rapid.IntRange(1, 400).Draw(t, "length")
			end := min(int(f.Offset)+n, len(whole))
			// A line that breaks ends early and says no more.
			_, err := stores[who].Append(ctx, s, &f, bytes.NewReader(whole[f.Offset:end]))
			if err != nil && !errors.Is(err, upload.ErrOffset) {
				t.Fatal(err)
			}
		}
		got, err := content(stores[1], s, created.ID)
		if err != nil || !bytes.Equal(got, whole) {
			t.Fatalf("%d bytes, %v, want %d", len(got), err, len(whole))
		}
	})
}

// TestOneOfTwoWins: of parts that begin at one place exactly one is kept.
func TestOneOfTwoWins(t *testing.T) {
	ctx := context.Background()
	st, s := newStore(memory.New(time.Now)), upload.NewNamespace()
	whole := noise(5000, 2)
	f := create(t, st, s, upload.NewFile{Name: "a.zip", Size: 5000})
	var wg sync.WaitGroup
	won := make(chan int64, 8)
	for i := range cap(won) {
		wg.Go(func() {
			mine := f
			n, err := st.Append(ctx, s, &mine, bytes.NewReader(whole[:1000+i]))
			switch {
			case err == nil:
				won <- n
			case !errors.Is(err, upload.ErrOffset):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(won)
	if len(won) != 1 {
		t.Fatalf("%d have won", len(won))
	}
	now, err := st.Stat(ctx, s, f.ID)
	if kept := <-won; err != nil || now.Offset != kept {
		t.Errorf("offset %d, %v, want %d", now.Offset, err, kept)
	}
}

// TestLargeParts: what comes in one request is stored in several parts, and
// what a broken line has brought is kept.
func TestLargeParts(t *testing.T) {
	ctx := context.Background()
	b := memory.New(time.Now)
	st, s := newStore(b), upload.NewNamespace()
	whole := noise(2*upload.PartBytes+70_000, 3)
	f := create(t, st, s, upload.NewFile{Name: "a.zip", Size: int64(len(whole))})
	broken := io.MultiReader(bytes.NewReader(whole[:upload.PartBytes+12_345]), iotestErr{})
	if n, err := st.Append(ctx, s, &f, broken); n != upload.PartBytes+12_345 || err == nil {
		t.Fatalf("kept %d, %v", n, err)
	}
	f, err := st.Stat(ctx, s, f.ID)
	if err != nil || f.Offset != upload.PartBytes+12_345 {
		t.Fatalf("offset %d, %v", f.Offset, err)
	}
	if err := st.Read(ctx, s, &f, &buffer{}); !errors.Is(err, upload.ErrIncomplete) {
		t.Errorf("read half a file: %v", err)
	}
	if _, err := st.Append(ctx, s, &f, bytes.NewReader(whole[f.Offset:])); err != nil {
		t.Fatal(err)
	}
	if got, err := content(st, s, f.ID); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, blob := range blobs(t, b) {
		if len(blob) > upload.PartBytes+100 {
			t.Errorf("an object of %d bytes", len(blob))
		}
	}
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, errors.New("line broke") }

func blobs(t testing.TB, b bucket.Bucket) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	keys, err := b.List(context.Background(), "")
	for _, key := range keys {
		if err == nil {
			all[key], err = b.Get(context.Background(), key)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestNothingIsReadable: neither name nor content stands in the bucket, and
// nothing opens in another namespace or under another key.
func TestNothingIsReadable(t *testing.T) {
	ctx := context.Background()
	b := memory.New(time.Now)
	st, s := newStore(b), upload.NewNamespace()
	const name, secret = "my_spotify_data_of_somebody.zip", "a line that nobody may read"
	f := create(t, st, s, upload.NewFile{Name: name, Size: int64(len(secret))})
	if _, err := st.Append(ctx, s, &f, strings.NewReader(secret)); err != nil {
		t.Fatal(err)
	}
	for key, blob := range blobs(t, b) {
		if bytes.Contains(blob, []byte("somebody")) || bytes.Contains(blob, []byte("nobody")) || strings.Contains(key, "somebody") {
			t.Errorf("%s holds it in the clear", key)
		}
		if !strings.HasPrefix(string(blob), "sdtseal\x01") {
			t.Errorf("%s is not sealed", key)
		}
	}
	for what, other := range map[string]upload.Namespace{"another person": upload.NewNamespace(), "another key": sameIDOtherKey(t, s)} {
		if got, err := content(st, other, f.ID); err == nil {
			t.Errorf("%s reads %q", what, got)
		}
	}
	if text := fmt.Sprint(s, fmt.Sprintf("%+v %x", s, s)); strings.Contains(text, s.Text()[30:]) || !strings.HasPrefix(text, "namespace ") {
		t.Errorf("the namespace prints its key: %s", text)
	}

	// A part under another's place does not pass for it.
	g := create(t, st, s, upload.NewFile{Name: name, Size: int64(len(secret))})
	all := blobs(t, b)
	for key, blob := range all {
		if strings.Contains(key, "parts/"+f.ID) {
			if err := b.Put(ctx, strings.Replace(key, f.ID, g.ID, 1), blob, tomorrow()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got, err := content(st, s, g.ID); err == nil {
		t.Errorf("a part that was moved reads as %q", got)
	}
}

func sameIDOtherKey(t *testing.T, s upload.Namespace) upload.Namespace {
	t.Helper()
	other, err := upload.ParseNamespace(s.Text()[:30] + upload.NewNamespace().Text()[30:])
	if err != nil {
		t.Fatal(err)
	}
	return other
}

func TestLimits(t *testing.T) {
	ctx := context.Background()
	st, s := newStore(memory.New(time.Now)), upload.NewNamespace()
	if _, err := st.Create(ctx, s, upload.NewFile{Size: maxBytes + 1, Expires: tomorrow()}); !errors.Is(err, upload.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	create(t, st, s, upload.NewFile{Size: maxBytes - 10})
	if _, err := st.Create(ctx, s, upload.NewFile{Size: 11, Expires: tomorrow()}); !errors.Is(err, upload.ErrTooLarge) {
		t.Errorf("too large together: %v", err)
	}
	for range upload.MaxFiles - 1 {
		create(t, st, s, upload.NewFile{})
	}
	if _, err := st.Create(ctx, s, upload.NewFile{Expires: tomorrow()}); !errors.Is(err, upload.ErrTooManyFiles) {
		t.Errorf("too many: %v", err)
	}
	create(t, st, upload.NewNamespace(), upload.NewFile{Size: maxBytes}) // another person has room

	// A sender of crumbs is stopped before the bucket is full of them.
	s = upload.NewNamespace()
	f := create(t, st, s, upload.NewFile{Size: 10_000})
	for i := 0; ; i++ {
		if _, err := st.Append(ctx, s, &f, strings.NewReader("x")); errors.Is(err, upload.ErrTooManyParts) && i >= 1000 {
			break
		} else if err != nil || i > 1100 {
			t.Fatalf("crumb %d: %v", i, err)
		}
	}
}

// TestTheSameFileAgain: a file that is created again takes the place of the
// first attempt, whose answer may have been lost.
func TestTheSameFileAgain(t *testing.T) {
	ctx := context.Background()
	st, s := newStore(memory.New(time.Now)), upload.NewNamespace()
	one := create(t, st, s, upload.NewFile{Name: "a.zip", Size: 9, Tag: "0123abcd"})
	two := create(t, st, s, upload.NewFile{Name: "a.zip", Size: 9, Tag: "0123abcd"})
	three := create(t, st, s, upload.NewFile{Name: "a.zip", Size: 8, Tag: "0123abcd"})
	files, err := st.List(ctx, s)
	if err != nil || len(files) != 2 || one.ID[:20] != two.ID[:20] {
		t.Fatalf("%v, %v", files, err)
	}
	if _, err := st.Stat(ctx, s, one.ID); !errors.Is(err, upload.ErrNotFound) {
		t.Errorf("the first attempt: %v", err)
	}
	// A tag of another form is chance instead.
	if f := create(t, st, s, upload.NewFile{Size: 8, Tag: "../../xy"}); f.ID[:20] == three.ID[:20] || !upload.ValidID(f.ID) {
		t.Errorf("id %q", f.ID)
	}
}

func TestRemoveAndClear(t *testing.T) {
	ctx := context.Background()
	b := memory.New(time.Now)
	st, s, other := newStore(b), upload.NewNamespace(), upload.NewNamespace()
	for _, s := range []upload.Namespace{s, s, other} {
		f := create(t, st, s, upload.NewFile{Name: "a.zip", Size: 10})
		if _, err := st.Append(ctx, s, &f, strings.NewReader("12345")); err != nil {
			t.Fatal(err)
		}
	}
	files, err := st.List(ctx, s)
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for range 2 {
		if err := st.Remove(ctx, s, files[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	for key := range blobs(t, b) {
		if strings.Contains(key, files[0].ID) {
			t.Errorf("left behind: %s", key)
		}
	}
	if _, err := st.Clear(ctx, s); err != nil {
		t.Fatal(err)
	}
	if n := len(blobs(t, b)); n != 3 {
		t.Errorf("%d objects, want the three of the other person", n)
	}
}

// TestExpiry: with its time, or its session's, everything of a file is gone.
func TestExpiry(t *testing.T) {
	ctx := context.Background()
	clock := buckettest.NewClock()
	b := memory.New(clock.Now)
	st := upload.NewStore(b, maxBytes, clock.Now)
	for _, c := range []struct {
		until time.Duration
		gone  time.Duration
	}{{time.Hour, time.Hour}, {7 * 24 * time.Hour, upload.Life}} {
		s := upload.NewNamespace()
		f := create(t, st, s, upload.NewFile{Name: "a.zip", Size: 10, Expires: clock.Now().Add(c.until)})
		if _, err := st.Append(ctx, s, &f, strings.NewReader("12345")); err != nil {
			t.Fatal(err)
		}
		clock.Advance(c.gone - time.Second)
		if _, err := st.Stat(ctx, s, f.ID); err != nil {
			t.Errorf("a second before: %v", err)
		}
		clock.Advance(2 * time.Second)
		if _, err := st.Stat(ctx, s, f.ID); !errors.Is(err, upload.ErrNotFound) {
			t.Errorf("a second after: %v", err)
		}
		if n, err := b.Sweep(ctx); n != 3 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
	}
}

// TestMissingPart: a bucket that has lost a part is noticed.
func TestMissingPart(t *testing.T) {
	ctx := context.Background()
	b := memory.New(time.Now)
	st, s := newStore(b), upload.NewNamespace()
	f := create(t, st, s, upload.NewFile{Size: 10})
	for _, part := range []string{"12345", "67890"} {
		if _, err := st.Append(ctx, s, &f, strings.NewReader(part)); err != nil {
			t.Fatal(err)
		}
	}
	for key := range blobs(t, b) {
		if strings.HasSuffix(key, "/000000000005") {
			if err := b.Delete(ctx, key); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := content(st, s, f.ID); !errors.Is(err, upload.ErrNotFound) {
		t.Errorf("without its middle: %v", err)
	}
}

func TestStoreAway(t *testing.T) {
	ctx := context.Background()
	away := false
	b := buckettest.Hooked{Bucket: memory.New(time.Now), Before: func(context.Context, buckettest.Op, string) error {
		if away {
			return bucket.ErrUnavailable
		}
		return nil
	}}
	st, s := newStore(b), upload.NewNamespace()
	f := create(t, st, s, upload.NewFile{Size: 10})
	away = true
	_, create := st.Create(ctx, s, upload.NewFile{Size: 10, Expires: tomorrow()})
	_, stat := st.Stat(ctx, s, f.ID)
	_, list := st.List(ctx, s)
	_, appended := st.Append(ctx, s, &f, strings.NewReader("x"))
	_, cleared := st.Clear(ctx, s)
	for what, err := range map[string]error{"create": create, "stat": stat, "list": list, "append": appended, "remove": st.Remove(ctx, s, f.ID), "clear": cleared} {
		if !errors.Is(err, bucket.ErrUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, seed := range []string{"a.zip", "", "\x00\x1b[31m", strings.Repeat("ü", 300), "../../etc/passwd", "Ordner/Streaming_History_Audio_2024.json", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		st, s := newStore(memory.New(time.Now)), upload.NewNamespace()
		id := create(t, st, s, upload.NewFile{Name: name, Tag: name}).ID
		got, err := st.Stat(context.Background(), s, id)
		if err != nil || got.Name == "" || len(got.Name) > 255 || strings.ContainsAny(got.Name, "\x00\n\r\x1b") {
			t.Errorf("%q becomes %q, %v", name, got.Name, err)
		}
	})
}

func FuzzIDs(f *testing.F) {
	for _, seed := range []string{"", "0", strings.Repeat("0", 32), strings.Repeat("f", 32), strings.Repeat("G", 32), "../../datasets/x", "files/" + strings.Repeat("0", 26)} {
		f.Add(seed)
	}
	st, s := newStore(memory.New(time.Now)), upload.NewNamespace()
	f.Fuzz(func(t *testing.T, id string) {
		if _, err := st.Stat(context.Background(), s, id); !errors.Is(err, upload.ErrNotFound) {
			t.Errorf("stat %q: %v", id, err)
		}
		if err := st.Remove(context.Background(), s, id); err != nil {
			t.Errorf("remove %q: %v", id, err)
		}
		if other, err := upload.ParseNamespace(id); err == nil && other.Text() != id {
			t.Errorf("namespace %q is read as %q", id, other.Text())
		}
	})
}

// FuzzRecords: whatever lies where a record should, it is refused or it is what
// was written.
func FuzzRecords(f *testing.F) {
	b := memory.New(time.Now)
	st, s := newStore(b), upload.NewNamespace()
	file := create(f, st, s, upload.NewFile{Name: "a.zip", Size: 3})
	var key string
	var genuine []byte
	for k, blob := range blobs(f, b) {
		key, genuine = k, blob
	}
	f.Add(genuine)
	f.Add(genuine[:20])
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, blob []byte) {
		if err := b.Put(context.Background(), key, blob, tomorrow()); err != nil {
			t.Fatal(err)
		}
		if got, err := st.Stat(context.Background(), s, file.ID); err == nil && got.Name != "a.zip" {
			t.Errorf("a forged record passes as %q", got.Name)
		}
	})
}

// TestDistinct: files that were created side by side, none of which saw the
// others, are bounded when they are named together.
func TestDistinct(t *testing.T) {
	st := upload.NewStore(memory.New(time.Now), 1000, time.Now)
	create := func(size int64) string {
		t.Helper()
		f, err := st.Create(t.Context(), upload.NewNamespace(), upload.NewFile{Size: size, Expires: time.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		return f.ID
	}
	a, b, c := create(600), create(400), create(1)
	if got, err := st.Distinct([]string{a, b, a, b}); err != nil || !slices.Equal(got, []string{a, b}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := st.Distinct([]string{a, b, c}); !errors.Is(err, upload.ErrTooLarge) {
		t.Errorf("one byte too many: %v", err)
	}
	if _, err := st.Distinct([]string{a, "x"}); !errors.Is(err, upload.ErrNotFound) {
		t.Errorf("what no file is called: %v", err)
	}
	many := make([]string, upload.MaxFiles+1)
	for i := range many {
		many[i] = fmt.Sprintf("%032x", i)
	}
	if _, err := st.Distinct(many); !errors.Is(err, upload.ErrTooManyFiles) {
		t.Errorf("one file too many: %v", err)
	}
	if _, err := st.Distinct(many[1:]); err != nil {
		t.Error(err)
	}
}
