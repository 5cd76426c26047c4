package sessions

import (
	"context"
	"errors"

	"github.com/alexedwards/scs/v2"
)

// ErrUnavailable is the error of a store that does not answer. It may be worth
// a retry.
var ErrUnavailable = errors.New("session store unavailable")

// store is one way to keep sessions. Beside what scs asks of it, it knows what
// travels in the cookies.
//
// Its context methods work within the middleware only. FindCtx refuses what has
// expired. An error that is ErrUnavailable is the only one FindCtx returns for a
// fault that is not the program's.
type store interface {
	scs.CtxStore

	// receive returns the token of the session that the cookies of v carry. When
	// they carry none it refuses v and returns nothing. It is called when there
	// are cookies.
	receive(v *visit, cookieName string) (token string)
	// send returns the values of the cookies that carry the session of v just
	// committed, the first for the cookie of that name.
	send(v *visit, cookieName, token string) (values []string, err error)

	ping(ctx context.Context) error
}
