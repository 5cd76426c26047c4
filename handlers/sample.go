package handlers

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// A samplePackage is the invented listener's ZIP, made when first asked for
// and again when the day has changed: its history ends yesterday.
type samplePackage struct {
	mu  sync.Mutex
	day time.Time
	zip []byte
}

func (p *samplePackage) open(now time.Time) (export.Input, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if day := now.UTC().Truncate(24 * time.Hour); p.zip == nil || !day.Equal(p.day) {
		var b bytes.Buffer
		if _, err := sample.Extended(&b, sample.Try(day)); err != nil {
			return export.Input{}, fmt.Errorf("make sample: %w", err)
		}
		p.zip, p.day = b.Bytes(), day
	}
	return export.Input{Name: "sample.zip", R: bytes.NewReader(p.zip), Size: int64(len(p.zip))}, nil
}

// createSample imports the invented listener, the same way as any upload.
// It never takes the place of a person's own data.
func (s *Server) createSample(c echo.Context) error {
	ctx := c.Request().Context()
	before, err := s.stand(ctx)
	if err != nil {
		return err
	}
	if before.there && s.hasOwnData(ctx) {
		return errHasData
	}
	input, err := s.sample.open(s.Now())
	if err != nil {
		return err
	}
	return s.importInto(c, job{inputs: []export.Input{input}, before: before, sample: true})
}
