package upload

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Remove deletes a file. Removing what is gone returns nil.
func (st *Store) Remove(ctx context.Context, ns Namespace, id string) error {
	if !ValidID(id) {
		return nil
	}
	names, err := st.partNames(ctx, ns, id)
	if err != nil {
		return fmt.Errorf("look for parts: %w", err)
	}
	// First what it is known by: nobody goes on with half a file.
	if err := st.records.Delete(ctx, ns, infoName(id)); err != nil {
		return fmt.Errorf("remove file: %w", err)
	}
	if err := st.delete(ctx, ns, names); err != nil {
		return fmt.Errorf("remove parts: %w", err)
	}
	return nil
}

// Discard removes those of the files that are there. To look for each would ask
// the bucket as often as somebody likes to name files.
func (st *Store) Discard(ctx context.Context, ns Namespace, ids []string) error {
	there, err := st.ids(ctx, ns)
	if err != nil {
		return err
	}
	for _, id := range there {
		if slices.Contains(ids, id) {
			if err := st.Remove(ctx, ns, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// partNames are the objects of a file beside its info. Looking for them by the
// file's own chain spares a search through the whole bucket.
func (st *Store) partNames(ctx context.Context, ns Namespace, id string) ([]string, error) {
	names := []string{indexName(id)}
	f, err := st.Stat(ctx, ns, id)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
		parts, err := st.records.Names(ctx, ns, "parts/"+id+"/")
		return append(names, parts...), err
	}
	for i := range f.parts {
		names = append(names, partName(id, f.begin(i)))
	}
	return names, err
}

// Clear removes everything in the namespace, files and other records, and returns
// the names of what was there.
func (st *Store) Clear(ctx context.Context, ns Namespace) (names []string, err error) {
	names, err = st.records.Names(ctx, ns, "")
	if err != nil {
		return nil, fmt.Errorf("look for uploads: %w", err)
	}
	if err := st.delete(ctx, ns, names); err != nil {
		return names, fmt.Errorf("clear uploads: %w", err)
	}
	return names, nil
}

// delete removes objects, several at a time.
func (st *Store) delete(ctx context.Context, ns Namespace, names []string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for _, name := range names {
		g.Go(func() error { return st.records.Delete(ctx, ns, name) })
	}
	return g.Wait()
}
