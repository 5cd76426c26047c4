package sessions

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// RenewGrace is how long the old token of a renewed session goes on naming what
// it named: should the answer with the new one be lost, nothing else is.
const RenewGrace = 10 * time.Minute

// formerKey is where a session keeps what it was before it was renewed: the name
// under which the Redis store holds it, or the ID of a sealed one. Neither is a
// token.
const formerKey = "sessions.former"

// Renew gives the session another token, as RenewToken does, for when it comes to
// hold more than before: nobody can have planted the new token. The session ends
// when it would have ended.
//
// The old token names what it named, and nothing new, until the browser comes
// back with the new one, and in Redis for RenewGrace at most: then it is nobody's.
// A sealed cookie is revoked when the browser comes back, where the Manager can do
// that. Otherwise it opens what it opened until it expires, so a program deletes
// what it names.
func (m *Manager) Renew(ctx context.Context) error {
	v, err := visitFrom(ctx, m.store)
	if err != nil {
		return err
	}
	deadline := m.Deadline(ctx)
	former := v.beginRenewal()
	defer v.endRenewal()
	if err := m.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	m.SetDeadline(ctx, deadline)
	_, inRedis := m.store.(*redisStore)
	switch {
	case former == "":
	case inRedis:
		m.Put(ctx, formerKey, former)
	case m.revoked != nil:
		m.Put(ctx, formerKey, idOf(former))
	}
	return nil
}

// A renewal is what a visit knows of the token its session had before.
type renewal struct {
	under  bool   // RenewToken is at work: what it deletes is to stay for a while
	former record // the session as it was, until the new one is saved
}

func (v *visit) beginRenewal() (former string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.renewal.under = true
	return v.session.token
}

func (v *visit) endRenewal() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.renewal.under = false
}

// keepFormer notes the session that is about to be replaced, and reports whether
// it stays for a while.
func (v *visit) keepFormer(token string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.renewal.under || v.session.token != token {
		return false
	}
	v.renewal.former = v.session
	return true
}

// takeFormer returns the session that was replaced, once.
func (v *visit) takeFormer() (former record, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	former, v.renewal.former = v.renewal.former, record{}
	return former, former.token != ""
}

// graced is the session as it stays beside the new one.
func graced(former record, now time.Time) record {
	if end := now.Add(RenewGrace); end.Before(former.expires) {
		former.expires = end
	}
	return former
}

// maxRetired bounds what is remembered of former tokens that are deleted.
const maxRetired = 10_000

// retired are the names of former sessions that this instance has deleted, so
// that not every request deletes them again.
type retired struct {
	mu    sync.Mutex
	names map[string]bool
}

func (r *retired) add(name string) (isNew bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.names[name] {
		return false
	}
	if r.names == nil || len(r.names) >= maxRetired {
		r.names = make(map[string]bool)
	}
	r.names[name] = true
	return true
}

// retireFormer ends what the session was before, now that the browser has come
// back with its new token. Failing is no reason to fail the request: the old one
// expires by itself.
func (m *Manager) retireFormer(ctx context.Context, v *visit) {
	former := m.GetString(ctx, formerKey)
	if former == "" {
		return
	}
	var err error
	if s, inRedis := m.store.(*redisStore); inRedis {
		if s.now().Before(v.current().issued.Add(RenewGrace)) && s.retired.add(former) {
			err = s.sessions.Delete(former)
		}
	} else if m.revoked != nil {
		err = m.revoked.end(ctx, former, v.received.expires)
	}
	if err != nil {
		m.logger.WarnContext(ctx, "end former session", "error", err)
	}
}
