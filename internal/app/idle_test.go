package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/app"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestIdleSessionsEnd: who goes on using one instance or the other stays, and
// who does not is signed out by both.
func TestIdleSessionsEnd(t *testing.T) {
	const idle = 5 * time.Second // less than the environment may say
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"DATASET_URL": "file://" + t.TempDir(), "SESSION_SECRET_KEY": harness.SessionKey, "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			getenv := func(name string) string { return env[name] }
			instances := []string{app.StartWithIdle(t, getenv, idle), app.StartWithIdle(t, getenv, idle)}
			p := harness.NewClient(t)
			p.Upload(instances[0], harness.SmallPackage(t, 20))

			thief := harness.NewClient(t) // with the session as it was, and never the time of its use
			for _, c := range p.Cookies(instances[0]) {
				if c.Name == "session" {
					thief.SetCookies(instances[0], c)
				}
			}
			for i, begin := 0, time.Now(); time.Since(begin) < idle+2*time.Second; i++ {
				if status, rows := p.Rows(instances[i%2]); status != http.StatusOK || rows != 20 {
					t.Fatalf("after %s: status %d, %d rows", time.Since(begin), status, rows)
				}
				time.Sleep(400 * time.Millisecond)
			}
			if got := thief.Code(instances[1]); got != "401 no_session" {
				t.Errorf("without the time of last use: %s", got)
			}
			replayed := p.Copied(instances[0])
			time.Sleep(idle + 200*time.Millisecond)
			for i, who := range []*harness.Client{p, replayed} {
				if got := who.Code(instances[i]); got != "401 no_session" {
					t.Errorf("after the timeout, at instance %d: %s", i, got)
				}
			}
			if left := p.Cookies(instances[0]); len(left) != 0 {
				t.Errorf("cookies left: %v", left)
			}
		})
	}
}
