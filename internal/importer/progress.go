package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Stage is where an import is.
type Stage string

// The stages, in order; an import ends as done or failed.
const (
	StageWaiting Stage = "waiting" // for the files, or for a free slot
	StageReading Stage = "reading"
	StageStoring Stage = "storing"
	StageDone    Stage = "done"
	StageFailed  Stage = "failed"
)

// Progress is how far an import is. It holds counts, nothing personal, so it
// is stored in the clear.
type Progress struct {
	Stage Stage `json:"stage"`
	export.Progress
}

// ErrBadProgressID: the id does not have the form of one.
var ErrBadProgressID = errors.New("importer: not a progress id")

const (
	progressInterval = 150 * time.Millisecond
	progressLife     = 15 * time.Minute
)

var progressID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// ValidProgressID reports whether id is 32 hexadecimal digits, which is what a
// page makes up for its upload: nobody can guess another person's.
func ValidProgressID(id string) bool { return progressID.MatchString(id) }

// Progress tells how far the import with that id is. An id that has not been
// heard of yet is waiting: the files may still be under way.
func (im *Importer) Progress(ctx context.Context, id string) (Progress, error) {
	if !ValidProgressID(id) {
		return Progress{}, ErrBadProgressID
	}
	b, err := im.cfg.Bucket.Get(ctx, progressKey(id))
	if errors.Is(err, bucket.ErrNotFound) {
		return Progress{Stage: StageWaiting}, nil
	}
	if err != nil {
		return Progress{}, fmt.Errorf("read progress: %w", err)
	}
	var p Progress
	if err := json.Unmarshal(b, &p); err != nil {
		return Progress{}, fmt.Errorf("read progress: %w", err)
	}
	return p, nil
}

func progressKey(id string) string { return "progress/" + id }

// A reporter writes the progress of one import from its own goroutine, so that
// a slow store never slows the reading. finish waits for that goroutine: none
// outlives the import.
type reporter struct {
	mu   sync.Mutex
	now  Progress
	stop chan struct{}
	done chan struct{}
}

func (im *Importer) report(ctx context.Context, id string) *reporter {
	r := &reporter{now: Progress{Stage: StageWaiting}}
	if !ValidProgressID(id) {
		return r
	}
	r.stop, r.done = make(chan struct{}), make(chan struct{})
	// The last word must be written even when the person has gone away.
	ctx = context.WithoutCancel(ctx)
	var told Progress
	write := func() {
		now := r.snapshot()
		if now == told {
			return // while it waits, there is nothing new to tell
		}
		told = now
		b, err := json.Marshal(now)
		if err != nil {
			return
		}
		// Progress is a courtesy: an import does not fail because it cannot be shown.
		_ = im.cfg.Bucket.Put(ctx, progressKey(id), b, im.cfg.Now().Add(progressLife))
	}
	go func() {
		defer close(r.done)
		t := time.NewTicker(progressInterval)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				write()
			case <-r.stop:
				write()
				return
			}
		}
	}()
	return r
}

func (r *reporter) snapshot() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *reporter) reading(p export.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = Progress{Stage: StageReading, Progress: p}
}

func (r *reporter) stage(s Stage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.Stage = s
}

func (r *reporter) finish(s Stage) {
	r.stage(s)
	if r.stop == nil {
		return
	}
	close(r.stop)
	<-r.done
}
