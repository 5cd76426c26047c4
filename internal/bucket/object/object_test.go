package object_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/object"
)

// What drivers do with real stores is tested where these are linked, in
// internal/app.

func never(error) bool { return false }

// TestErrorsQuoteNoURL: an address may hold a signature that opens the store.
func TestErrorsQuoteNoURL(t *testing.T) {
	refused := errors.New("connection refused")
	b := object.New(object.Provider{
		Open: func(context.Context) (*blob.Bucket, error) {
			return nil, &url.Error{Op: "Get", URL: "https://store.example/datasets?sig=secret", Err: refused}
		},
		Absent: never, Refused: never,
	}, time.Now)
	_, err := b.Get(t.Context(), "k")
	if !errors.Is(err, bucket.ErrUnavailable) || !errors.Is(err, refused) || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

// TestWaitingForCredentials: while one request looks for them, others wait as
// long as they have time, and no longer.
func TestWaitingForCredentials(t *testing.T) {
	looking, found := make(chan struct{}), make(chan struct{})
	b := object.New(object.Provider{
		Open: func(context.Context) (*blob.Bucket, error) {
			close(looking)
			<-found
			return nil, errors.New("none")
		},
		Absent: never, Refused: never,
	}, time.Now)
	first := make(chan error, 1)
	go func() { first <- b.Ping(context.Background()) }()
	<-looking
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	second := make(chan error, 1)
	go func() { second <- b.Ping(ctx) }()
	select {
	case err := <-second:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the second: %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the second waits for the first")
	}
	close(found)
	if err := <-first; !errors.Is(err, bucket.ErrUnavailable) {
		t.Errorf("the first: %v", err)
	}
}
