package sessions

import (
	"context"
	"iter"
)

// cookieStore keeps a session with the browser, sealed. Within a request the
// session lives in the visit.
type cookieStore struct{ ring keyring }

func (s *cookieStore) candidates(c *cookies, cookieName string) iter.Seq2[candidate, error] {
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

func (s *cookieStore) commit(*visit, record) error { return nil }

func (s *cookieStore) delete(v *visit, token string) error {
	v.forget(token)
	return nil
}

func (s *cookieStore) ping(context.Context) error { return nil }
