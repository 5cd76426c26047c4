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

// staleTime is how long an answer that moved a session to newer data may still be on
// its way to the browser. After that it counts as lost, and the old session may
// change the data again.
const staleTime = 10 * time.Minute

// A snapshot is the data that a session leads to when a request begins to change it.
// The request checks again at its end, so that nothing deleted meanwhile comes back
// and nothing added meanwhile is lost.
type snapshot struct {
	// after is what an import supersedes: the newest data, or the derived name that a
	// session without data has for its first. The zero Ref: the session names nothing.
	after vault.Ref
	// data is the newest data that the session leads to.
	data   vault.Ref
	there  bool // data still exists
	sample bool // data is invented
	moved  bool // the session names older data
	// crossing: data was superseded less than staleTime ago, so an answer that says so
	// may still be on its way.
	crossing bool
	// deleted: the session's data was deleted, and the session starts afresh.
	deleted bool
}

// takeSnapshot looks up the session's newest data. It fails with ErrChanged when other
// data superseded it and the answer that says so may still be on its way.
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
	trail, err := s.current(ctx, ref)
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
			if !s.Kept(ctx) || s.listed.has(trail.Ref.ID) { // the account may still name it
				s.drop(ctx, passed, trail.Ref) // whoever names it is led on
			}
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

// base is the dataset that an import adds to.
func (st snapshot) base() vault.Ref {
	if !st.there || st.sample {
		return vault.Ref{}
	}
	return st.data
}

// origin is the derived name that the session's first dataset supersedes.
func (s *Service) origin(ctx context.Context) (vault.Ref, bool) {
	if ref, ok := s.Ref(ctx, keyOrigin); ok {
		return ref, true
	}
	ns, ok := s.namespace(ctx)
	if !ok {
		return vault.Ref{}, false
	}
	return importer.Origin(ns), true
}

// A namespace holds the uploads of a session. Its secret also opens the notes that
// lead to the datasets imported from it.
type namespace struct {
	upload.Namespace
	// fresh: it is not written into the session yet.
	fresh bool
	// line is who may follow to what is imported; nil for who holds the namespace.
	line vault.Line
}

// begin takes a snapshot and chooses the namespace of a new upload. It is a new one,
// so that somebody who planted the session and knows its old namespace learns nothing
// of what comes. Uploads that run side by side share one: the session keeps its
// namespace while files wait in it or another answer is on its way.
func (s *Service) begin(ctx context.Context) (snapshot, namespace, error) {
	ns, ok := s.namespace(ctx)
	waiting := false
	if ok {
		var err error
		// This must come before the snapshot: a file that an import has just consumed
		// has written its note by then.
		if waiting, err = s.Files.Waiting(ctx, ns); err != nil {
			return snapshot{}, namespace{}, err
		}
	}
	st, err := s.takeSnapshot(ctx)
	if err != nil {
		return snapshot{}, namespace{}, err
	}
	line, err := s.importLine(ctx)
	if err != nil {
		return snapshot{}, namespace{}, err
	}
	if ok && (waiting || st.crossing) {
		return st, namespace{Namespace: ns, line: line}, nil
	}
	return st, namespace{Namespace: upload.NewNamespace(), fresh: true, line: line}, nil
}
