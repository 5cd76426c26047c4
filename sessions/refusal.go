package sessions

import (
	"errors"
	"log/slog"
)

// Why a request that brought a session cookie has no session. Their texts are
// the reasons in the log.
var (
	errMalformed    = errors.New("malformed")
	errUnknownKey   = errors.New("unknown key")
	errNotAuthentic = errors.New("not authentic")
	errMissingPart  = errors.New("missing part")
	errExpired      = errors.New("expired")
	errNotBefore    = errors.New("issued before the oldest time allowed")
	errUnreadable   = errors.New("unreadable content")
	errUnknownToken = errors.New("unknown token")
)

// refusalMessage is what operators search their logs for.
const refusalMessage = "invalid session token signature"

// refusalLevel tells what happens in ordinary use from what does not.
func refusalLevel(refusal error) slog.Level {
	switch refusal {
	case errExpired, errNotBefore, errUnknownToken:
		return slog.LevelInfo
	default:
		return slog.LevelWarn
	}
}

// deletesCookie reports whether the refused cookie is to be deleted. A
// well-formed token that the store does not know stays: another request may
// just have renewed it, and deleting the cookie then would throw away the new
// one if this response arrives last.
func deletesCookie(refusal error) bool {
	return refusal != nil && refusal != errUnknownToken
}
