package file

import (
	"os"
	"sync"
)

// folderLock excludes writers of one folder from one another: those of this
// process by a mutex, those of other processes by a lock on a file, which the
// system releases when a process dies. The file is never removed; a lock on a
// removed file would exclude nobody.
type folderLock struct {
	path string
	mu   sync.Mutex
}

// acquire waits for the lock. What is done under it takes microseconds, so
// nobody needs to give up waiting.
func (l *folderLock) acquire() (release func(), err error) {
	l.mu.Lock()
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		l.mu.Unlock()
		return nil, err
	}
	if err := lockFile(f); err != nil {
		_ = f.Close()
		l.mu.Unlock()
		return nil, err
	}
	return func() {
		_ = f.Close() // closing releases the lock and has nothing to write
		l.mu.Unlock()
	}, nil
}
