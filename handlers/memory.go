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
