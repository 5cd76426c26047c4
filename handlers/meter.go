package handlers

import (
	"fmt"
	"io"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// What a request costs its network address at least, in bytes: what it makes
// this program store and do beyond the body it brings.
const (
	costWrite  = 1 << 20
	costSample = 4 << 20
)

// A tooMuchError is a write from an address that has sent too much lately.
type tooMuchError struct{ wait time.Duration }

func (e *tooMuchError) Error() string {
	return fmt.Sprintf("too much from one address, wait %s", e.wait)
}

// metered is a handler whose requests cost their address what they bring, and
// that is not called for an address that has spent its budget. Anybody may
// upload without an account: this keeps one of them from filling the store. An
// import is not metered. What it reads has been paid for and goes with it, and
// what has arrived is not to wait.
func metered(least int64, handle plainHandler) plainHandler {
	return func(s *Server, c echo.Context) error {
		if s.Meter == nil {
			return handle(s, c)
		}
		r := c.Request()
		address := edge.ClientAddress(r, s.AddressHeader)
		if !address.IsValid() {
			return handle(s, c)
		}
		if wait := s.Meter.Wait(address); wait > 0 {
			return &tooMuchError{wait}
		}
		body := &countedBody{ReadCloser: r.Body}
		r.Body = body
		defer func() { s.Meter.Spend(address, max(least, body.n)) }()
		return handle(s, c)
	}
}

type countedBody struct {
	io.ReadCloser
	n int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	return n, err
}
