package web

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
)

// A Meter charges network addresses for what is made for them.
type Meter struct {
	Limiter *ratelimit.Limiter // nil charges nobody
	Address func(c echo.Context) netip.Addr
}

// Take charges the address of a request, in the bytes of its budget. Where it has spent
// that the error is a [MeteredError] of what would have been made.
func (m Meter) Take(c echo.Context, cost int64, of error) error {
	address := m.Address(c)
	if m.Limiter == nil || !address.IsValid() {
		return nil
	}
	if wait := m.Limiter.Take(address, cost); wait > 0 {
		return &MeteredError{of, wait}
	}
	return nil
}

// A MeteredError is what is not made for an address for which a lot was made lately.
type MeteredError struct {
	Of   error // what there was too much of
	Wait time.Duration
}

func (e *MeteredError) Error() string { return fmt.Sprintf("%v, wait %s", e.Of, e.Wait) }

func (e *MeteredError) Unwrap() error { return e.Of }
