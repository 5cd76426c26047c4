package sessions

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
)

// Reasons for which a session cookie is rejected. Their texts go into the log.
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

// rejectionMessage is the message of the log line for a rejected cookie;
// operators search for it.
const rejectionMessage = "invalid session token signature"

// rejectionLevel is a warning for what does not happen in ordinary use.
func rejectionLevel(rejection error) slog.Level {
	if isAny(rejection, errExpired, errIdle, errNotBefore, errRevoked, errUnknownToken) {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

// deletesCookie reports whether a cookie rejected for that reason is to be
// deleted. It is kept where it may still be good: with an unknown key another
// instance may open it, while instances change their keys. With an unknown or
// revoked token another request may just have renewed it, and deleting would
// throw away the new cookie if this response arrives last. With too many
// cookies one that was not looked at may be the session.
func deletesCookie(rejection error) bool {
	return !isAny(rejection, errUnknownKey, errUnknownToken, errRevoked, errTooMany)
}

// isAny reports whether err is one of several errors.
func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}

// undecodable is the reason when the content of an authentic session cannot be
// decoded: it was cut short, or a program with other types in its sessions has
// written it.
func undecodable(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errUnreadable
	}
	return fmt.Errorf("%w: %w", ErrNewerVersion, err)
}
