package uploads

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// staleTime is for how long a session whose data was superseded by an answer that
// it has not seen is taken for one that will see it. After that the answer is
// lost, and whoever has the old session goes on from there.
const staleTime = 10 * time.Minute

// A snapshot is what a session leads to when a request begins that is to change
// its data. What takes its place asks again at its end: what was deleted meanwhile
// must not come back, and what was added not be lost.
type snapshot struct {
	// after is whose place an import takes: the newest data, or the name of a
	// place. It is the zero Ref in a session that names nothing.
	after vault.Ref
	// data is the newest data that the session leads to.
	data   vault.Ref
	there  bool // data is
	sample bool // it is invented
	moved  bool // the session names older data
	// crossing: it has been moved so lately that answers which say so may be on
	// their way.
	crossing bool
	// deleted: what the session names was deleted. It begins anew.
	deleted bool
}

// takeSnapshot looks where the session stands. It is errChanged when other data has
// taken the place of what the session names, by an answer that may be on its way.
func (s *Service) takeSnapshot(ctx context.Context) (snapshot, error) {
	switch err := s.confirmArrival(ctx); {
	case errors.Is(err, vault.ErrDeleted):
		return snapshot{deleted: true}, nil
	case err != nil:
		return snapshot{}, fmt.Errorf("look for newer data: %w", err)
	}
	ref, named := s.Ref(ctx, KeyDataset)
	st := snapshot{sample: named && s.Sessions.GetBool(ctx, keySample)}
	if !named {
		var ok bool
		if ref, ok = s.origin(ctx); !ok {
			return snapshot{}, nil
		}
	}
	trail, err := s.Vault.Current(ctx, ref, s.line(ctx))
	if errors.Is(err, vault.ErrDeleted) {
		return snapshot{deleted: true}, nil
	}
	if err != nil {
		return snapshot{}, fmt.Errorf("look for newer data: %w", err)
	}
	if trail.Moved() {
		st.moved, st.sample = true, trail.Sample
		st.crossing = s.Now().Sub(trail.Since) < staleTime
		for _, passed := range trail.Passed {
			s.drop(ctx, passed) // whoever names it is led on
		}
	}
	st.after = trail.Ref
	if named || st.moved {
		st.data = trail.Ref
		if st.there, err = s.Vault.Exists(ctx, st.data); err != nil {
			return snapshot{}, fmt.Errorf("look for dataset: %w", err)
		}
	}
	for trail.Closed {
		if s.Now().Sub(trail.Since) < staleTime || st.data.ID != "" && !st.there {
			return snapshot{}, ErrChanged
		}
		trail, err = s.Vault.Current(ctx, trail.Ref.Again(), s.line(ctx))
		if errors.Is(err, vault.ErrDeleted) {
			return snapshot{deleted: true}, nil
		}
		if err != nil {
			return snapshot{}, fmt.Errorf("look for newer data: %w", err)
		}
		st.after = trail.Ref
		if trail.Moved() {
			st.data, st.there, st.moved, st.sample = trail.Ref, true, true, trail.Sample
		}
	}
	return st, nil
}

// base is what an import adds to.
func (st snapshot) base() vault.Ref {
	if !st.there || st.sample {
		return vault.Ref{}
	}
	return st.data
}

// origin is the place where the session's first dataset goes.
func (s *Service) origin(ctx context.Context) (vault.Ref, bool) {
	if ref, ok := s.Ref(ctx, keyOrigin); ok {
		return ref, true
	}
	scope, ok := s.scope(ctx)
	if !ok {
		return vault.Ref{}, false
	}
	return importer.Origin(scope), true
}

// A namespace is where a session has its uploads, and who may follow to what
// comes of them.
type namespace struct {
	upload.Scope
	// fresh: the session has not heard of it yet.
	fresh bool
}

// begin says where the session stands, and in which namespace a file begins, or
// an import without one. Whoever planted a session knows what is in it; so it is a
// new one, which only the answer tells of. Uploads that run side by side share
// theirs: where files are waiting, or answers of others are on their way, it stays.
func (s *Service) begin(ctx context.Context) (snapshot, namespace, error) {
	scope, ok := s.scope(ctx)
	waiting := false
	if ok {
		var err error
		// Before the rest: files that are gone by now have left their notes.
		if waiting, err = s.Files.Waiting(ctx, scope); err != nil {
			return snapshot{}, namespace{}, err
		}
	}
	st, err := s.takeSnapshot(ctx)
	if err != nil {
		return snapshot{}, namespace{}, err
	}
	if ok && (waiting || st.crossing) {
		return st, namespace{Scope: scope}, nil
	}
	return st, namespace{upload.NewScope(), true}, nil
}
