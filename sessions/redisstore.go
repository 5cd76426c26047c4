package sessions

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/alexedwards/scs/redisstore"
	"github.com/gomodule/redigo/redis"
)

// tokenLength is in bytes. scs makes tokens of that many and encodes them.
const tokenLength = 32

// noToken is how the empty token of a request without a session reaches the
// store, which sees hashes only.
var noToken = hashOf("")

// redisStore keeps sessions in Redis.
type redisStore struct {
	sessions *redisstore.RedisStore
	pool     *redis.Pool
	retired  retired
	admission
}

// newRedisStore does not connect: a program may start before its Redis.
func newRedisStore(pool *redis.Pool, prefix string, a admission) (*redisStore, error) {
	if pool == nil {
		return nil, errors.New("redis session store needs a pool of connections")
	}
	return &redisStore{
		sessions:  redisstore.NewWithPrefix(pool, prefix+"scs:session:"),
		pool:      pool,
		admission: a,
	}, nil
}

func (s *redisStore) candidates(_ context.Context, c *cookies, _ string) iter.Seq2[candidate, error] {
	return func(yield func(candidate, error) bool) {
		if len(c.values[0]) == 0 {
			yield(candidate{}, errMalformed)
			return
		}
		for _, token := range c.values[0] {
			found := candidate{sent: token}
			err := checkToken(token)
			if err == nil {
				found.record, err = s.find(hashOf(token))
			}
			if !yield(found, err) || errors.Is(err, ErrUnavailable) {
				return
			}
		}
	}
}

// checkToken spares Redis the question for what is no token.
func checkToken(token string) error {
	raw, err := encoding.DecodeString(token)
	if err != nil || len(raw) != tokenLength || len(token) != encoding.EncodedLen(tokenLength) {
		return errMalformed
	}
	return nil
}

// find returns the session that Redis has under the hash of a token.
func (s *redisStore) find(token string) (record, error) {
	stored, found, err := s.sessions.Find(token)
	if err != nil {
		return record{}, fmt.Errorf("find session: %w: %w", ErrUnavailable, err)
	}
	if !found {
		return record{}, errUnknownToken
	}
	session, err := unmarshalRecord(stored)
	if err == nil && session.token != token {
		err = errNotAuthentic
	}
	return session, err
}

func (s *redisStore) send(_ *visit, _, token string) ([]string, error) {
	return []string{token}, nil
}

// FindCtx asks Redis for sessions other than that of the request, which is at
// hand already.
func (s *redisStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return nil, false, err
	}
	session := v.current()
	if session.token != token {
		session, err = s.find(token)
		if err == nil {
			err = s.check(session)
		}
	}
	switch {
	case errors.Is(err, ErrUnavailable), errors.Is(err, ErrNewerVersion):
		return nil, false, err
	case err != nil:
		return nil, false, nil
	}
	return session.data, true, nil
}

func (s *redisStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return err
	}
	stored := v.commit(record{token: token, expires: expires, data: data}, s.now()).marshal()
	if err := s.sessions.Commit(token, stored, expires); err != nil {
		return fmt.Errorf("commit session: %w: %w", ErrUnavailable, err)
	}
	if former, ok := v.takeFormer(); ok {
		former = graced(former, s.now())
		if err := s.sessions.Commit(former.token, former.marshal(), former.expires); err != nil {
			return fmt.Errorf("commit former session: %w: %w", ErrUnavailable, err)
		}
	}
	return nil
}

func (s *redisStore) DeleteCtx(ctx context.Context, token string) error {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return err
	}
	if token == noToken || v.keepFormer(token) {
		return nil
	}
	if err := s.sessions.Delete(token); err != nil {
		return fmt.Errorf("delete session: %w: %w", ErrUnavailable, err)
	}
	v.forget(token)
	return nil
}

// The methods without a context are never called by scs when those with one are
// there.

func (s *redisStore) Find(string) ([]byte, bool, error) { return nil, false, errOutsideMiddleware }

func (s *redisStore) Commit(string, []byte, time.Time) error { return errOutsideMiddleware }

func (s *redisStore) Delete(string) error { return errOutsideMiddleware }

func (s *redisStore) ping(ctx context.Context) error {
	conn, err := s.pool.GetContext(ctx)
	if err == nil {
		_, err = redis.DoContext(conn, ctx, "PING")
		err = errors.Join(err, conn.Close())
	}
	if err != nil {
		return fmt.Errorf("ping session store: %w: %w", ErrUnavailable, err)
	}
	return nil
}

// hashOf is how scs hashes tokens for its store.
func hashOf(token string) string {
	hash := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}
