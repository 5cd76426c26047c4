package sessions

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
)

// How long clients are asked to wait, in seconds.
const (
	retryUnavailable = "5"  // about what a Redis takes to come back
	retryNewer       = "30" // an update goes from instance to instance
)

// Middleware gives next a session. It belongs around everything that uses one,
// once; within itself it does nothing.
func (m *Manager) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := m.visit(r.Context()); err == nil {
			next.ServeHTTP(w, r)
			return
		}
		v := &visit{cookies: receivedCookies(r, m.scs.Cookie.Name)}
		if m.idle != nil {
			v.seen = m.idle.values(r)
		}
		sw := &responseWriter{ResponseWriter: w, before: w.Header().Clone(), manager: m, visit: v}
		ctx, err := m.load(context.WithValue(r.Context(), m, v), v)
		sw.request = r.WithContext(ctx)
		if err != nil {
			sw.fail(err)
			return
		}
		next.ServeHTTP(sw, sw.request)
		sw.settle()
	})
}

// load puts the session of v into the context. When that fails, the context
// that comes with the error has an empty session.
func (m *Manager) load(ctx context.Context, v *visit) (context.Context, error) {
	loaded, err := m.find(ctx, v)
	if loaded != nil {
		return loaded, nil
	}
	if err == nil && v.rejection != nil {
		m.logger.LogAttrs(ctx, rejectionLevel(v.rejection), rejectionMessage, slog.String("reason", v.rejection.Error()))
	}
	// Without a token, scs does not ask the store and cannot fail.
	empty, _ := m.scs.Load(ctx, "")
	return empty, err
}

// find loads the first session among the cookies of v that is authentic and
// current, and returns nil when there is none. Cookies before it may be stale
// duplicates, or set by another host of the domain.
func (m *Manager) find(ctx context.Context, v *visit) (context.Context, error) {
	if !v.cookies.any() {
		return nil, nil
	}
	var newer error
	for found, err := range m.store.candidates(&v.cookies, m.scs.Cookie.Name) {
		var loaded context.Context
		if err == nil {
			loaded, err = m.try(ctx, v, found)
		}
		switch {
		case err == nil:
			v.rejection = nil
			return loaded, nil
		case errors.Is(err, ErrUnavailable):
			return nil, err
		case errors.Is(err, ErrNewerVersion):
			newer = err
		default:
			v.reject(err)
		}
	}
	if v.cookies.more {
		v.reject(errTooMany)
	}
	return nil, newer
}

// try loads a session if it is current.
func (m *Manager) try(ctx context.Context, v *visit, found candidate) (context.Context, error) {
	if err := m.admission.check(found.record); err != nil {
		return nil, err
	}
	if m.idle != nil {
		seen, err := m.idle.check(found, v.seen)
		if err != nil {
			return nil, err
		}
		found.seen = seen
	}
	if m.revoked != nil {
		if err := m.revoked.check(ctx, idOf(found.sent)); err != nil {
			return nil, err
		}
	}
	v.admit(found)
	loaded, err := m.scs.Load(ctx, found.sent)
	if err != nil {
		v.admit(candidate{})
		return nil, undecodable(err)
	}
	m.endFormers(loaded, v)
	return loaded, nil
}

// save commits the session if there is anything to commit and sets the headers
// that go with it.
func (m *Manager) save(ctx context.Context, w http.ResponseWriter, v *visit) error {
	setVary(w.Header())
	status := m.scs.Status(ctx)
	switch {
	case status == scs.Modified, status == scs.Unmodified && v.received.stale:
		token, expires, err := m.scs.Commit(ctx)
		if err != nil {
			return err
		}
		values, err := m.store.send(v, m.scs.Cookie.Name, token)
		if err != nil {
			return err
		}
		m.setCookies(ctx, w, v, values, expires)
	case status == scs.Destroyed:
		m.deleteCookies(ctx, w, v)
		return nil
	case v.rejection != nil && !v.keep:
		m.deleteCookies(ctx, w, v)
		return nil
	}
	m.setSeen(ctx, w, v)
	return nil
}

// setSeen writes the cookie with the time of last use, unless the one that came
// is recent enough.
func (m *Manager) setSeen(ctx context.Context, w http.ResponseWriter, v *visit) {
	token := m.scs.Token(ctx)
	if m.idle == nil || token == "" {
		return
	}
	now := m.idle.now()
	if token == v.received.sent && now.Sub(v.received.seen) < m.idle.every() {
		return
	}
	expires := now.Add(m.idle.timeout)
	if end := m.Deadline(ctx); end.Before(expires) {
		expires = end
	}
	m.setCookie(ctx, w, m.idle.cookie, m.idle.seal(idOf(token)), expires)
}

func (m *Manager) deleteCookies(ctx context.Context, w http.ResponseWriter, v *visit) {
	if v.cookies.any() {
		m.setCookies(ctx, w, v, nil, time.Time{})
	}
	if len(v.seen) > 0 {
		m.setCookie(ctx, w, m.idle.cookie, "", time.Time{})
	}
}

// setCookies makes values the session cookies and deletes those the request
// brought beyond them. A part is deleted only together with the others being
// written, so that responses that cross never leave a mixture.
func (m *Manager) setCookies(ctx context.Context, w http.ResponseWriter, v *visit, values []string, expires time.Time) {
	h := w.Header()
	// Two headers for one name must not go out, whoever has set the other.
	if others := h["Set-Cookie"]; others != nil {
		h["Set-Cookie"] = slices.DeleteFunc(others, m.isSessionCookie)
	}
	for i := range maxParts {
		name := partName(m.scs.Cookie.Name, i)
		switch {
		case i < len(values):
			m.setCookie(ctx, w, name, values[i], expires)
		case len(v.cookies.values[i]) > 0:
			m.setCookie(ctx, w, name, "", time.Time{})
		}
	}
}

// setCookie sets a cookie with the attributes of the session's own, or deletes
// it when expires is zero.
func (m *Manager) setCookie(ctx context.Context, w http.ResponseWriter, name, value string, expires time.Time) {
	manager := *m.scs
	manager.Cookie.Name = name
	manager.WriteSessionCookie(ctx, w, value, expires)
	// scs adds the same Cache-Control for every cookie.
	h := w.Header()
	h["Cache-Control"] = slices.Compact(h["Cache-Control"])
}

func (m *Manager) isSessionCookie(setCookie string) bool {
	name, _, _ := strings.Cut(setCookie, "=")
	return partIndex(m.scs.Cookie.Name, name) >= 0
}

// fail answers a request whose session could not be loaded or saved.
func (m *Manager) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusServiceUnavailable
	switch {
	case errors.Is(err, ErrUnavailable):
		w.Header().Set("Retry-After", retryUnavailable)
	case errors.Is(err, ErrNewerVersion):
		w.Header().Set("Retry-After", retryNewer)
	default:
		status = http.StatusInternalServerError
	}
	w.Header().Set("Cache-Control", "no-store")
	m.logger.LogAttrs(r.Context(), slog.LevelError, "session failed",
		slog.Int("status", status), slog.String("error", err.Error()))
	m.errorPage(w, r, status, err)
}

func plainErrorPage(w http.ResponseWriter, _ *http.Request, status int, err error) {
	message := "Your session could not be saved."
	switch {
	case errors.Is(err, ErrUnavailable):
		message = "Sessions are not available right now. Please try again in a moment."
	case errors.Is(err, ErrNewerVersion):
		message = "This site is being renewed. Please try again in a minute."
	}
	http.Error(w, message, status)
}

// setVary says that the response depends on the cookie, unless it says so.
func setVary(h http.Header) {
	for _, line := range h["Vary"] {
		for field := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(field), "Cookie") {
				return
			}
		}
	}
	h.Add("Vary", "Cookie")
}
