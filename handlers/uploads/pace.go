package uploads

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// An upload may take as long as the line needs, but no longer: in any stretch of
// paceSeconds that the server waits for it, so many bytes a second arrive. A line
// slower than that takes a place that others wait for.
const (
	paceSeconds = 30
	paceBytes   = 2 << 10 // a second
)

// ErrTooSlow: the body of an upload did not keep the pace.
var ErrTooSlow = errors.New("upload too slow")

// A pacedBody is the body of an upload. It counts the time that is spent waiting
// for the sender alone: what the server takes to store a part is no fault of the
// line's.
type pacedBody struct {
	io.ReadCloser
	control *http.ResponseController
	now     func() time.Time

	waited time.Duration
	// arrived is what came in each of the last seconds of waiting, in a ring.
	arrived [paceSeconds]int64
	// failed is why the body ended early, if it did. Who reads it through a
	// library that makes texts of errors looks here.
	failed error
}

func newPacedBody(r *http.Request, w http.ResponseWriter, now func() time.Time) *pacedBody {
	return &pacedBody{ReadCloser: r.Body, control: http.NewResponseController(w), now: now}
}

func (p *pacedBody) Read(b []byte) (int, error) {
	begun := p.now()
	// Where there is no connection to put a limit on, the server in front has its own.
	_ = p.control.SetReadDeadline(begun.Add(p.timeLeft()))
	n, err := p.ReadCloser.Read(b)
	p.advance(p.now().Sub(begun))
	p.arrived[p.second()%paceSeconds] += int64(n)
	switch {
	case errors.Is(err, io.EOF):
		_ = p.control.SetReadDeadline(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded), err == nil && p.timeLeft() <= 0:
		err = fmt.Errorf("%w: %w", ErrTooSlow, os.ErrDeadlineExceeded)
		// Nor is what the server would read of it after the handler waited for.
		_ = p.control.SetReadDeadline(begun)
	}
	if err != nil && !errors.Is(err, io.EOF) && p.failed == nil {
		p.failed = err
	}
	return n, err
}

func (p *pacedBody) second() int { return int(p.waited / time.Second) }

// advance lets time pass: seconds that lie further back are forgotten.
func (p *pacedBody) advance(d time.Duration) {
	before := p.second()
	p.waited += max(d, 0)
	for s := before + 1; s <= min(p.second(), before+paceSeconds); s++ {
		p.arrived[s%paceSeconds] = 0
	}
}

// timeLeft is how long the body may go on without a byte.
func (p *pacedBody) timeLeft() time.Duration {
	var sum int64
	for _, n := range p.arrived {
		sum += n
	}
	now := p.second()
	end := now
	// The second that leaves the stretch first is the one after now in the ring.
	for ; end < now+paceSeconds && sum >= paceSeconds*paceBytes; end++ {
		sum -= p.arrived[(end+1)%paceSeconds]
	}
	return max(time.Duration(end)*time.Second, paceSeconds*time.Second) - p.waited
}

// inputError is the failure that is the sender's to know, or nil.
func (p *pacedBody) inputError() error {
	if tooMuch := (*TooMuchError)(nil); errors.Is(p.failed, ErrTooSlow) || errors.As(p.failed, &tooMuch) {
		return p.failed
	}
	return nil
}
