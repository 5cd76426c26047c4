package sessions

import (
	"context"
	"time"
)

// cookieStore keeps a session with the browser, sealed. Within a request the
// session lives in the visit.
type cookieStore struct {
	ring keyring
	admission
}

func (s *cookieStore) receive(v *visit, cookieName string) string {
	session, current, err := s.open(&v.cookies, cookieName)
	if err != nil {
		v.refuse(err)
		return ""
	}
	v.admit(session)
	v.reseal = !current
	return session.token
}

func (s *cookieStore) open(c *cookies, cookieName string) (session record, current bool, err error) {
	keyID, body, err := join(c)
	if err != nil {
		return record{}, false, err
	}
	plaintext, current, err := s.ring.open(cookieName, keyID, body)
	if err != nil {
		return record{}, false, err
	}
	session, err = unmarshalRecord(plaintext)
	if err != nil {
		return record{}, false, err
	}
	return session, current, s.check(session)
}

func (s *cookieStore) send(v *visit, cookieName, _ string) ([]string, error) {
	return split(s.ring.seal(cookieName, v.current().marshal()))
}

func (s *cookieStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return nil, false, err
	}
	session := v.current()
	if session.token != token {
		return nil, false, nil
	}
	return session.data, true, nil
}

func (s *cookieStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return err
	}
	v.commit(record{token: token, expires: expires, data: data}, s.now())
	return nil
}

func (s *cookieStore) DeleteCtx(ctx context.Context, token string) error {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return err
	}
	v.forget(token)
	return nil
}

// The methods without a context are never called by scs when those with one are
// there.

func (s *cookieStore) Find(string) ([]byte, bool, error) { return nil, false, errOutsideMiddleware }

func (s *cookieStore) Commit(string, []byte, time.Time) error { return errOutsideMiddleware }

func (s *cookieStore) Delete(string) error { return errOutsideMiddleware }

func (s *cookieStore) ping(context.Context) error { return nil }
