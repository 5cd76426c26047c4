package sessions

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
)

// retryAfter is in seconds: about what a Redis takes to come back.
const retryAfter = "5"

// Middleware gives next a session. It belongs around everything that uses one,
// once; within itself it does nothing.
func (m *Manager) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := visitFrom(r.Context(), m.store); err == nil {
			next.ServeHTTP(w, r)
			return
		}
		v := &visit{cookies: receivedCookies(r, m.Cookie.Name), loading: true}
		sw := &responseWriter{ResponseWriter: w, before: w.Header().Clone(), manager: m, visit: v}
		ctx, err := m.load(withVisit(r.Context(), m.store, v), v)
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
	token := ""
	if v.cookies.any() {
		token = m.store.receive(v, m.Cookie.Name)
	}
	loaded, err := m.Load(ctx, token)
	if err != nil && !errors.Is(err, ErrUnavailable) {
		// The session is authentic and yet cannot be decoded. A new version of
		// the program may have changed the types in it: start over.
		v.refuse(errUnreadable)
		loaded, err = m.Load(ctx, "")
	}
	if refusal := v.loaded(); refusal != nil {
		m.logger.LogAttrs(ctx, refusalLevel(refusal), refusalMessage, slog.String("reason", refusal.Error()))
	}
	if err != nil {
		// Without a token, scs does not ask the store and cannot fail.
		loaded, _ = m.Load(ctx, "")
	}
	return loaded, err
}

// save commits the session if there is anything to commit and sets the headers
// that go with it.
func (m *Manager) save(ctx context.Context, w http.ResponseWriter, v *visit) error {
	setVary(w.Header())
	status := m.Status(ctx)
	switch {
	case status == scs.Modified, status == scs.Unmodified && v.reseal:
		token, expires, err := m.Commit(ctx)
		if err != nil {
			return err
		}
		values, err := m.store.send(v, m.Cookie.Name, token)
		if err != nil {
			return err
		}
		m.setCookies(ctx, w, v, values, expires)
	case !v.cookies.any():
		// There is nothing to delete.
	case status == scs.Destroyed, deletesCookie(v.refusal):
		m.setCookies(ctx, w, v, nil, time.Time{})
	}
	return nil
}

// setCookies makes values the session cookies and deletes those the request
// brought beyond them. A part is deleted only together with the others being
// written, so that responses that cross never leave a mixture.
func (m *Manager) setCookies(ctx context.Context, w http.ResponseWriter, v *visit, values []string, expires time.Time) {
	h := w.Header()
	// Whoever else set these cookies, two headers for one name must not go out.
	if others := h["Set-Cookie"]; others != nil {
		h["Set-Cookie"] = slices.DeleteFunc(others, m.isSessionCookie)
	}
	for i := range maxParts {
		part := *m.SessionManager
		part.Cookie.Name = partName(m.Cookie.Name, i)
		switch {
		case i < len(values):
			part.WriteSessionCookie(ctx, w, values[i], expires)
		case v.cookies.present[i]:
			part.WriteSessionCookie(ctx, w, "", time.Time{})
		}
	}
	// scs says the same about caching once for every cookie.
	h["Cache-Control"] = slices.Compact(h["Cache-Control"])
}

func (m *Manager) isSessionCookie(setCookie string) bool {
	name, _, _ := strings.Cut(setCookie, "=")
	return partIndex(m.Cookie.Name, name) >= 0
}

// fail answers a request whose session could not be loaded or saved.
func (m *Manager) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	if errors.Is(err, ErrUnavailable) {
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", retryAfter)
	}
	w.Header().Set("Cache-Control", "no-store")
	m.logger.LogAttrs(r.Context(), slog.LevelError, "session failed",
		slog.Int("status", status), slog.String("error", err.Error()))
	m.errorPage(w, r, status)
}

func plainErrorPage(w http.ResponseWriter, _ *http.Request, status int) {
	message := "Your session could not be saved."
	if status == http.StatusServiceUnavailable {
		message = "Sessions are not available right now. Please try again in a moment."
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

// restoreHeader makes h what it was before.
func restoreHeader(h, before http.Header) {
	clear(h)
	maps.Copy(h, before)
}
