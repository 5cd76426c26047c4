package platform

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// startPlain starts an instance behind a proxy that ends TLS, on no platform.
func startPlain(t *testing.T, shared map[string]string, writable ...string) *instance {
	return (&forwarder{
		portName: "PORT",
		env:      map[string]string{"APP_ENV": "production", "HOST": "127.0.0.1"},
		limit:    1 << 30, timeout: time.Minute,
		change: func(r *http.Request) {},
	}).start(t, shared, writable...)
}

// TestKeyRotation changes the key of two instances one after the other, as
// docs/config.md says, while people go on browsing through both. Nobody is
// signed out, not even between the steps.
func TestKeyRotation(t *testing.T) {
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			shared := t.TempDir()
			before, after := rand.Text()+rand.Text(), rand.Text()+rand.Text()
			env := map[string]string{"DATASET_URL": "file://" + shared, "SESSION_STORE": store}
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			start := func(key, others string) *instance {
				env["SESSION_SECRET_KEY"], env["SESSION_SECRET_KEY_PREVIOUS"] = key, others
				return startPlain(t, env, shared)
			}
			front := &platformFront{instances: []*instance{start(before, ""), start(before, "")}}

			var people []*harness.Client
			want := make(map[*harness.Client]int)
			join := func(plays int) {
				v := harness.NewVisitor(t, front)
				content, rows := harness.Package(t, plays)
				if resp, _ := v.Submit(content); resp.StatusCode != http.StatusSeeOther {
					t.Fatalf("upload: %s", resp.Status)
				}
				people, want[v] = append(people, v), rows
			}
			allThere := func(when string) {
				t.Helper()
				for i, v := range people {
					// One of them comes back only at the end.
					if i == 0 && when != "at the end" {
						continue
					}
					for range 2 {
						if status, rows := v.Rows(); status != http.StatusOK || rows != want[v] {
							t.Errorf("%s, person %d: status %d, %d rows, want %d", when, i, status, rows, want[v])
						}
					}
				}
			}
			join(100)
			join(200)
			allThere("before")
			for step, keys := range [][2]string{{before, after}, {after, before}} {
				for i := range front.instances {
					front.instances[i].process.Stop()
					front.instances[i] = start(keys[0], keys[1])
					when := fmt.Sprintf("step %d, instance %d", step+1, i+1)
					allThere(when)
					join(300 + 10*step + i)
					allThere(when)
				}
			}
			allThere("at the end")

			// The old key opens nothing any more, once it has been taken out: who was
			// here during the rotation is not affected.
			for i := range front.instances {
				front.instances[i].process.Stop()
				front.instances[i] = start(after, "")
			}
			for i, v := range people {
				if status, rows := v.Rows(); status != http.StatusOK || rows != want[v] {
					t.Errorf("without the old key, person %d: status %d, %d rows", i, status, rows)
				}
			}
		})
	}
}
