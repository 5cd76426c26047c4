// Package importer turns uploaded files into a stored dataset: reader, merge,
// vault, and a record of its progress that any instance can show.
//
// An import runs inside one request. It is safe to repeat: the same files over
// the same base give the same dataset, and what was stored before stays
// untouched until the caller lets go of it.
package importer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// ErrBusy: as many imports run as the machine can take, and none ended in time.
var ErrBusy = errors.New("importer: too many imports at once")

// Config names everything an Importer needs.
type Config struct {
	Vault  *vault.Vault
	Limits export.Limits // zero: export.DefaultLimits
	Now    func() time.Time

	// Workers read the files of one import in parallel; 0 means one a core.
	Workers int
	// Concurrent imports at most, since each keeps all cores busy; further ones
	// wait up to Wait. Zero: 2 and 30 s.
	Concurrent int
	Wait       time.Duration
	// Memory admits imports by the bytes they take. It is the vault's as well.
	// Nil bounds nothing.
	Memory *admission.Gate
}

// Importer runs imports.
type Importer struct {
	cfg   Config
	slots chan struct{}
}

// New makes an Importer.
func New(cfg Config) *Importer {
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.Concurrent <= 0 {
		cfg.Concurrent = 2
	}
	if cfg.Wait <= 0 {
		cfg.Wait = 30 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Memory == nil {
		cfg.Memory = admission.New(math.MaxInt64, cfg.Wait)
	}
	return &Importer{cfg: cfg, slots: make(chan struct{}, cfg.Concurrent)}
}

// Job is one import.
type Job struct {
	Inputs []export.Input
	// Fetch, when set, returns the inputs in place of Inputs. It is called when
	// the import has its turn, so that waiting imports take no disk space.
	Fetch func(context.Context) ([]export.Input, error)
	// Bytes is how large those will be.
	Bytes   int64
	Base    *dataset.Dataset // what the rows are added to; nil starts afresh
	Expires time.Time        // when the dataset is to be gone
	// Ref, when set, is what the dataset is stored as; else it gets a new one.
	Ref vault.Ref
	// settle, when set, sets Base and Ref. It is called when the import has its
	// turn, so that it adds to the newest dataset.
	settle func(context.Context, *Job) error
	// Tell, when set, is called with the progress several times a second, and at
	// last with how the import ended.
	Tell func(context.Context, Progress)
}

// Result is a stored dataset.
type Result struct {
	Ref     vault.Ref
	Dataset *dataset.Dataset
}

// Import reads the job's files, merges them into its base and stores the
// outcome as a new dataset. An *export.InputError says the files cannot be
// used; then nothing has been stored.
func (im *Importer) Import(ctx context.Context, job Job) (Result, error) {
	report := report(ctx, job.Tell)
	outcome := StageFailed
	defer func() { report.finish(outcome) }() // whatever happens, a panic included
	release, err := im.acquire(ctx)
	if err != nil {
		return Result{}, err
	}
	defer release()
	for try := im.first(job); ; { // each attempt with more memory than the one before
		res, err := im.attempt(ctx, job, try, report)
		if err == nil {
			outcome = StageDone
		} else if try.next(err) {
			continue
		}
		return res, err
	}
}

func (im *Importer) attempt(ctx context.Context, job Job, try *attempt, report *reporter) (Result, error) {
	hold, err := im.cfg.Memory.Acquire(ctx, try.bytes)
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrBusy, err)
	}
	defer hold.Release()
	// Datasets opened with ctx stay in use until this returns.
	ctx, cancel := context.WithCancel(admission.With(ctx, hold))
	defer cancel()
	if err := hold.Spend(try.ownBytes()); err != nil {
		return Result{}, fmt.Errorf("begin import: %w", err)
	}
	if job.settle != nil {
		if err := job.settle(ctx, &job); err != nil {
			return Result{}, err
		}
	}
	if job.Fetch != nil {
		if job.Inputs, err = job.Fetch(ctx); err != nil {
			return Result{}, err
		}
	}

	try.budget = dataset.NewBudget(try.parts, job.Base)
	parts := make([]*dataset.Part, try.workers)
	sinks := make([]export.Sink, len(parts))
	for i := range parts {
		parts[i] = try.budget.NewPart()
		sinks[i] = parts[i]
	}
	// Documents and plays arrive concurrently, so documents have a part of
	// their own.
	beside, documents := try.budget.NewPart(), 0
	parts = append(parts, beside)
	receipt, err := export.Read(ctx, job.Inputs, export.Options{
		Sinks: sinks,
		Document: func(d export.Document) error {
			documents++
			d.Reading = account.DocumentMemory(d.Topic, d.Extent)
			return beside.AddDocument(d)
		},
		Memory:   hold.Spend,
		Limits:   im.cfg.Limits,
		Progress: report.reading,
	})
	if err != nil {
		return Result{}, fmt.Errorf("read upload: %w", err)
	}

	if t := receipt.Totals(); t.Rows == t.Unreadable && documents == 0 {
		return Result{}, export.NoHistory(job.Inputs, receipt)
	}
	report.stage(StageStoring)
	ds, err := dataset.Merge(job.Base, parts, receipt)
	if err != nil {
		return Result{}, fmt.Errorf("merge upload: %w", err)
	}
	res := Result{Ref: job.Ref, Dataset: ds}
	if res.Ref.ID == "" {
		res.Ref, err = im.cfg.Vault.Store(ctx, ds, job.Expires)
	} else {
		err = im.cfg.Vault.StoreAs(ctx, res.Ref, ds, job.Expires)
	}
	if err != nil {
		return Result{}, fmt.Errorf("store dataset: %w", err)
	}
	return res, nil
}

// acquire waits for a slot.
func (im *Importer) acquire(ctx context.Context) (release func(), err error) {
	waiting, cancel := context.WithTimeoutCause(ctx, im.cfg.Wait, ErrBusy)
	defer cancel()
	select {
	case im.slots <- struct{}{}:
		return func() { <-im.slots }, nil
	case <-waiting.Done():
		return nil, context.Cause(waiting)
	}
}
