package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/app"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestDeployFiles starts from what the files of deploy/ put into the program's
// environment: every name is one that it reads, and it takes every value.
func TestDeployFiles(t *testing.T) {
	environments := make(map[string]map[string]string)

	compose := harness.DeployFile(t, "deploy/compose.yaml")
	given := map[string]string{"SESSION_SECRET_KEY": harness.SessionKey}
	household := map[string]string{
		"SESSION_SECRET_KEY": harness.SessionKey, "PUBLIC_URL": "https://music.example.org", "SIGN_IN": "required", "OIDC_ISSUER": "https://login.example.org",
		"OIDC_CLIENT_ID": "music", "OIDC_CLIENT_SECRET": "only for tests", "OIDC_ALLOWED": "example.org", "ACCOUNT_SECRET_KEY": "only for tests: 8cJq2LxVn5bTz4gHs6jRp1Wd",
	}
	password := filepath.Join(t.TempDir(), "redis_password")
	if err := os.WriteFile(password, []byte("0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	for where, given := range map[string]map[string]string{"compose": given, "compose for a household": household} {
		for _, service := range []string{"one", "two"} {
			e := make(map[string]string)
			for name, value := range harness.Dig[map[string]any](t, compose, "services", service, "environment") {
				e[name] = strings.ReplaceAll(harness.Interpolated(t, fmt.Sprint(value), given), "/run/secrets/redis_password", password)
			}
			environments[where+", "+service] = e
		}
	}

	e := map[string]string{"K_SERVICE": "s"}
	for _, step := range harness.Dig[[]any](t, harness.DeployFile(t, "deploy/cloudrun/cloudbuild.yaml"), "steps") {
		for _, arg := range harness.Dig[[]any](t, step, "args") {
			if list, ok := strings.CutPrefix(arg.(string), "--set-env-vars="); ok {
				for pair := range strings.SplitSeq(list, ",") {
					name, value, _ := strings.Cut(pair, "=")
					e[name] = strings.ReplaceAll(value, "${_BUCKET}", "my-datasets")
				}
			}
			if secret, ok := strings.CutPrefix(arg.(string), "--set-secrets="); ok {
				name, _, _ := strings.Cut(secret, "=")
				e[name] = harness.SessionKey
			}
		}
	}
	environments["Cloud Run"] = e

	function := harness.Dig[map[string]any](t, harness.DeployFile(t, "deploy/lambda/template.yaml"), "Resources", "Function", "Properties")
	e = map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "f"}
	for name, value := range harness.Dig[map[string]any](t, function, "Environment", "Variables") {
		e[name] = strings.ReplaceAll(value.(string), "${Datasets}", "my-datasets")
	}
	if !strings.HasPrefix(e["SESSION_SECRET_KEY"], "{{resolve:secretsmanager:") {
		t.Error("Lambda: the key does not come from Secrets Manager")
	}
	e["SESSION_SECRET_KEY"] = harness.SessionKey
	if mode := harness.Dig[string](t, function, "FunctionUrlConfig", "InvokeMode"); mode != e["LAMBDA_INVOKE_MODE"] {
		t.Errorf("Lambda: the function URL is set up with %s, the program with %s", mode, e["LAMBDA_INVOKE_MODE"])
	}
	environments["Lambda"] = e

	for where, e := range environments {
		if len(e) < 5 {
			t.Errorf("%s: %d variables found", where, len(e))
		}
		for name := range e {
			if !app.Reads(name) && name != "GOMEMLIMIT" { // Go's own
				t.Errorf("%s sets %s, which the program does not read", where, name)
			}
		}
		production, secure, warnings, err := app.CheckConfig(func(name string) string { return e[name] })
		switch {
		case err != nil:
			t.Errorf("%s: %v", where, err)
		case !production || !secure:
			t.Errorf("%s: production %v, secure cookies %v", where, production, secure)
		case len(warnings) != 0:
			t.Errorf("%s: %v", where, warnings)
		}
	}

	if got := harness.Dig[string](t, harness.DeployFile(t, "deploy/azure/host.json"), "extensions", "http", "routePrefix"); got != "" {
		t.Errorf("Azure: paths begin with %q", got)
	}
	if !harness.Dig[bool](t, harness.DeployFile(t, "deploy/azure/host.json"), "customHandler", "enableForwardingHttpRequest") {
		t.Error("Azure: requests are not forwarded as they are")
	}
	in := harness.Dig[[]any](t, harness.DeployFile(t, "deploy/azure/app/function.json"), "bindings")[0]
	if route := harness.Dig[string](t, in, "route"); route != "{*path}" {
		t.Errorf("Azure: the function has the paths %s", route)
	}
	if got := harness.Dig[string](t, harness.DeployFile(t, "vercel.json"), "framework"); got != "go" {
		t.Errorf("Vercel: framework %s", got)
	}
}
