package uploads

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// An upload may take long, but must keep a minimum rate: within any paceSeconds of
// waiting for the client, paceBytes a second have to arrive. A slower client occupies
// a place that others wait for.
const (
	paceSeconds = 30
	paceBytes   = 2 << 10 // a second
)

// ErrTooSlow: the body of an upload arrived below the minimum rate.
var ErrTooSlow = errors.New("upload too slow")

// A pacedBody enforces the minimum rate. It counts only the time spent waiting for the
// client, not what the server takes to store a part.
type pacedBody struct {
	io.ReadCloser
	control *http.ResponseController
	now     func() time.Time

	waited time.Duration
	// arrived is a ring of the bytes that arrived in each of the last seconds of waiting.
	arrived [paceSeconds]int64
	// failed is why the body ended early. tusd turns errors into texts, so the cause is
	// kept here.
	failed error
}

func newPacedBody(r *http.Request, w http.ResponseWriter, now func() time.Time) *pacedBody {
	return &pacedBody{ReadCloser: r.Body, control: http.NewResponseController(w), now: now}
}

func (p *pacedBody) Read(b []byte) (int, error) {
	begun := p.now()
	// On Lambda there is no connection to set a deadline on; the platform has its own.
	_ = p.control.SetReadDeadline(begun.Add(p.timeLeft()))
	n, err := p.ReadCloser.Read(b)
	p.advance(p.now().Sub(begun))
	p.arrived[p.second()%paceSeconds] += int64(n)
	switch {
	case errors.Is(err, io.EOF):
		_ = p.control.SetReadDeadline(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded), err == nil && p.timeLeft() <= 0:
		err = fmt.Errorf("%w: %w", ErrTooSlow, os.ErrDeadlineExceeded)
		// The server must not wait for the rest of the body after the handler either.
		_ = p.control.SetReadDeadline(begun)
	}
	if err != nil && !errors.Is(err, io.EOF) && p.failed == nil {
		p.failed = err
	}
	return n, err
}

func (p *pacedBody) second() int { return int(p.waited / time.Second) }

// advance adds waiting time and clears the seconds that leave the ring.
func (p *pacedBody) advance(d time.Duration) {
	before := p.second()
	p.waited += max(d, 0)
	for s := before + 1; s <= min(p.second(), before+paceSeconds); s++ {
		p.arrived[s%paceSeconds] = 0
	}
}

// timeLeft is how long the client may send nothing before the rate is too low.
func (p *pacedBody) timeLeft() time.Duration {
	var sum int64
	for _, n := range p.arrived {
		sum += n
	}
	now := p.second()
	end := now
	// The oldest second is the one after now in the ring.
	for ; end < now+paceSeconds && sum >= paceSeconds*paceBytes; end++ {
		sum -= p.arrived[(end+1)%paceSeconds]
	}
	return max(time.Duration(end)*time.Second, paceSeconds*time.Second) - p.waited
}

// inputError is the cause if the client is at fault, or nil.
func (p *pacedBody) inputError() error {
	if errors.Is(p.failed, ErrTooSlow) || errors.Is(p.failed, ErrTooMuch) {
		return p.failed
	}
	return nil
}
