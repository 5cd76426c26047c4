package sessions

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errOutsideMiddleware is a mistake in the program, not a fault of the store.
var errOutsideMiddleware = errors.New("sessions: used outside of Manager.Middleware")

// visit is what one request knows of its session beside the values scs holds.
// The middleware puts it into the context; the stores read and write it.
type visit struct {
	cookies cookies
	// seen are the values that came as the cookie with the time of last use.
	seen []string
	// received is the session that the request brought. It is set before the
	// handler runs and does not change.
	received candidate
	// formers are the tokens that it had before and that may not be ended yet.
	formers []former
	// rejection is the first reason why a cookie was rejected, when all were.
	rejection error
	// keep: one of the rejected cookies is not to be deleted.
	keep bool

	// Handlers may use the session from several goroutines.
	mu      sync.Mutex
	session record
	renewal renewal
}

// visit returns the visit of a request within the middleware of m. The key is
// m, so that several managers in one program do not get in each other's way.
func (m *Manager) visit(ctx context.Context) (*visit, error) {
	v, ok := ctx.Value(m).(*visit)
	if !ok {
		return nil, errOutsideMiddleware
	}
	return v, nil
}

// admit makes c the session that the request brought.
func (v *visit) admit(c candidate) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.received, v.session = c, c.record
}

// reject records why a cookie was rejected.
func (v *visit) reject(reason error) {
	if v.rejection == nil {
		v.rejection = reason
	}
	v.keep = v.keep || !deletesCookie(reason)
}

// current returns the session as the store last saw it in this request.
func (v *visit) current() record {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.session
}

// commit makes r the session, and returns it with its issue time: a session
// saved again keeps its own, one with a new token was issued now.
func (v *visit) commit(r record, now time.Time) record {
	v.mu.Lock()
	defer v.mu.Unlock()
	r.issued = now
	if v.session.token == r.token {
		r.issued = v.session.issued
	}
	v.session = r
	return r
}

// forget drops the session if it is the one with that token.
func (v *visit) forget(token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.session.token == token {
		v.session = record{}
	}
}
