package bucket

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// MaxSkew is how far the clock of a process may be from that of its store. What
// has expired is refused by the clock of whoever is asked; it is deleted only by
// those who know what time it is.
const MaxSkew = 5 * time.Minute

// ErrClock: this process and the store disagree about the time, so that nothing
// was swept: it could be everybody's data.
var ErrClock = errors.New("bucket: the clock of this machine and that of the store differ")

// A StoreClock holds the clock of a process against that of its store.
type StoreClock struct {
	// Now is the clock of the process.
	Now func() time.Time
	// Ask asks the store.
	Ask func(context.Context) (time.Time, error)

	mu    sync.Mutex
	known bool
	asked time.Time
	ahead time.Duration // of the process
}

// askedEvery is how long what the store has said is good for.
const askedEvery = time.Minute

// Check asks the store, and returns ErrClock when the two differ by more than
// MaxSkew.
func (c *StoreClock) Check(ctx context.Context) error {
	ahead, err := c.ask(ctx)
	if err == nil && ahead.Abs() > MaxSkew {
		err = fmt.Errorf("%w: the machine's is ahead by %s", ErrClock, ahead.Round(time.Second))
	}
	return err
}

// Past reports whether it is later than t: by the clock of the process, and also
// by that of the store when the two differ by more than MaxSkew. The store is
// asked only when it matters.
func (c *StoreClock) Past(ctx context.Context, t time.Time) (bool, error) {
	now := c.Now()
	if now.Before(t) {
		return false, nil
	}
	c.mu.Lock()
	ahead, fresh := c.ahead, c.known && now.Sub(c.asked).Abs() < askedEvery
	c.mu.Unlock()
	if !fresh {
		var err error
		if ahead, err = c.ask(ctx); err != nil {
			return false, err
		}
	}
	return ahead <= MaxSkew || !now.Add(-ahead).Before(t), nil
}

func (c *StoreClock) ask(ctx context.Context) (ahead time.Duration, err error) {
	theirs, err := c.Ask(ctx)
	if err != nil {
		return 0, err
	}
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known, c.asked, c.ahead = true, now, now.Sub(theirs)
	return c.ahead, nil
}
