package app_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/app"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestIdleSessionsEnd: who goes on using one instance or the other stays, and
// who does not is signed out by both.
func TestIdleSessionsEnd(t *testing.T) {
	const idle = 30 * time.Minute
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"DATASET_URL": "file://" + t.TempDir(), "SESSION_SECRET_KEY": harness.SessionKey, "SESSION_STORE": store, "SESSION_IDLE": idle.String()}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			getenv := func(name string) string { return env[name] }
			begun, later := time.Now(), atomic.Int64{}
			now := func() time.Time { return begun.Add(time.Duration(later.Load())) }
			instances := []string{app.StartAt(t, getenv, now), app.StartAt(t, getenv, now)}
			p := harness.NewClient(t)
			p.Upload(instances[0], harness.SmallPackage(t, 20))

			thief := harness.NewClient(t) // with the session as it was, and never the time of its use
			for _, c := range p.Cookies(instances[0]) {
				if c.Name == "session" {
					thief.SetCookies(instances[0], c)
				}
			}
			for i := range 8 {
				if status, rows := p.Rows(instances[i%2]); status != http.StatusOK || rows != 20 {
					t.Fatalf("after %s: status %d, %d rows", time.Duration(later.Load()), status, rows)
				}
				later.Add(int64(idle / 5))
			}
			if got := thief.Code(instances[1]); got != "401 no_session" {
				t.Errorf("without the time of last use: %s", got)
			}
			replayed := p.Copied(instances[0])
			later.Add(int64(idle + time.Second))
			for i, who := range []*harness.Client{p, replayed} {
				if got := who.Code(instances[i]); got != "401 no_session" {
					t.Errorf("after the timeout, at instance %d: %s", i, got)
				}
			}
			// That an import has ended waits for the story, and is no part of the session.
			for _, left := range p.Cookies(instances[0]) {
				if left.Name != "imported" {
					t.Errorf("cookie left: %v", left)
				}
			}
		})
	}
}
