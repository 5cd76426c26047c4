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

// noToken is the hash of the empty token, which the store gets for a request
// without a session.
var noToken = hashOf("")

// redisStore keeps sessions in Redis.
type redisStore struct {
	sessions *redisstore.RedisStore
	pool     *redis.Pool
	retired  retired
	now      func() time.Time
}

// newRedisStore does not connect: a program may start before its Redis.
func newRedisStore(pool *redis.Pool, prefix string, now func() time.Time) (*redisStore, error) {
	if pool == nil {
		return nil, errors.New("redis session store needs a pool of connections")
	}
	return &redisStore{
		sessions: redisstore.NewWithPrefix(pool, prefix+"scs:session:"),
		pool:     pool,
		now:      now,
	}, nil
}

func (s *redisStore) candidates(c *cookies, _ string) iter.Seq2[candidate, error] {
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

// checkToken rejects what cannot be a token, without asking Redis.
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

func (s *redisStore) commit(v *visit, session record) error {
	if err := s.sessions.Commit(session.token, session.marshal(), session.expires); err != nil {
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

func (s *redisStore) delete(v *visit, token string) error {
	if token == noToken || v.keepFormer(token) {
		return nil
	}
	if err := s.sessions.Delete(token); err != nil {
		return fmt.Errorf("delete session: %w: %w", ErrUnavailable, err)
	}
	v.forget(token)
	return nil
}

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
