package handlers

import (
	"context"
	"fmt"
	"time"

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

// readAccount reads the documents, if nobody has, when there is memory for it.
func (s *Server) readAccount(ctx context.Context, d *dataset.Dataset) error {
	if account.IsRead(d) {
		return nil
	}
	release, err := s.work.Acquire(ctx, account.ReadingBytes(d))
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	defer release()
	account.Of(d)
	return nil
}

func playlistBytes(req *Request) int64 {
	a := req.account()
	n := len(a.Playlists)
	for i := range a.Playlists {
		n += len(a.Playlists[i].Items)
	}
	return int64(n) * rowBytes
}

func libraryBytes(req *Request) int64 {
	l := &req.account().Library
	return int64(l.Saved()+len(l.BannedTracks)+len(l.BannedArtists)) * rowBytes
}

func searchBytes(req *Request) int64 { return int64(len(req.account().Searches)) * rowBytes / 2 }

// changeBytes counts that changes are named by what library and playlists hold.
func changeBytes(req *Request) int64 {
	n := int64(len(req.account().Changes))
	if n == 0 {
		return 0
	}
	return n*rowBytes + (playlistBytes(req)+libraryBytes(req))/2
}

func opinionBytes(req *Request) int64 {
	a := req.account()
	n := len(a.Marquee) + len(a.Inferences) + len(a.Taste) + len(a.Prompts) + len(a.Podcasts) + len(a.Capsule.Stats)
	for i := range a.Letters {
		n += 1 + len(a.Letters[i].Answers)
	}
	return int64(n) * nameBytes
}

func wrappedBytes(req *Request) int64 {
	n := 0
	for _, w := range req.account().Wrapped {
		n += len(w.TopTracks) + len(w.TopArtists) + len(w.Facts)
	}
	return int64(n) * nameBytes
}

func privacyBytes(req *Request) int64 { return int64(len(req.account().PersonalFields())) * nameBytes }

func documentsBytes(req *Request) int64 { return int64(len(req.Data.Documents())) * nameBytes }
