package sessions

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// revokedEvery is how long an instance caches whether a session is revoked.
	revokedEvery = time.Minute
	// maxFindings bounds that cache, at some 100 bytes each.
	maxFindings = 10_000
	// revokeTime is how long ending a session may take.
	revokeTime = 5 * time.Second
)

// revocations knows which sealed sessions were ended.
type revocations struct {
	revoke  func(ctx context.Context, id string, until time.Time) error
	revoked func(ctx context.Context, id string) (bool, error)
	now     func() time.Time

	mu       sync.Mutex
	findings map[string]finding
}

// A finding is the cached answer whether a session was revoked.
type finding struct {
	revoked bool
	until   time.Time
}

// check returns errRevoked when the session with that ID was ended.
func (r *revocations) check(ctx context.Context, id string) error {
	r.mu.Lock()
	found, ok := r.findings[id]
	r.mu.Unlock()
	if !ok || !r.now().Before(found.until) {
		revoked, err := r.revoked(ctx, id)
		if err != nil {
			return fmt.Errorf("look for a revocation: %w: %w", ErrUnavailable, err)
		}
		found = finding{revoked, r.now().Add(revokedEvery)}
		r.remember(id, found)
	}
	if found.revoked {
		return errRevoked
	}
	return nil
}

// end revokes the session with that ID, also when the client has gone.
func (r *revocations) end(ctx context.Context, id string, until time.Time) error {
	r.mu.Lock()
	ended := r.findings[id].revoked
	r.mu.Unlock()
	if ended {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTime)
	defer cancel()
	if err := r.revoke(ctx, id, until); err != nil {
		return fmt.Errorf("revoke session: %w: %w", ErrUnavailable, err)
	}
	r.remember(id, finding{true, until})
	return nil
}

// remember caches a finding, and drops all others when there are too many.
func (r *revocations) remember(id string, found finding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.findings[id].revoked {
		// The answer to a request from before the session was revoked is
		// outdated.
		return
	}
	if len(r.findings) >= maxFindings {
		clear(r.findings)
	}
	r.findings[id] = found
}
