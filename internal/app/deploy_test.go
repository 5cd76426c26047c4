package app

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// deployFile reads a file that a platform reads.
func deployFile(t *testing.T, name string) any {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if strings.HasSuffix(name, ".json") {
		err = json.Unmarshal(content, &v)
	} else {
		err = yaml.Unmarshal(content, &v)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// dig follows keys into what deployFile returned.
func dig[T any](t *testing.T, v any, keys ...string) T {
	t.Helper()
	for _, key := range keys {
		m, ok := v.(map[string]any)
		if !ok || m[key] == nil {
			t.Fatalf("nothing at %s of %v", key, keys)
		}
		v = m[key]
	}
	found, ok := v.(T)
	if !ok {
		t.Fatalf("%v is a %T", keys, v)
	}
	return found
}

// TestDeployFiles starts from what the files of deploy/ put into the program's
// environment: every name is one that it reads, and it takes every value.
func TestDeployFiles(t *testing.T) {
	environments := make(map[string]map[string]string)

	compose := deployFile(t, "deploy/compose.yaml")
	given := map[string]string{"SESSION_SECRET_KEY": testKey}
	password := filepath.Join(t.TempDir(), "redis_password")
	if err := os.WriteFile(password, []byte("0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, service := range []string{"one", "two"} {
		e := make(map[string]string)
		for name, value := range dig[map[string]any](t, compose, "services", service, "environment") {
			e[name] = strings.ReplaceAll(interpolated(t, fmt.Sprint(value), given), "/run/secrets/redis_password", password)
		}
		environments["compose "+service] = e
	}

	e := map[string]string{"K_SERVICE": "s"}
	for _, step := range dig[[]any](t, deployFile(t, "deploy/cloudrun/cloudbuild.yaml"), "steps") {
		for _, arg := range dig[[]any](t, step, "args") {
			if list, ok := strings.CutPrefix(arg.(string), "--set-env-vars="); ok {
				for pair := range strings.SplitSeq(list, ",") {
					name, value, _ := strings.Cut(pair, "=")
					e[name] = strings.ReplaceAll(value, "${_BUCKET}", "my-datasets")
				}
			}
			if secret, ok := strings.CutPrefix(arg.(string), "--set-secrets="); ok {
				name, _, _ := strings.Cut(secret, "=")
				e[name] = testKey
			}
		}
	}
	environments["Cloud Run"] = e

	function := dig[map[string]any](t, deployFile(t, "deploy/lambda/template.yaml"), "Resources", "Function", "Properties")
	e = map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "f"}
	for name, value := range dig[map[string]any](t, function, "Environment", "Variables") {
		e[name] = strings.ReplaceAll(value.(string), "${Datasets}", "my-datasets")
	}
	if !strings.HasPrefix(e["SESSION_SECRET_KEY"], "{{resolve:secretsmanager:") {
		t.Error("Lambda: the key does not come from Secrets Manager")
	}
	e["SESSION_SECRET_KEY"] = testKey
	if mode := dig[string](t, function, "FunctionUrlConfig", "InvokeMode"); mode != e["LAMBDA_INVOKE_MODE"] {
		t.Errorf("Lambda: the function URL is set up with %s, the program with %s", mode, e["LAMBDA_INVOKE_MODE"])
	}
	environments["Lambda"] = e

	read := make(map[string]bool)
	for _, v := range variables {
		read[v.name] = true
	}
	for where, e := range environments {
		if len(e) < 5 {
			t.Errorf("%s: %d variables found", where, len(e))
		}
		for name := range e {
			if !read[name] && name != "GOMEMLIMIT" { // Go's own
				t.Errorf("%s sets %s, which the program does not read", where, name)
			}
		}
		c, err := readConfig(func(name string) string { return e[name] }, math.MaxInt64)
		switch {
		case err != nil:
			t.Errorf("%s: %v", where, err)
		case !c.production || !c.secureCookies:
			t.Errorf("%s: production %v, secure cookies %v", where, c.production, c.secureCookies)
		case len(c.warnings) != 0:
			t.Errorf("%s: %v", where, c.warnings)
		}
	}

	if got := dig[string](t, deployFile(t, "deploy/azure/host.json"), "extensions", "http", "routePrefix"); got != "" {
		t.Errorf("Azure: paths begin with %q", got)
	}
	if !dig[bool](t, deployFile(t, "deploy/azure/host.json"), "customHandler", "enableForwardingHttpRequest") {
		t.Error("Azure: requests are not forwarded as they are")
	}
	in := dig[[]any](t, deployFile(t, "deploy/azure/app/function.json"), "bindings")[0]
	if route := dig[string](t, in, "route"); route != "{*path}" {
		t.Errorf("Azure: the function has the paths %s", route)
	}
	if got := dig[string](t, deployFile(t, "vercel.json"), "framework"); got != "go" {
		t.Errorf("Vercel: framework %s", got)
	}
}

var composeVariable = regexp.MustCompile(`\$\{(\w+)(:[-?])([^}]*)\}`)

// interpolated fills in what compose takes from its own environment.
func interpolated(t *testing.T, value string, given map[string]string) string {
	t.Helper()
	return composeVariable.ReplaceAllStringFunc(value, func(match string) string {
		parts := composeVariable.FindStringSubmatch(match)
		if got := given[parts[1]]; got != "" {
			return got
		}
		if parts[2] == ":?" {
			t.Fatalf("%s is not given", parts[1])
		}
		return parts[3]
	})
}

// The image is built from these folders alone; a package that is missing among
// them would fail the build on the platform.
func TestImageHasEverything(t *testing.T) {
	content, err := os.ReadFile("../../deploy/cloudrun/Dockerfile.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for line := range strings.Lines(string(content)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			allowed = append(allowed, name+"/...")
		}
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "../../cmd/server")
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	ours := 0
	for path := range strings.FieldsSeq(string(output)) {
		folder, ok := strings.CutPrefix(path, module+"/")
		if !ok {
			continue
		}
		ours++
		found := false
		for _, pattern := range allowed {
			found = found || fits(pattern, folder)
		}
		if !found {
			t.Errorf("%s is kept out of the image", folder)
		}
	}
	if ours < 10 {
		t.Errorf("%d packages of ours", ours)
	}
}

// TestProxyConfig goes the whole way through the proxy of compose.yaml, and on
// when an instance is stopped.
func TestProxyConfig(t *testing.T) {
	if _, err := exec.LookPath("caddy"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no caddy: install the package caddy")
		}
		t.Skip("no caddy: install the package caddy")
	}
	shared := t.TempDir()
	env := map[string]string{"DATASET_URL": "file://" + shared}
	one, two := startPlain(t, env, shared), startPlain(t, env, shared)
	port := servers.FreePort(t)
	caddy := exec.CommandContext(t.Context(), "caddy", "run", "--adapter", "caddyfile", "--config", "../../deploy/Caddyfile")
	home := t.TempDir()
	caddy.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "CADDY_ADMIN=127.0.0.1:"+servers.FreePort(t), "SITE=:"+port,
		fmt.Sprintf("INSTANCES=127.0.0.1:%s 127.0.0.1:%s", one.RoundTripper.(*forwarder).port, two.RoundTripper.(*forwarder).port))
	var log lockedBuffer
	caddy.Stdout, caddy.Stderr = &log, &log
	if err := caddy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.String())
		}
		_ = caddy.Process.Kill()
		_ = caddy.Wait()
	})
	(&process{t: t, cmd: caddy}).untilListening(port)

	front := toPort(port)
	v := newVisitor(t, front)
	journey(t, v, front)
	for _, i := range []*instance{one, two} {
		checkLog(t, i.process.log.String(), "")
	}

	content, rows := generated(t, 500)
	if resp, _ := v.submit(content); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("upload: %s", resp.Status)
	}
	one.process.stop()
	for range 10 {
		if status, got := v.rows(); status != http.StatusOK || got != rows {
			t.Errorf("with one instance stopped: status %d, %d rows, want %d", status, got, rows)
		}
	}
}

// toPort sends everything to a port of this machine.
type toPort string

func (p toPort) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	return passOn(http.DefaultTransport, r, body, "127.0.0.1:"+string(p))
}

// The probe of an image without a shell says what /readyz says.
func TestProbe(t *testing.T) {
	s := startTestServer(t, nil)
	getenv := func(name string) string { return s.env[name] }
	if err := Run(t.Context(), []string{"probe"}, getenv, nil, nil); err != nil {
		t.Errorf("a server that is ready: %v", err)
	}
	away := startTestServer(t, map[string]string{"SESSION_STORE": "redis", "REDIS_URL": "redis://127.0.0.1:" + servers.FreePort(t)})
	if err := Run(t.Context(), []string{"probe"}, func(name string) string { return away.env[name] }, nil, nil); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("a server without its Redis: %v", err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	begun := time.Now()
	if err := Run(t.Context(), []string{"probe"}, getenv, nil, nil); err == nil || time.Since(begun) > probeTime {
		t.Errorf("nobody there: %v after %s", err, time.Since(begun))
	}
}
