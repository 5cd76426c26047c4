package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

const (
	sessionKeyOfTest = "Wd7mKq2xVr9bTz4nHs6jLp8cYf3gRt5e"
	accountKeyOfTest = "8cJq2LxVn5bTz4gHs6jRp1WdKm7yQf3a"
)

func TestAccountsConfig(t *testing.T) {
	with := func(pairs ...string) map[string]string {
		e := map[string]string{
			"SESSION_SECRET_KEY": sessionKeyOfTest, "SIGN_IN": "optional", "OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "music",
			"ACCOUNT_SECRET_KEY": accountKeyOfTest,
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			e[pairs[i]] = pairs[i+1]
		}
		return e
	}
	for name, c := range map[string]struct {
		environment     map[string]string
		problem, warned string
		longest         time.Duration
	}{
		"kept":                {with(), "", "", 90 * 24 * time.Hour},
		"short sessions":      {with("ACCOUNT_LIFETIME", "48h"), "", "", 168 * time.Hour},
		"nobody signs in":     {with("SIGN_IN", "off", "OIDC_ISSUER", "", "OIDC_CLIENT_ID", ""), "", "nobody can sign in", 168 * time.Hour},
		"without a key":       {with("ACCOUNT_SECRET_KEY", ""), "", "", 168 * time.Hour},
		"rotated":             {with("ACCOUNT_SECRET_KEY_PREVIOUS", "n8Wv2Yc6Tj0Pq4Rb1Xz7Kd5Mf3Hg9LsA"), "", "", 90 * 24 * time.Hour},
		"weak":                {with("ACCOUNT_SECRET_KEY", "changeme"), "ACCOUNT_SECRET_KEY is too weak", "", 0},
		"weak previous":       {with("ACCOUNT_SECRET_KEY_PREVIOUS", "changeme"), "ACCOUNT_SECRET_KEY_PREVIOUS has a key", "", 0},
		"only previous":       {with("ACCOUNT_SECRET_KEY", "", "ACCOUNT_SECRET_KEY_PREVIOUS", accountKeyOfTest), "ACCOUNT_SECRET_KEY environment variable is required", "", 0},
		"the key of sessions": {with("ACCOUNT_SECRET_KEY", sessionKeyOfTest), "ACCOUNT_SECRET_KEY is a key of sessions", "", 0},
		"too long":            {with("ACCOUNT_LIFETIME", "9000h"), "ACCOUNT_LIFETIME", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := maps.Clone(c.environment)
			cfg, err := readConfig(func(name string) string { return e[name] }, 4<<30)
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Fatalf("got %v, want %s", err, c.problem)
				}
				if strings.Contains(err.Error(), accountKeyOfTest) || strings.Contains(err.Error(), sessionKeyOfTest) {
					t.Errorf("a key is shown: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := cfg.longest(); got != c.longest {
				t.Errorf("the longest is %s, want %s", got, c.longest)
			}
			if warned := strings.Join(cfg.warnings, "\n"); !strings.Contains(warned, c.warned) {
				t.Errorf("warnings: %s", warned)
			}
		})
	}
}

type ruledBucket struct {
	bucket.Bucket
	days int
	err  error
}

func (b ruledBucket) RemovedAfterDays(context.Context) (int, error) { return b.days, b.err }

func TestWarnOfRule(t *testing.T) {
	for name, c := range map[string]struct {
		store bucket.Bucket
		warns bool
	}{
		"too short":     {ruledBucket{days: 8}, true},
		"long enough":   {ruledBucket{days: 91}, false},
		"no rule":       {ruledBucket{}, false},
		"not permitted": {ruledBucket{days: 8, err: errors.New("access denied")}, false},
		"no such thing": {nil, false},
	} {
		var log bytes.Buffer
		warnOfRule(t.Context(), c.store, 90*24*time.Hour, slog.New(slog.NewTextHandler(&log, nil)))
		if got := strings.Contains(log.String(), "needed_days=91"); got != c.warns {
			t.Errorf("%s: %s", name, &log)
		}
	}
}
