package sessions

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
)

// Why a request that brought a session cookie has no session. Their texts are
// the reasons in the log.
var (
	errMalformed    = errors.New("malformed")
	errUnknownKey   = errors.New("unknown key")
	errNotAuthentic = errors.New("not authentic")
	errMissingPart  = errors.New("missing part")
	errTooMany      = errors.New("too many cookies of one name")
	errExpired      = errors.New("expired")
	errIdle         = errors.New("not used for too long")
	errNotBefore    = errors.New("issued before the oldest time allowed")
	errRevoked      = errors.New("revoked")
	errUnreadable   = errors.New("unreadable content")
	errUnknownToken = errors.New("unknown token")
)

// ErrNewerVersion is the error of a session that a newer version of the program
// has written, in a form or with a type that this one does not know. The request
// fails, and the session stays as it is: an instance that is up to date can
// serve it.
var ErrNewerVersion = errors.New("session was written by a newer version of the program")

// refusalMessage is what operators search their logs for.
const refusalMessage = "invalid session token signature"

// refusalLevel tells what happens in ordinary use from what does not.
func refusalLevel(refusal error) slog.Level {
	if isAny(refusal, errExpired, errIdle, errNotBefore, errRevoked, errUnknownToken) {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

// deletesCookie reports whether a cookie refused for that reason is to be
// deleted. It is kept where it may still be good: with an unknown key another
// instance may open it, while instances change their keys. With an unknown or
// revoked token another request may just have renewed it, and deleting would
// throw away the new cookie if this response arrives last. With too many cookies
// one that was not looked at may be the session.
func deletesCookie(refusal error) bool {
	return !isAny(refusal, errUnknownKey, errUnknownToken, errRevoked, errTooMany)
}

// isAny reports whether err is one of several errors.
func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}

// undecodable says what it means that the content of an authentic session could
// not be decoded. One that was cut is damaged. Everything else comes from a
// program with other types in its sessions.
func undecodable(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errUnreadable
	}
	return fmt.Errorf("%w: %w", ErrNewerVersion, err)
}
