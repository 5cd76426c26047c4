package sessions

import (
	"context"
	"iter"
	"time"
)

// cookieStore keeps a session with the browser, sealed. Within a request the
// session lives in the visit.
type cookieStore struct {
	ring keyring
	now  func() time.Time
}

func (s *cookieStore) candidates(_ context.Context, c *cookies, cookieName string) iter.Seq2[candidate, error] {
	return func(yield func(candidate, error) bool) {
		for value, err := range c.sealed() {
			var found candidate
			if err == nil {
				found, err = s.open(value, cookieName)
			}
			if !yield(found, err) {
				return
			}
		}
	}
}

func (s *cookieStore) open(value sealedValue, cookieName string) (candidate, error) {
	plaintext, current, err := s.ring.open(cookieName, value.keyID, value.body)
	if err != nil {
		return candidate{}, err
	}
	session, err := unmarshalRecord(plaintext)
	if err != nil {
		return candidate{}, err
	}
	return candidate{record: session, sent: session.token, stale: !current}, nil
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
