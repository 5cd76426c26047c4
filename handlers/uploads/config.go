package uploads

import (
	"context"
	"log/slog"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// Sessions keep what a browser is to find again.
type Sessions interface {
	Put(ctx context.Context, key string, value any)
	Get(ctx context.Context, key string) any
	GetBool(ctx context.Context, key string) bool
	GetString(ctx context.Context, key string) string
	Exists(ctx context.Context, key string) bool
	Remove(ctx context.Context, key string)
	Deadline(ctx context.Context) time.Time
	// Lifetime is how long a session lasts from its beginning.
	Lifetime() time.Duration
	// ID names the session until it is renewed, and is "" for one that was never saved.
	ID(ctx context.Context) string
	// Renew gives a session another token and keeps the old one for a while: what
	// it named, and nothing new.
	Renew(ctx context.Context) error
	// Destroy ends the session, for every copy of its cookie.
	Destroy(ctx context.Context) error
}

// Config names everything the handlers need.
type Config struct {
	Sessions Sessions
	Vault    *vault.Vault
	Importer *importer.Importer
	Files    *upload.Store
	Tasks    *importer.Tasks
	Links    *link.Links
	// StoreID names the bucket when it is one that other instances may not see, as
	// a folder. Sessions remember where their data was stored.
	StoreID string
	// Asset gives the content-hashed URL of a file of static/.
	Asset func(name string) string
	Log   *slog.Logger
	Now   func() time.Time
	// SessionIdle is after how long without use a session ends; 0 is never.
	SessionIdle time.Duration
	// UploadBytes bounds one upload.
	UploadBytes int64
	// RequestBytes is what the platform in front takes of one request; 0 is no
	// limit. It concerns the form without JavaScript: parts are smaller.
	RequestBytes int64
	// Meter bounds what one network address may upload. Nil bounds nothing.
	Meter *ratelimit.Limiter
	// AddressHeader is the header in which what is in front tells the address of
	// a client. Empty without anything in front.
	AddressHeader string
	// Memory admits what requests build beside their dataset.
	Memory *admission.Gate
	// Keeper knows what is kept with accounts. Nil keeps nothing.
	Keeper Keeper
	// PublicURL is the address that people use. Empty is the host of each request.
	PublicURL string
	// SecureCookies marks cookies Secure, as the session's own cookie is.
	SecureCookies bool
}
