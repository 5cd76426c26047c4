package process

import (
	"bytes"
	"sync"
)

// outputBytes is how much an Output keeps at most.
const outputBytes = 16 << 20

// An Output keeps what processes write, and can be read meanwhile. Of very much
// it keeps the end.
type Output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.b.Len() > outputBytes {
		o.b.Next(outputBytes / 2)
	}
	return o.b.Write(b)
}

func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
