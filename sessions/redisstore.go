package sessions

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/redisstore"
	"github.com/gomodule/redigo/redis"
)

// Limits of talking to Redis. redigo has none of its own for reading, so a Redis
// that hangs would hang its requests.
const (
	redisConnectTimeout = time.Second
	redisReadTimeout    = 500 * time.Millisecond
	redisWriteTimeout   = 500 * time.Millisecond
	// redisMaxActive connections are in use at most; a request beyond them fails
	// at once rather than queue behind a Redis in trouble.
	redisMaxActive   = 50
	redisMaxIdle     = 10
	redisIdleTimeout = 4 * time.Minute
	// redisTestAfter is how long a connection may lie idle and still be trusted.
	redisTestAfter = 30 * time.Second
)

// tokenLength is in bytes. scs makes tokens of that many and encodes them.
const tokenLength = 32

// noToken is how the empty token of a request without a session reaches the
// store, which sees hashes only.
var noToken = hashOf("")

var errConnectionBroken = errors.New("connection predates a failure")

// redisStore keeps sessions in Redis.
type redisStore struct {
	sessions *redisstore.RedisStore
	pool     *redis.Pool
	// brokenAt is when a connection last failed, in nanoseconds.
	brokenAt atomic.Int64
	admission
}

// newRedisStore does not connect: a program may start before its Redis.
func newRedisStore(rawURL string, a admission) (*redisStore, error) {
	if err := CheckRedisURL(rawURL); err != nil {
		return nil, err
	}
	s := &redisStore{admission: a}
	s.pool = &redis.Pool{
		DialContext: func(ctx context.Context) (redis.Conn, error) {
			return redis.DialURLContext(ctx, rawURL,
				redis.DialConnectTimeout(redisConnectTimeout),
				redis.DialTLSHandshakeTimeout(redisConnectTimeout),
				redis.DialReadTimeout(redisReadTimeout),
				redis.DialWriteTimeout(redisWriteTimeout))
		},
		TestOnBorrow: s.testOnBorrow,
		MaxActive:    redisMaxActive,
		MaxIdle:      redisMaxIdle,
		IdleTimeout:  redisIdleTimeout,
		Wait:         false,
	}
	s.sessions = redisstore.New(s.pool)
	return s, nil
}

// CheckRedisURL finds at start what dialling would find at the first request.
// Its errors do not show the URL, which may hold a password.
func CheckRedisURL(rawURL string) error {
	if rawURL == "" {
		return errors.New("redis URL is required by the redis session store")
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return errors.New("redis URL cannot be parsed")
	}
	if u.Scheme != "redis" && u.Scheme != "rediss" {
		return errors.New("redis URL must begin with redis:// or rediss://")
	}
	if u.Host == "" {
		return errors.New("redis URL has no host")
	}
	if db := strings.TrimPrefix(u.Path, "/"); db != "" {
		if n, err := strconv.Atoi(db); err != nil || n < 0 {
			return errors.New("redis URL must end in a database number, or in nothing")
		}
	}
	return nil
}

func (s *redisStore) receive(v *visit, _ string) string {
	token := v.cookies.values[0]
	raw, err := encoding.DecodeString(token)
	if err != nil || len(raw) != tokenLength || len(token) != encoding.EncodedLen(tokenLength) {
		v.refuse(errMalformed)
		return ""
	}
	return token
}

func (s *redisStore) send(_ *visit, _, token string) ([]string, error) {
	return []string{token}, nil
}

func (s *redisStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return nil, false, err
	}
	var stored []byte
	var found bool
	err = s.attempt(func() (err error) {
		stored, found, err = s.sessions.Find(token)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("find session: %w", err)
	}
	if !found {
		v.refuse(errUnknownToken)
		return nil, false, nil
	}
	session, err := unmarshalRecord(stored)
	switch {
	case err == nil && session.token != token:
		err = errNotAuthentic
	case err == nil:
		err = s.check(session)
	}
	if err != nil {
		v.refuse(err)
		return nil, false, nil
	}
	v.admit(session)
	return session.data, true, nil
}

func (s *redisStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return err
	}
	stored := v.commit(record{token: token, expires: expires, data: data}, s.now()).marshal()
	err = s.attempt(func() error { return s.sessions.Commit(token, stored, expires) })
	if err != nil {
		return fmt.Errorf("commit session: %w", err)
	}
	return nil
}

func (s *redisStore) DeleteCtx(ctx context.Context, token string) error {
	v, err := visitFrom(ctx, s)
	if err != nil {
		return err
	}
	if token == noToken {
		return nil
	}
	if err := s.attempt(func() error { return s.sessions.Delete(token) }); err != nil {
		return fmt.Errorf("delete session: %w", err)
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
	err := s.attempt(func() error {
		conn, err := s.pool.GetContext(ctx)
		if err != nil {
			return err
		}
		_, err = redis.DoContext(conn, ctx, "PING")
		return errors.Join(err, conn.Close())
	})
	if err != nil {
		return fmt.Errorf("ping session store: %w", err)
	}
	return nil
}

func (s *redisStore) close() error { return s.pool.Close() }

// attempt runs op, and runs it again when the connection it was given turns out
// to have been closed by the other side: after a restart of Redis the pool is
// full of those, and nobody should be sent away because of them. Everything done
// to a session may be done twice. Errors come back as ErrUnavailable.
func (s *redisStore) attempt(op func() error) error {
	err := op()
	if isConnectionError(err) {
		s.brokenAt.Store(time.Now().UnixNano())
		if isClosedConnection(err) {
			err = op()
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// testOnBorrow drops connections last used before the latest failure without
// asking them. Asking each would cost a time-out for each while Redis hangs.
func (s *redisStore) testOnBorrow(conn redis.Conn, lastUsed time.Time) error {
	if lastUsed.UnixNano() <= s.brokenAt.Load() {
		return errConnectionBroken
	}
	if time.Since(lastUsed) < redisTestAfter {
		return nil
	}
	_, err := conn.Do("PING")
	if isConnectionError(err) {
		s.brokenAt.Store(time.Now().UnixNano())
	}
	return err
}

// isConnectionError tells a connection that failed from an answer that says no.
func isConnectionError(err error) bool {
	var answer redis.Error
	return err != nil && !errors.As(err, &answer) && !errors.Is(err, redis.ErrPoolExhausted)
}

// isClosedConnection reports whether the other side had closed the connection,
// as opposed to not answering or not accepting one.
func isClosedConnection(err error) bool {
	var operation *net.OpError
	if errors.As(err, &operation) {
		return operation.Op != "dial" && !operation.Timeout()
	}
	return errors.Is(err, io.EOF)
}

// hashOf is how scs hashes tokens for its store.
func hashOf(token string) string {
	hash := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}
