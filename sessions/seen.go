package sessions

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Names of the cookie with the time of last use.
const (
	secureSeenName = "__Host-seen"
	plainSeenName  = "seen"
)

const (
	seenVersion = 1
	// seenLength is the version, the ID of the session and a time in
	// milliseconds.
	seenLength = 1 + idLength + 8
	// maxSeenEvery bounds how coarse the time of last use is.
	maxSeenEvery = time.Minute
)

// idleness ends sessions that were not used for a while, or none when it is nil.
// The time of last use is in a sealed cookie of its own, so that requests which
// only look at something need not write the session.
type idleness struct {
	ring    keyring
	cookie  string
	timeout time.Duration
	now     func() time.Time
}

// every is how old the cookie may be before it is written again.
func (i *idleness) every() time.Duration { return min(i.timeout/10, maxSeenEvery) }

// values returns what came as the cookie.
func (i *idleness) values(r *http.Request) []string {
	var values []string
	for _, cookie := range r.CookiesNamed(i.cookie) {
		if len(values) < maxValues {
			values = append(values, cookie.Value)
		}
	}
	return values
}

// check returns the time in the seen cookie of session c, or why the session is
// over. The time is zero when the cookie has to be written again.
//
// The beginning of a session is a use of it. So a session that has just got a
// new token is not lost when a response that was under way meanwhile leaves the
// browser with the seen cookie of the old one.
func (i *idleness) check(c candidate, values []string) (seen time.Time, err error) {
	used, reason := c.issued, errIdle
	for _, value := range values {
		at, current, err := i.open(idOf(c.sent), value)
		switch {
		case err == nil:
			used = later(used, at)
			if current {
				seen = later(seen, at)
			}
		case errors.Is(err, ErrNewerVersion), errors.Is(err, errUnknownKey):
			// It may show that the session is in use, which an instance that
			// can read it knows.
			reason = err
		}
	}
	// The cookie has milliseconds.
	if i.now().Truncate(time.Millisecond).Sub(used) > i.timeout {
		return time.Time{}, reason
	}
	return seen, nil
}

// open returns the time in a seen cookie, if it is that of the session, and
// whether it was sealed with the current key.
func (i *idleness) open(session string, value string) (at time.Time, current bool, err error) {
	sealed, count, err := parseFirst(value)
	if err != nil {
		return time.Time{}, false, err
	}
	if count != 1 {
		return time.Time{}, false, errMalformed
	}
	b, current, err := i.ring.open(i.cookie, sealed.keyID, sealed.body)
	switch {
	case err != nil:
		return time.Time{}, false, err
	case len(b) > 0 && b[0] > seenVersion:
		return time.Time{}, false, fmt.Errorf("%w: seen cookie version %d", ErrNewerVersion, b[0])
	case len(b) != seenLength || b[0] != seenVersion:
		return time.Time{}, false, errUnreadable
	case string(b[1:1+idLength]) != session:
		return time.Time{}, false, errNotAuthentic
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b[1+idLength:]))), current, nil
}

// seal returns the value of the seen cookie of a session that is used now.
func (i *idleness) seal(session string) string {
	b := append(make([]byte, 0, seenLength), seenVersion)
	b = append(b, session...)
	b = binary.BigEndian.AppendUint64(b, uint64(i.now().UnixMilli()))
	keyID, body := i.ring.seal(i.cookie, b)
	return formatVersion + "." + keyID + "." + body
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
