package bucket

import (
	"errors"
	"fmt"
	"time"
)

// MaxSkew is how far the clock of a process may be from that of its store. What
// has expired is refused by the clock of whoever is asked; it is deleted only by
// those who know what time it is.
const MaxSkew = 5 * time.Minute

// ErrClock: this process and the store disagree about the time, so that nothing
// was swept: it could be everybody's data.
var ErrClock = errors.New("bucket: the clock of this machine and that of the store differ")

// CompareClocks returns [ErrClock] when the clock of a process and that of its
// store differ by more than [MaxSkew].
func CompareClocks(process, store time.Time) error {
	if ahead := process.Sub(store); ahead.Abs() > MaxSkew {
		return fmt.Errorf("%w: the machine's is ahead by %s", ErrClock, ahead.Round(time.Second))
	}
	return nil
}
