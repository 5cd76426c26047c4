package sessions

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/alexedwards/scs/v2"
)

// ErrUnavailable is the error of a store that does not answer. It may be worth
// a retry.
var ErrUnavailable = errors.New("session store unavailable")

// store is one way to keep sessions. Beside what scs asks of it, it knows what
// travels in the cookies.
//
// Its context methods work within the middleware only. An error that is
// ErrUnavailable is the only one FindCtx returns for a fault that is not the
// program's.
type store interface {
	scs.CtxStore

	// candidates yields the authentic sessions that the cookies carry, in their
	// order, and for what is none the reason. Whether a session is still current
	// is for the caller to check. FindCtx finds the one that the visit admits.
	candidates(ctx context.Context, c *cookies, cookieName string) iter.Seq2[candidate, error]
	// send returns the values of the cookies that carry the session of v just
	// committed, the first for the cookie of that name.
	send(v *visit, cookieName, token string) (values []string, err error)

	ping(ctx context.Context) error
}

// A candidate is an authentic session that a cookie carries.
type candidate struct {
	record
	// sent is the token as the browser has it.
	sent string
	// stale asks for the session to be sealed again, with the current key.
	stale bool
	// seen is the time in the session's seen cookie, zero when that has to be
	// written again.
	seen time.Time
}
