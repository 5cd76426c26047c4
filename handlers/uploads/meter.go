package uploads

import (
	"errors"
	"io"
	"net/netip"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// What a request costs its network address at least, in bytes: what it makes
// this program store and do beyond the body it brings.
const (
	costPart   = 64 << 10
	costWrite  = 1 << 20
	costSample = 4 << 20
)

// How much is under way at once on an instance, and from one network address.
const (
	maxSpools  = 32 // forms, which take up disk
	maxParts   = 32 // parts of files: each is in memory as a whole before it is stored
	maxImports = 32 // imports of files that have arrived
	maxEach    = 4  // of each of these, from one address
)

// metered charges the bytes of a request to its network address, and refuses addresses
// that have spent their budget. Anybody may upload without an account, so this keeps
// one client from filling the store. The body is charged while it arrives, so that
// concurrent requests cannot spend the same budget twice.
func (s *Service) metered(least int64, handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		address := s.Address(c)
		if s.Meter == nil || !address.IsValid() {
			return handle(c)
		}
		if wait := s.Meter.Take(address, least); wait > 0 {
			return &web.MeteredError{Of: ErrTooMuch, Wait: wait}
		}
		r := c.Request()
		r.Body = &meteredBody{ReadCloser: r.Body, meter: s.Meter, address: address, paid: least}
		return handle(c)
	}
}

// Metered is metered for writes elsewhere, by what one costs.
func (s *Service) Metered(handle echo.HandlerFunc) echo.HandlerFunc {
	return s.metered(costPart, handle)
}

// meterImport is metered for an import, whose files have been charged already: an
// address without budget is refused only when ready says that the files are missing.
func (s *Service) meterImport(c echo.Context, ready func() error) error {
	address := s.Address(c)
	if s.Meter == nil || !address.IsValid() {
		return nil
	}
	wait := s.Meter.Take(address, costWrite)
	if wait == 0 {
		return nil
	}
	switch err := ready(); {
	case errors.Is(err, upload.ErrNotFound):
		return &web.MeteredError{Of: ErrTooMuch, Wait: wait}
	case err != nil:
		return err
	}
	s.Meter.Spend(address, costWrite)
	return nil
}

// Address is the client's network address; invalid when it is not known.
func (s *Service) Address(c echo.Context) netip.Addr {
	return edge.ClientAddress(c.Request(), s.AddressHeader)
}

type meteredBody struct {
	io.ReadCloser
	meter   *ratelimit.Limiter
	address netip.Addr
	paid    int64 // what may arrive before it costs more
}

// meteredBytes is how much of a body is read before the budget is asked again.
const meteredBytes = 64 << 10

func (b *meteredBody) Read(p []byte) (int, error) {
	p = p[:min(len(p), meteredBytes)]
	if b.paid <= 0 {
		if wait := b.meter.Wait(b.address); wait > 0 {
			return 0, &web.MeteredError{Of: ErrTooMuch, Wait: wait}
		}
	}
	n, err := b.ReadCloser.Read(p)
	if b.paid -= int64(n); b.paid < 0 {
		b.meter.Spend(b.address, -b.paid)
		b.paid = 0
	}
	return n, err
}

// place takes one of the places for what a request is about to do.
func (s *Service) place(c echo.Context, places *ratelimit.Places) (release func(), err error) {
	release, err = places.Take(s.Address(c))
	if errors.Is(err, ratelimit.ErrFull) {
		return nil, importer.ErrBusy
	}
	return release, err
}
