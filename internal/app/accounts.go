package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

// accounts reads how people keep data with their account.
func (e *environment) accounts(c *config) {
	const name, previous = "ACCOUNT_SECRET_KEY", "ACCOUNT_SECRET_KEY_PREVIOUS"
	c.accounts.Lifetime = e.duration("ACCOUNT_LIFETIME", 24*time.Hour, 365*24*time.Hour)
	c.accounts.PreviousSecrets = e.keys(previous)
	key := e.text(name)
	switch {
	case key == "":
		if len(c.accounts.PreviousSecrets) > 0 {
			e.problem(name, "environment variable is required with %s", previous)
		}
		return
	case sessions.CheckSecretKey(key) != nil:
		e.problem(name, "is too weak to be accepted; %s", sessions.SecretKeyHint)
		return
	case key == c.sessions.SecretKey || slices.Contains(c.sessions.PreviousSecretKeys, key):
		e.problem(name, "is a key of sessions: whoever learns the one would have the other")
		return
	case c.signIn == signInOff:
		c.warnings = append(c.warnings, "ACCOUNT_SECRET_KEY is set, but nobody can sign in: SIGN_IN is off")
		return
	}
	c.accounts.Secret = key
}

// longest is how long the longest-lived blob is kept from when it was written.
func (c config) longest() time.Duration {
	if c.accounts.Secret == "" {
		return c.sessions.Lifetime
	}
	return max(c.sessions.Lifetime, c.accounts.Lifetime)
}

// wireAccounts lets people keep data with their account.
func wireAccounts(cfg config, pages *handlers.Server, blobs bucket.Bucket, now func() time.Time, memory *admission.Gate) error {
	if cfg.accounts.Secret == "" {
		return nil
	}
	cfg.accounts.Bucket, cfg.accounts.Now, cfg.accounts.Memory = blobs, now, memory
	store, err := accountstore.New(cfg.accounts)
	if err != nil {
		return fmt.Errorf("set up accounts: %w", err)
	}
	pages.KeepAccounts(store, nil)
	return nil
}

// ruleTime is how long a store has to say by which rule it removes blobs.
const ruleTime = 5 * time.Second

// A ruled store can say after how many days a rule of its own removes blobs: 0 says that
// none does.
type ruled interface {
	RemovedAfterDays(ctx context.Context) (days int, err error)
}

// warnOfRule warns of a rule of the store that removes blobs before their time. Where
// the store has no such rules, or does not let the program read them, it says nothing.
func warnOfRule(ctx context.Context, blobs bucket.Bucket, longest time.Duration, log *slog.Logger) {
	store, ok := blobs.(ruled)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, ruleTime)
	defer cancel()
	days, err := store.RemovedAfterDays(ctx)
	if err != nil {
		log.DebugContext(ctx, "rule of the store cannot be read", "error", err)
		return
	}
	if age := time.Duration(days) * 24 * time.Hour; days > 0 && age < longest {
		log.WarnContext(ctx, "a lifecycle rule of the store removes data before its time: see docs/deployment.md",
			"after_days", days, "needed_days", int((longest+24*time.Hour-1)/(24*time.Hour))+1)
	}
}
