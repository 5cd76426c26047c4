package importer

import (
	"context"
	"sync"
	"time"

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

// Progress is how far an import is.
type Progress struct {
	Stage Stage `json:"stage"`
	export.Progress
}

const progressInterval = 150 * time.Millisecond

// A reporter tells the progress of one import from its own goroutine, so that
// a slow store never slows the reading. finish waits for that goroutine: none
// outlives the import.
type reporter struct {
	mu  sync.Mutex
	now Progress
	end func() // tells the last word
}

func report(ctx context.Context, tell func(context.Context, Progress)) *reporter {
	r := &reporter{now: Progress{Stage: StageWaiting}, end: func() {}}
	if tell == nil {
		return r
	}
	// The last word must be told even when the person has gone away.
	ctx = context.WithoutCancel(ctx)
	var told Progress
	again := func() {
		if now := r.snapshot(); now != told { // while it waits, there is nothing new
			told = now
			tell(ctx, now)
		}
	}
	stop := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		t := time.NewTicker(progressInterval)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				again()
			case <-stop:
				return
			}
		}
	})
	r.end = func() {
		close(stop)
		telling.Wait()
		again()
	}
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
	r.end()
}
