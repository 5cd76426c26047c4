package handlers

import (
	"context"
	"fmt"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// What a request builds beside the dataset is admitted by its bytes, so that
// many large pages at once wait for each other instead of filling the memory.
// The figures are upper bounds, by measurement.

// ReadAccount reads the documents, if nobody has, when there is memory for it.
func (s *Server) ReadAccount(ctx context.Context, d *dataset.Dataset) error {
	if account.IsRead(d) {
		return nil
	}
	release, err := s.Work.Acquire(ctx, account.ReadingBytes(d))
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	defer release()
	account.Of(d)
	return nil
}
