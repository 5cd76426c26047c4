package platform

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestProxyConfig goes the whole way through the proxy of compose.yaml, and on
// when an instance is stopped.
func TestProxyConfig(t *testing.T) {
	servers.Program(t, "caddy")
	shared := t.TempDir()
	env := map[string]string{"DATASET_URL": "file://" + shared}
	one, two := startPlain(t, env, shared), startPlain(t, env, shared)
	login := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "login for "+r.Host) }))
	t.Cleanup(login.Close)
	port := servers.FreePort(t)
	home, admin := t.TempDir(), servers.FreePort(t)
	servers.Run(t, func() *exec.Cmd {
		caddy := exec.Command("caddy", "run", "--adapter", "caddyfile", "--config", filepath.Join(harness.Root(), "deploy", "Caddyfile"))
		caddy.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "CADDY_ADMIN=127.0.0.1:"+admin, "SITE=:"+port,
			"LOGIN_SITE=http://login.localhost:"+port, "LOGIN="+login.Listener.Addr().String(),
			fmt.Sprintf("INSTANCES=127.0.0.1:%s 127.0.0.1:%s", one.RoundTripper.(*forwarder).port, two.RoundTripper.(*forwarder).port))
		return caddy
	}, servers.Listening("127.0.0.1:"+port))

	front := toPort(port)
	v := harness.NewVisitor(t, front)
	journey(t, v, front)
	for _, i := range []*instance{one, two} {
		checkLog(t, i.process.Log.String(), "")
	}

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/auth", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "login.localhost:" + port
	if resp, err := http.DefaultClient.Do(request); err != nil {
		t.Error(err)
	} else if b, err := harness.BodyOf(&http.Request{Body: resp.Body}); err != nil || string(b) != "login for "+request.Host {
		t.Errorf("the provider's name leads to %q, %v", b, err)
	}

	content, rows := harness.Package(t, 500)
	if resp, _ := v.Submit(content); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("upload: %s", resp.Status)
	}
	one.process.Stop()
	for range 10 {
		if status, got := v.Rows(); status != http.StatusOK || got != rows {
			t.Errorf("with one instance stopped: status %d, %d rows, want %d", status, got, rows)
		}
	}
}

// toPort sends everything to a port of this machine.
type toPort string

func (p toPort) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := harness.BodyOf(r)
	if err != nil {
		return nil, err
	}
	return harness.PassOn(http.DefaultTransport, r, body, "127.0.0.1:"+string(p))
}
