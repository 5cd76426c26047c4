package handlers

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// What a request builds beside the dataset is admitted by its bytes, so that
// many large pages at once wait for each other instead of filling the memory.
// The figures are upper bounds, by measurement.

// Without a gate of the program's, so much is taken for all work together, a
// quarter of it by requests, and so long they wait for it.
const (
	defaultMemory     = 256 << 20
	defaultMemoryWait = 10 * time.Second
)

const (
	pageBytes     = 2 << 20  // of any page of a list
	rowBytes      = 350      // of each element that the page puts in order
	nameBytes     = 700      // of each that it names, all on one page
	treePageBytes = 6 << 20  // of a page with the tree of a document
	shownBytes    = 16 << 20 // of a document as the API gives it
)

// collectBytes is from how much on what was built is collected as garbage before
// anybody else may build. Left to itself the collector waits until as much again
// has piled up as is alive, which here is many times the next page.
const collectBytes = 8 << 20

// acquire waits for so much memory, which is given back once.
func (s *Server) acquire(ctx context.Context, bytes int64) (func(), error) {
	release, err := s.Memory.AcquireWithin(ctx, bytes)
	if err != nil || bytes < collectBytes {
		return release, err
	}
	return sync.OnceFunc(func() {
		runtime.GC()
		release()
	}), nil
}

// admitted is a handler that waits until the memory is free which it takes. It
// is given back before the answer goes on its way: a slow reader holds none.
func admitted(bytes func(v view) int64, handle dataHandler) dataHandler {
	return func(s *Server, c echo.Context, v view) error {
		release, err := s.acquire(c.Request().Context(), pageBytes+bytes(v))
		if err != nil {
			return fmt.Errorf("build page: %w", err)
		}
		defer release()
		c.Response().Before(release)
		return handle(s, c, v)
	}
}

// readAccount reads the documents, if nobody has, when there is memory for it.
func (s *Server) readAccount(ctx context.Context, d *dataset.Dataset) error {
	if account.IsRead(d) {
		return nil
	}
	release, err := s.acquire(ctx, account.ReadingBytes(d))
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	defer release()
	account.Of(d)
	return nil
}

// together is what f answers for all who ask for the same at the same time. It
// is worked out when there is memory for it, and not kept: what documents say
// may be private.
func together[T any](ctx context.Context, s *Server, key string, bytes int64, f func() T) (T, error) {
	ctx = context.WithoutCancel(ctx) // who asks first may leave while others wait
	answer, err, _ := s.shared.Do(key, func() (any, error) {
		release, err := s.acquire(ctx, bytes)
		if err != nil {
			return nil, fmt.Errorf("read document: %w", err)
		}
		defer release()
		return f(), nil
	})
	if err != nil {
		var none T
		return none, err
	}
	return answer.(T), nil
}

func playlistBytes(v view) int64 {
	a := v.account()
	n := len(a.Playlists)
	for i := range a.Playlists {
		n += len(a.Playlists[i].Items)
	}
	return int64(n) * rowBytes
}

func libraryBytes(v view) int64 {
	l := &v.account().Library
	return int64(l.Saved()+len(l.BannedTracks)+len(l.BannedArtists)) * rowBytes
}

func searchBytes(v view) int64 { return int64(len(v.account().Searches)) * rowBytes / 2 }

// changeBytes counts that changes are named by what library and playlists hold.
func changeBytes(v view) int64 {
	n := int64(len(v.account().Changes))
	if n == 0 {
		return 0
	}
	return n*rowBytes + (playlistBytes(v)+libraryBytes(v))/2
}

func opinionBytes(v view) int64 {
	a := v.account()
	n := len(a.Marquee) + len(a.Inferences) + len(a.Taste) + len(a.Prompts) + len(a.Podcasts) + len(a.Capsule.Stats)
	for i := range a.Letters {
		n += 1 + len(a.Letters[i].Answers)
	}
	return int64(n) * nameBytes
}

func wrappedBytes(v view) int64 {
	n := 0
	for _, w := range v.account().Wrapped {
		n += len(w.TopTracks) + len(w.TopArtists) + len(w.Facts)
	}
	return int64(n) * nameBytes
}

func privacyBytes(v view) int64 { return int64(len(v.account().PersonalFields())) * nameBytes }

func documentsBytes(v view) int64 { return int64(len(v.data.Documents())) * nameBytes }
