package sessions

import (
	"context"
	"errors"
	"iter"
	"time"
)

// ErrUnavailable is the error of a store that does not answer. It may be worth
// a retry.
var ErrUnavailable = errors.New("session store unavailable")

// store is one way to keep sessions, and to carry them in cookies.
type store interface {
	// candidates yields the authentic sessions that the cookies carry, in their
	// order, and for what is none the reason. Whether a session is still current
	// is for the caller to check.
	candidates(c *cookies, cookieName string) iter.Seq2[candidate, error]
	// commit keeps the session of v, which was just changed.
	commit(v *visit, session record) error
	// delete forgets the session of v if it is the one with that token.
	delete(v *visit, token string) error
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

// scsStore is what scs knows of a Manager's store. It works within the middleware
// only, where the session of the request is at hand in its visit.
type scsStore struct{ m *Manager }

func (s scsStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v, err := s.m.visit(ctx)
	if err != nil {
		return nil, false, err
	}
	session := v.current()
	return session.data, session.token == token, nil
}

func (s scsStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	v, err := s.m.visit(ctx)
	if err != nil {
		return err
	}
	return s.m.store.commit(v, v.commit(record{token: token, expires: expires, data: data}, s.m.admission.now()))
}

func (s scsStore) DeleteCtx(ctx context.Context, token string) error {
	v, err := s.m.visit(ctx)
	if err != nil {
		return err
	}
	return s.m.store.delete(v, token)
}

// The methods without a context are never called by scs when those with one are
// there.

func (scsStore) Find(string) ([]byte, bool, error) { return nil, false, errOutsideMiddleware }

func (scsStore) Commit(string, []byte, time.Time) error { return errOutsideMiddleware }

func (scsStore) Delete(string) error { return errOutsideMiddleware }
