package uploads

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// What a session knows of other devices.
const (
	// keyLine is the line that linked devices share, in place of that of the uploads.
	keyLine = "line"
	// keyUntil is when the data expired as it was linked. Who keeps it moves that.
	keyUntil = "until"
	// keyCode is the code that the session has made last, and until when it is good.
	keyCode = "code"
	// keyLinked is when the session took its data over from another device.
	keyLinked = "linked"
)

// lineBytes is the length of a line that does not come from an uploads' namespace.
const lineBytes = 32

// sharedLine is the line that the session shares with other devices.
func (s *Service) sharedLine(ctx context.Context) vault.Line {
	line, err := base64.RawURLEncoding.DecodeString(s.Sessions.GetString(ctx, keyLine))
	if err != nil || len(line) == 0 {
		return nil
	}
	return line
}

// Linked reports whether other devices may hold the session's data as well.
func (s *Service) Linked(ctx context.Context) bool { return s.sharedLine(ctx) != nil }

// importLine is the line under which an import in a namespace goes on from the
// session's data, where others than the session follow it; nil for that of the
// namespace. Who has opened data from an account does not know otherwise that a device
// follows it that knows no account.
func (s *Service) importLine(ctx context.Context) (vault.Line, error) {
	if s.Kept(ctx) {
		line, shared, err := s.Keeper.Line(ctx)
		if err != nil && !errors.Is(err, vault.ErrGone) {
			return nil, fmt.Errorf("look for newer data: %w", err)
		}
		if err == nil && shared {
			return line, nil
		}
	}
	return s.sharedLine(ctx), nil
}

// shareLine is the line of the session's data, which other devices will follow.
func (s *Service) shareLine(ctx context.Context) (vault.Line, error) {
	line := s.line(ctx)
	if s.Kept(ctx) {
		// The account leads every session on from there, whatever line this one had.
		return s.Keeper.Share(ctx, newLine())
	}
	if line == nil {
		line = newLine()
	}
	return line, nil
}

// newLine is one that does not come from an uploads' namespace.
func newLine() vault.Line {
	line := make(vault.Line, lineBytes)
	_, _ = rand.Read(line) // never fails
	return line
}

// storedUntil is when the newest data expires that the session leads to.
func (s *Service) storedUntil(ctx context.Context) (time.Time, error) {
	ref, ok := s.Ref(ctx, KeyDataset)
	if !ok {
		return time.Time{}, vault.ErrGone
	}
	trail, err := s.Vault.Current(ctx, ref, s.line(ctx))
	if err != nil {
		return time.Time{}, err
	}
	return s.Vault.StoredUntil(ctx, trail.Ref)
}

// linkedUntil is when linked data expires, on whichever device it is changed: as it is
// stored now, for another device may keep it with an account.
func (s *Service) linkedUntil(ctx context.Context) time.Time {
	until, err := s.storedUntil(ctx)
	if err != nil {
		return s.time(ctx, keyUntil)
	}
	return until
}

// clockSlack is by how much times may differ that are the same.
const clockSlack = time.Minute

// staysElsewhere reports whether other devices go on holding the session's data when it
// is signed out: it came from one of them, or one keeps it with an account, which has
// moved its expiry.
func (s *Service) staysElsewhere(ctx context.Context) (bool, error) {
	switch {
	case !s.Linked(ctx):
		return false, nil
	case s.Sessions.Exists(ctx, keyLinked):
		return true, nil
	}
	until, err := s.storedUntil(ctx)
	if errors.Is(err, vault.ErrGone) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for newer data: %w", err)
	}
	return until.After(s.time(ctx, keyUntil).Add(clockSlack)), nil
}

// time reads a time from the session.
func (s *Service) time(ctx context.Context, key string) time.Time {
	seconds, err := strconv.ParseInt(s.Sessions.GetString(ctx, key), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func (s *Service) putTime(ctx context.Context, key string, t time.Time) {
	s.Sessions.Put(ctx, key, strconv.FormatInt(t.Unix(), 10))
}

// code is the code that the session has made last.
func (s *Service) code(ctx context.Context) (code link.Code, good time.Time, ok bool) {
	text, until, _ := strings.Cut(s.Sessions.GetString(ctx, keyCode), " ")
	code, err := link.ParseCode(text)
	seconds, bad := strconv.ParseInt(until, 10, 64)
	return code, time.Unix(seconds, 0), err == nil && bad == nil
}

// unlink removes what the session knows of other devices, whose data it no longer
// holds. Its code is good for nothing then.
func (s *Service) unlink(ctx context.Context) {
	s.withdraw(ctx)
	s.remove(ctx, keyLine, keyUntil, keyCode, keyLinked)
}

// withdraw makes the session's code good for nothing.
func (s *Service) withdraw(ctx context.Context) {
	code, _, ok := s.code(ctx)
	if !ok {
		return
	}
	if err := s.Links.Withdraw(ctx, code); err != nil {
		s.Log.WarnContext(ctx, "a code stays until it expires", "error", err)
	}
}

func (s *Service) putLine(ctx context.Context, line vault.Line, until time.Time) {
	s.Sessions.Put(ctx, keyLine, base64.RawURLEncoding.EncodeToString(line))
	s.putTime(ctx, keyUntil, until)
}
