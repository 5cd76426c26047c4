package importer

import (
	"context"
	"errors"
	"fmt"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// maxTurns bounds how often an import is done again because another has
// finished first.
const maxTurns = 50

// A Target is where the outcome of an import goes among the datasets of a person.
type Target struct {
	// After is the reference whose place it takes. It need not be a dataset:
	// the first one of a session takes the place of a name (see [Origin]). With
	// the zero Ref it takes none.
	After vault.Ref
	// Base is what it adds to, where nothing has taken the place since: mostly
	// After, and the zero Ref where nothing is there, or an invented listener.
	Base vault.Ref
	// Line is who may follow there.
	Line vault.Line
	// Replace: it replaces what was there when it began, and fails if that has
	// changed.
	Replace bool
	// Sample: what is imported is invented.
	Sample bool
	// Named, when set, is the reference of an outcome that takes the place of
	// after; else it gets a new one.
	Named func(after vault.Ref) vault.Ref
}

// errSettled ends an import whose outcome is stored already.
var errSettled = errors.New("importer: stored already")

// ImportAt imports a job and puts the outcome in its place. Where another
// import has taken the place first, the job is added to the outcome of that
// one. It returns ErrChanged, and keeps nothing, where that is impossible: the
// data was deleted, or replaced by somebody of another line, or the job was to
// replace what is not there any more.
func (im *Importer) ImportAt(ctx context.Context, job Job, target Target) (Result, error) {
	for range maxTurns {
		// An import that is done already needs no turn.
		now, err := im.settle(ctx, target, false)
		if err != nil || now.done {
			return now.Result, err
		}
		job.settle = func(ctx context.Context, job *Job) error {
			if now, err = im.settle(ctx, target, true); err != nil {
				return err
			}
			job.Base, job.Ref = now.base, now.Ref
			if now.Dataset != nil {
				return errSettled
			}
			return nil
		}
		res, err := im.Import(ctx, job)
		switch {
		case errors.Is(err, errSettled) && now.done:
			return now.Result, nil
		case errors.Is(err, errSettled):
			res = now.Result
		case err != nil, target.After.ID == "":
			return res, err
		}
		err = im.cfg.Vault.Supersede(ctx, now.after, vault.Successor{Ref: res.Ref, Sample: target.Sample}, target.Line, job.Expires)
		switch {
		case err == nil:
			return res, nil
		case errors.Is(err, vault.ErrDeleted):
			return Result{}, errors.Join(ErrChanged, im.discard(ctx, res.Ref))
		case errors.Is(err, vault.ErrSuperseded):
			// No note leads to it. If it cannot be deleted it expires.
			_ = im.discard(ctx, res.Ref)
		case target.Named == nil:
			return Result{}, errors.Join(err, im.discard(ctx, res.Ref))
		default:
			return Result{}, err // a retry finds what is stored
		}
	}
	return Result{}, ErrChanged
}

// settled is what an import finds when its turn has come.
type settled struct {
	after vault.Ref        // whose place it takes
	base  *dataset.Dataset // what it adds to
	done  bool             // the outcome is in its place
	// Result is what the outcome is stored as, with its dataset when it is: by
	// an earlier request that came no further. When it is done, it is the newest.
	Result
}

// settle looks where an import is to go, and with open opens what is there.
func (im *Importer) settle(ctx context.Context, target Target, open bool) (settled, error) {
	for last := (vault.Ref{}); ; {
		now, err := im.look(ctx, target, open)
		if !errors.Is(err, vault.ErrGone) || now.after.ID == last.ID {
			return now, err
		}
		// Its place may have been taken meanwhile.
		last = now.after
	}
}

func (im *Importer) look(ctx context.Context, target Target, open bool) (now settled, err error) {
	if target.After.ID == "" {
		return now, nil
	}
	trail, err := im.cfg.Vault.Current(ctx, target.After, target.Line)
	switch {
	case errors.Is(err, vault.ErrDeleted):
		return now, ErrChanged
	case err != nil:
		return now, fmt.Errorf("look for newer data: %w", err)
	}
	base := target.Base
	switch {
	case trail.Moved() && trail.Sample:
		base = vault.Ref{}
	case trail.Moved():
		base = trail.Ref
	}
	now.after = trail.Ref
	switch {
	case trail.Closed:
		return now, ErrChanged
	case target.passed(trail):
		now.done, now.Ref = true, trail.Ref
		now.Dataset, err = im.cfg.Vault.Open(ctx, trail.Ref)
		return now, err
	case trail.Moved() && (target.Replace || target.Sample && !trail.Sample):
		return now, ErrChanged // the sample replaces nobody's data
	case !open:
		return now, nil
	}
	if target.Named != nil {
		now.Ref = target.Named(trail.Ref)
		now.Dataset, err = im.cfg.Vault.Open(ctx, now.Ref)
		if err == nil || !errors.Is(err, vault.ErrGone) {
			return now, err
		}
	}
	if base.ID == "" || target.Replace || target.Sample {
		return now, nil
	}
	now.base, err = im.cfg.Vault.Open(ctx, base)
	if errors.Is(err, vault.ErrGone) {
		err = fmt.Errorf("%w: %w", ErrChanged, err)
	}
	return now, err
}

// passed reports whether the trail leads over the outcome of an import into target.
func (target Target) passed(trail vault.Trail) bool {
	if target.Named == nil {
		return false
	}
	for i, after := range trail.Passed {
		next := trail.Ref
		if i+1 < len(trail.Passed) {
			next = trail.Passed[i+1]
		}
		if target.Named(after).ID == next.ID {
			return true
		}
	}
	return false
}

// discard deletes a dataset that no note leads to, also when the client has
// gone.
func (im *Importer) discard(ctx context.Context, ref vault.Ref) error {
	ctx, cancel := lastWords(ctx)
	defer cancel()
	return im.cfg.Vault.Delete(ctx, ref)
}
