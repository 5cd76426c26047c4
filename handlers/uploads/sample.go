package uploads

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// invented are those of the process: they depend on the day and on nothing else.
var invented samplePackages

// samplePackages are all packages of the invented listener. They are made on the first
// request of a day, because the history ends yesterday.
type samplePackages struct {
	mu   sync.Mutex
	day  time.Time
	zips []namedZIP
}

type namedZIP struct {
	name    string
	content []byte
}

func (p *samplePackages) open(now time.Time) ([]export.Input, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if day := now.UTC().Truncate(24 * time.Hour); p.zips == nil || !day.Equal(p.day) {
		zips, err := makeSample(day)
		if err != nil {
			return nil, fmt.Errorf("make sample: %w", err)
		}
		p.zips, p.day = zips, day
	}
	inputs := make([]export.Input, len(p.zips))
	for i, z := range p.zips {
		inputs[i] = export.Input{Name: z.name, R: bytes.NewReader(z.content), Size: int64(len(z.content))}
	}
	return inputs, nil
}

func makeSample(day time.Time) ([]namedZIP, error) {
	person, err := sample.NewPerson(day)
	if err != nil {
		return nil, err
	}
	var history, account, log bytes.Buffer
	if _, err := person.Extended(&history); err != nil {
		return nil, err
	}
	if _, err := person.Account(&account); err != nil {
		return nil, err
	}
	if _, err := person.TechnicalLog(&log); err != nil {
		return nil, err
	}
	return []namedZIP{
		{"sample_extended_history.zip", history.Bytes()}, {"sample_account_data.zip", account.Bytes()}, {"sample_technical_log.zip", log.Bytes()},
	}, nil
}

// createSample imports the invented listener, the same way as any upload.
// It never replaces a person's own data.
func (s *Service) createSample(c echo.Context) error {
	ctx := c.Request().Context()
	st, in, err := s.begin(ctx)
	if err != nil {
		return err
	}
	if st.there && !st.sample {
		return ErrHasData
	}
	inputs, err := invented.open(s.Now())
	if err != nil {
		return err
	}
	job := importer.Job{Inputs: inputs, Expires: s.expires(ctx, true)}
	return s.importInto(c, job, importer.Target{After: st.after, Line: s.lineIn(ctx, in), Sample: true}, in)
}
