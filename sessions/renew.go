package sessions

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How long the old token of a renewed session goes on naming what it named.
const (
	// RenewGrace is the longest time in Redis, so that the session is not lost
	// when the answer with the new token is.
	RenewGrace = 10 * time.Minute
	// RenewSettle is the shortest time, also when the browser has come back
	// with the new token. Requests that it sent before may arrive later;
	// without a session they would begin another, whose cookie would replace
	// the new token.
	RenewSettle = time.Minute
)

// formerKey is the key under which a session keeps its former tokens that are
// not ended yet.
const formerKey = "sessions.former"

// maxFormers bounds how many of them it keeps. Beyond that the oldest is ended.
const maxFormers = 8

// A former is a token that the session had before.
type former struct {
	// name is the key in the Redis store, or the ID of a sealed session. It is
	// not the token.
	name string
	at   time.Time // when it was renewed, to the second
}

func parseFormers(text string) (formers []former) {
	for _, field := range strings.Fields(text) {
		name, at, _ := strings.Cut(field, ":")
		if seconds, err := strconv.ParseInt(at, 10, 64); err == nil {
			formers = append(formers, former{name, time.Unix(seconds, 0)})
		}
	}
	return formers
}

func formatFormers(formers []former) string {
	fields := make([]string, len(formers))
	for i, f := range formers {
		fields[i] = f.name + ":" + strconv.FormatInt(f.at.Unix(), 10)
	}
	return strings.Join(fields, " ")
}

// Renew gives the session another token, as RenewToken does, for when it comes to
// hold more than before: nobody can have planted the new token. The session ends
// when it would have ended.
//
// The old token names what it named, and nothing new, until the browser comes
// back with the new one a minute later or after that, and in Redis for RenewGrace
// at most: then it is nobody's. A sealed cookie is revoked when the browser comes
// back, where the Manager can do that. Otherwise it opens what it opened until it
// expires, so a program deletes what it names.
func (m *Manager) Renew(ctx context.Context) error {
	v, err := m.visit(ctx)
	if err != nil {
		return err
	}
	deadline := m.Deadline(ctx)
	token := v.beginRenewal()
	defer v.endRenewal()
	if err := m.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	m.scs.SetDeadline(ctx, deadline)
	_, inRedis := m.store.(*redisStore)
	switch {
	case token == "", !inRedis && m.revoked == nil:
		return nil
	case !inRedis:
		token = idOf(token)
	}
	formers := append(v.settling(m.admission.now()), former{token, m.admission.now()})
	for len(formers) > maxFormers {
		m.endFormer(ctx, v, formers[0])
		formers = formers[1:]
	}
	m.Put(ctx, formerKey, formatFormers(formers))
	return nil
}

// A renewal is what a visit knows of the token its session had before.
type renewal struct {
	under  bool   // RenewToken is running: the session that it deletes stays for a while
	former record // the session as it was, until the new one is saved
}

func (v *visit) beginRenewal() (token string) {
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

// keepFormer remembers the session that is about to be replaced, and reports
// whether it stays for a while.
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

// graced is the former session with the expiry that it has beside the new one.
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

// settling are the former tokens that are not ended yet.
func (v *visit) settling(now time.Time) (formers []former) {
	for _, f := range v.formers {
		if now.Sub(f.at) < RenewSettle {
			formers = append(formers, f)
		}
	}
	return formers
}

// endFormers ends the former tokens, now that the browser has come back with
// the new one. Errors do not fail the request: former tokens expire by
// themselves.
func (m *Manager) endFormers(ctx context.Context, v *visit) {
	v.formers = parseFormers(m.GetString(ctx, formerKey))
	for _, f := range v.formers {
		if m.admission.now().Sub(f.at) >= RenewSettle {
			m.endFormer(ctx, v, f)
		}
	}
}

func (m *Manager) endFormer(ctx context.Context, v *visit, f former) {
	if err := m.tryEndFormer(ctx, v, f); err != nil {
		m.logger.WarnContext(ctx, "end former session", "error", err)
	}
}

func (m *Manager) tryEndFormer(ctx context.Context, v *visit, f former) error {
	s, inRedis := m.store.(*redisStore)
	switch {
	case inRedis && s.now().Sub(f.at) <= RenewGrace+time.Second && s.retired.add(f.name):
		if err := s.sessions.Delete(f.name); err != nil {
			return fmt.Errorf("delete session: %w: %w", ErrUnavailable, err)
		}
	case !inRedis && m.revoked != nil:
		return m.revoked.end(ctx, f.name, v.received.expires)
	}
	return nil
}
