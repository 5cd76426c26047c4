package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

const taskID = "0123456789abcdef0123456789abcdef"

// newTasks is one instance over a bucket.
func newTasks(b bucket.Bucket, change func(*importer.Config)) (*importer.Tasks, *upload.Store) {
	im, _ := newImporter(b, change)
	files := upload.NewStore(b, 64<<20, time.Now)
	return importer.NewTasks(im, files), files
}

// arrive uploads a package.
func arrive(t *testing.T, files *upload.Store, s upload.Namespace, in export.Input) (id string) {
	t.Helper()
	f, err := files.Create(t.Context(), s, upload.NewFile{Name: in.Name, Size: in.Size, Expires: time.Now().Add(time.Hour)})
	if err == nil {
		_, err = files.Append(t.Context(), s, &f, io.NewSectionReader(in.R, 0, in.Size))
	}
	if err != nil {
		t.Fatal(err)
	}
	return f.ID
}

func keys(t *testing.T, b bucket.Bucket, prefix string) []string {
	t.Helper()
	found, err := b.List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// blindToLeases is a bucket in which no instance sees another's lease.
type blindToLeases struct{ bucket.Bucket }

func (b blindToLeases) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	if strings.Contains(key, "/leases/") {
		return nil
	}
	return b.Bucket.Create(ctx, key, data, expires)
}

// TestDoneTwiceIsOneDataset: even when instances know nothing of one another,
// one task gives one dataset, and the same to all of them.
func TestDoneTwiceIsOneDataset(t *testing.T) {
	b := blindToLeases{memory.New(time.Now)}
	s := upload.NewNamespace()
	input, counts := extended(t, 5_000, 1)
	_, files := newTasks(b, nil)
	task := &importer.Task{Files: []string{arrive(t, files, s, input)}, Expires: time.Now().Add(time.Hour)}
	var wg sync.WaitGroup
	for range 4 {
		tasks, _ := newTasks(b, nil)
		wg.Go(func() {
			_, res, err := tasks.Run(context.Background(), s, taskID, task)
			if err != nil || res.Dataset.Rows() != counts.Distinct || res.Ref.ID != tasks.Ref(s, taskID).ID {
				t.Errorf("%v, %v", res.Ref, err)
			}
		})
	}
	wg.Wait()
	if n := len(keys(t, b, "datasets/")); n != 1 {
		t.Errorf("%d datasets", n)
	}
	for _, key := range keys(t, b, "") {
		blob, err := b.Get(t.Context(), key)
		if err != nil || !bytes.HasPrefix(blob, []byte("sdtseal\x01")) {
			t.Errorf("%s is not sealed, %v", key, err)
		}
	}
}

// TestLease: one at a time, the others are told; a lease that nobody renews
// lapses, and a task that failed can be tried again.
func TestLease(t *testing.T) {
	memory := memory.New(time.Now)
	var mu sync.Mutex
	away := true
	hold, held := make(chan struct{}), make(chan struct{})
	b := buckettest.Hooked{Bucket: memory, Before: func(_ context.Context, op buckettest.Op, key string) error {
		mu.Lock()
		defer mu.Unlock()
		if op == buckettest.OpCreate && strings.HasPrefix(key, "datasets/") && away {
			away = false
			close(held)
			<-hold
			return bucket.ErrUnavailable
		}
		return nil
	}}
	s := upload.NewNamespace()
	input, _ := extended(t, 1_000, 1)
	one, files := newTasks(b, nil)
	two, _ := newTasks(memory, nil)
	task := &importer.Task{Files: []string{arrive(t, files, s, input)}, Expires: time.Now().Add(time.Hour)}

	if _, err := two.Look(t.Context(), s, taskID); !errors.Is(err, importer.ErrNoTask) {
		t.Errorf("before: %v", err)
	}
	first := make(chan error, 1)
	go func() {
		_, _, err := one.Run(context.Background(), s, taskID, task)
		first <- err
	}()
	<-held
	if _, _, err := two.Run(t.Context(), s, taskID, nil); !errors.Is(err, importer.ErrRunning) {
		t.Errorf("a second one: %v", err)
	}
	if st, err := two.Look(t.Context(), s, taskID); err != nil || !st.Running || st.Stored || st.Over {
		t.Errorf("meanwhile: %+v, %v", st, err)
	}
	close(hold)
	if err := <-first; !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("the store away: %v", err)
	}
	if st, err := two.Look(t.Context(), s, taskID); err != nil || st.Running || st.Stored || st.Over {
		t.Errorf("afterwards: %+v, %v", st, err)
	}
	task2, _, err := two.Run(t.Context(), s, taskID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := two.Finish(t.Context(), s, taskID, task2); err != nil {
		t.Error(err)
	}
	if st, err := two.Look(t.Context(), s, taskID); err != nil || !st.Stored {
		t.Errorf("at the end: %+v, %v", st, err)
	}
	if left := keys(t, memory, "uploads/"); len(left) != 1 {
		t.Errorf("left: %v", left)
	}

	// The files are gone: without its dataset the task is over.
	if err := memory.Delete(t.Context(), keys(t, memory, "datasets/")[0]); err != nil {
		t.Fatal(err)
	}
	fresh, _ := newTasks(memory, nil)
	if st, err := fresh.Look(t.Context(), s, taskID); err != nil || !st.Over {
		t.Errorf("without files and dataset: %+v, %v", st, err)
	}
	if _, _, err := fresh.Run(t.Context(), s, taskID, nil); !errors.Is(err, upload.ErrNotFound) {
		t.Errorf("run again: %v", err)
	}
	for _, id := range []string{"", "x", "../datasets/1", strings.Repeat("A", 32)} {
		if _, err := fresh.Load(t.Context(), s, id); !errors.Is(err, importer.ErrNoTask) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// TestTaskTakesEachFileOnce: however often a task names a file, it is put
// together once, and only when the import has its turn: what waits takes up no
// disk.
func TestTaskTakesEachFileOnce(t *testing.T) {
	memory := memory.New(time.Now)
	var mu sync.Mutex
	reads := 0
	holding := true
	hold, held := make(chan struct{}), make(chan struct{})
	b := buckettest.Hooked{Bucket: memory, Before: func(_ context.Context, op buckettest.Op, key string) error {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case op == buckettest.OpGet && strings.Contains(key, "/parts/") && !strings.HasSuffix(key, "/index"):
			reads++
		case op == buckettest.OpCreate && strings.HasPrefix(key, "datasets/") && holding:
			holding = false
			close(held)
			mu.Unlock()
			<-hold
			mu.Lock()
		}
		return nil
	}}
	tasks, files := newTasks(b, func(c *importer.Config) { c.Concurrent, c.Wait = 1, 20*time.Millisecond })
	input, counts := extended(t, 1_000, 1)
	run := func(s upload.Namespace, ids ...string) (importer.Result, error) {
		_, res, err := tasks.Run(t.Context(), s, taskID, &importer.Task{Files: ids, Expires: time.Now().Add(time.Hour)})
		return res, err
	}
	first := make(chan error, 1)
	s := upload.NewNamespace()
	id := arrive(t, files, s, input)
	go func() {
		res, err := run(s, id, id, id)
		if err == nil && res.Dataset.Receipt().Totals().Rows != counts.Rows {
			t.Errorf("%d rows read, want %d", res.Dataset.Receipt().Totals().Rows, counts.Rows)
		}
		first <- err
	}()
	<-held
	mu.Lock()
	once := reads
	mu.Unlock()
	if once != 1 {
		t.Errorf("one part is read %d times", once)
	}
	other := upload.NewNamespace()
	if _, err := run(other, arrive(t, files, other, input)); !errors.Is(err, importer.ErrBusy) {
		t.Errorf("beyond what runs at once: %v", err)
	}
	mu.Lock()
	if reads != once {
		t.Error("files of an import that waits were put together")
	}
	mu.Unlock()
	close(hold)
	if err := <-first; err != nil {
		t.Error(err)
	}
}

// TestTaskWithinTheLimit: files that slipped in side by side are refused
// together, and so is what no namespace can hold.
func TestTaskWithinTheLimit(t *testing.T) {
	b := memory.New(time.Now)
	tasks, _ := newTasks(b, nil)
	s := upload.NewNamespace()
	large := func(chance byte) string { return "0000030000000123abcd" + strings.Repeat(string(chance), 12) } // 48 MB
	many := make([]string, upload.MaxFiles+1)
	for i := range many {
		many[i] = fmt.Sprintf("%032x", i)
	}
	for what, test := range map[string]struct {
		files []string
		want  error
	}{
		"too large together": {[]string{large('a'), large('b')}, upload.ErrTooLarge},
		"too many":           {many, upload.ErrTooManyFiles},
		"no ID":              {[]string{"../../datasets/x"}, upload.ErrNotFound},
	} {
		_, _, err := tasks.Run(t.Context(), s, taskID, &importer.Task{Files: test.files, Expires: time.Now().Add(time.Hour)})
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if left := keys(t, b, ""); len(left) != 0 {
		t.Errorf("written down: %v", left)
	}
}

// TestClearTakesDatasetsAlong: a dataset that was stored and never reached a
// session goes with its task.
func TestClearTakesDatasetsAlong(t *testing.T) {
	b := memory.New(time.Now)
	tasks, files := newTasks(b, nil)
	input, _ := extended(t, 1_000, 1)
	s, other := upload.NewNamespace(), upload.NewNamespace()
	for _, s := range []upload.Namespace{s, other} {
		task := &importer.Task{Files: []string{arrive(t, files, s, input)}, Expires: time.Now().Add(time.Hour)}
		if _, _, err := tasks.Run(t.Context(), s, taskID, task); err != nil {
			t.Fatal(err)
		}
	}
	if err := tasks.Clear(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if left := keys(t, b, "datasets/"); len(left) != 1 || left[0] != "datasets/"+tasks.Ref(other, taskID).ID {
		t.Errorf("datasets left: %v", left)
	}
	namespace := fmt.Sprint(s)
	for _, key := range keys(t, b, "uploads/") {
		if strings.HasPrefix(key, "uploads/"+strings.TrimPrefix(namespace, "namespace ")+"/") {
			t.Errorf("left: %s", key)
		}
	}
}

// expiries remembers when what is written is to be gone.
type expiries struct {
	bucket.Bucket
	mu   sync.Mutex
	last map[string]time.Time
}

func (b *expiries) note(key string, expires time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if expires.After(b.last[key]) {
		b.last[key] = expires
	}
}

func (b *expiries) Put(ctx context.Context, key string, data []byte, expires time.Time) error {
	b.note(key, expires)
	return b.Bucket.Put(ctx, key, data, expires)
}

func (b *expiries) Create(ctx context.Context, key string, data []byte, expires time.Time) error {
	b.note(key, expires)
	return b.Bucket.Create(ctx, key, data, expires)
}

// TestNothingOutlivesTheSession: what is written down of an import that works,
// and of one whose files are refused, is gone with the session.
func TestNothingOutlivesTheSession(t *testing.T) {
	b := &expiries{Bucket: memory.New(time.Now), last: make(map[string]time.Time)}
	tasks, files := newTasks(b, nil)
	good, _ := extended(t, 1_000, 1)
	bad := export.Input{Name: "notes.txt", R: strings.NewReader("no package"), Size: 10}
	end := time.Now().Add(time.Minute)
	for _, input := range []export.Input{good, bad} {
		s := upload.NewNamespace()
		f, err := files.Create(t.Context(), s, upload.NewFile{Name: input.Name, Size: input.Size, Expires: end})
		if err == nil {
			_, err = files.Append(t.Context(), s, &f, io.NewSectionReader(input.R, 0, input.Size))
		}
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = tasks.Run(t.Context(), s, taskID, &importer.Task{Files: []string{f.ID}, Expires: end})
		if refused := (*export.InputError)(nil); err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
	}
	for key, expires := range b.last {
		if expires.After(end) {
			t.Errorf("%s stays for %s", key, time.Until(expires))
		}
	}
	if len(b.last) < 10 {
		t.Errorf("only %d objects were written", len(b.last))
	}
}

// TestLeaseOfAnother: an instance that was frozen so long that another took its
// place does not call the other off when it ends.
func TestLeaseOfAnother(t *testing.T) {
	memory := memory.New(time.Now)
	s := upload.NewNamespace()
	var files *upload.Store
	var once sync.Once
	b := buckettest.Hooked{Bucket: memory, Before: func(ctx context.Context, op buckettest.Op, key string) (err error) {
		if op == buckettest.OpCreate && strings.HasPrefix(key, "datasets/") {
			once.Do(func() {
				err = files.Records().Put(ctx, s, "leases/"+taskID, "another", time.Now().Add(time.Minute))
			})
		}
		return err
	}}
	tasks, store := newTasks(b, nil)
	files = store
	input, _ := extended(t, 500, 1)
	task := &importer.Task{Files: []string{arrive(t, files, s, input)}, Expires: time.Now().Add(time.Hour)}
	if _, _, err := tasks.Run(t.Context(), s, taskID, task); err != nil {
		t.Fatal(err)
	}
	if there, err := files.Records().Exists(t.Context(), s, "leases/"+taskID); err != nil || !there {
		t.Errorf("the other's lease is gone: %v", err)
	}
}
