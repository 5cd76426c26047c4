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

	// Handlers may use the session from several goroutines.
	mu      sync.Mutex
	loading bool
	session record
	refusal error
	// reseal asks for the session to be written although nothing changed in it.
	reseal bool
}

// withVisit stores v under its store, so that two managers in one program do
// not meet each other's.
func withVisit(ctx context.Context, s store, v *visit) context.Context {
	return context.WithValue(ctx, s, v)
}

func visitFrom(ctx context.Context, s store) (*visit, error) {
	v, ok := ctx.Value(s).(*visit)
	if !ok {
		return nil, errOutsideMiddleware
	}
	return v, nil
}

// admit and refuse record the outcome of loading. Later look-ups, such as those
// of MergeSession, concern other sessions and leave no mark.

func (v *visit) admit(r record) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.loading {
		v.session = r
	}
}

func (v *visit) refuse(reason error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.loading {
		v.session, v.reseal, v.refusal = record{}, false, reason
	}
}

// loaded ends the loading and returns why the session was refused, if it was.
func (v *visit) loaded() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.loading = false
	return v.refusal
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
