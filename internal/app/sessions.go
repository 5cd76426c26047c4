package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// revocations are notes in the bucket, one for each session that was ended
// while a copy of its cookie could still be used. A note expires with the
// session, and names it by a hash.
type revocations struct{ bucket bucket.Bucket }

func (r revocations) revoke(ctx context.Context, id string, until time.Time) error {
	return r.bucket.Put(ctx, revokedKey(id), []byte("revoked"), until)
}

func (r revocations) revoked(ctx context.Context, id string) (bool, error) {
	return bucket.Exists(ctx, r.bucket, revokedKey(id))
}

// revokedKey spells an ID with the characters that a bucket takes.
func revokedKey(id string) string {
	hash := sha256.Sum256([]byte(id))
	return "revoked/" + hex.EncodeToString(hash[:16])
}

// sessionFailure is what people are told when a session could not be loaded or
// saved. The log has the cause already.
func sessionFailure(cause error) error {
	switch {
	case errors.Is(cause, sessions.ErrNewerVersion):
		return web.ErrRenewing
	case errors.Is(cause, bucket.ErrUnavailable):
		return bucket.ErrUnavailable
	case errors.Is(cause, sessions.ErrUnavailable):
		return web.ErrSessions
	}
	return web.ErrInternal
}
