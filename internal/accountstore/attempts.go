package accountstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

const (
	// MaxAttempts is how many wrong passphrases an account takes in attemptWindow,
	// over all instances.
	MaxAttempts   = 10
	attemptWindow = time.Hour
)

// A TooManyAttemptsError says how long to wait.
type TooManyAttemptsError struct{ Wait time.Duration }

func (e *TooManyAttemptsError) Error() string {
	return fmt.Sprintf("accountstore: too many wrong passphrases, wait %s", e.Wait)
}

// Attempt counts an attempt at the passphrase of an account before it is made, so
// that those made at the same time count as well. One that succeeds is taken back.
// The error is a *TooManyAttemptsError when there were too many.
func (s *Store) Attempt(ctx context.Context, p Person) (succeeded func(context.Context), err error) {
	now := s.now()
	window := now.Truncate(attemptWindow)
	end := window.Add(attemptWindow)
	for n := range MaxAttempts {
		key := fmt.Sprintf("attempts/%s/%d-%d", s.ring[0].nameOf(p), window.Unix(), n)
		err := s.bucket.Create(ctx, key, []byte("attempt"), end)
		if errors.Is(err, bucket.ErrExists) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("count attempt: %w", err)
		}
		return func(ctx context.Context) { _ = s.bucket.Delete(ctx, key) }, nil
	}
	return nil, &TooManyAttemptsError{end.Sub(now)}
}
