package platform

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestComposeServices: what is not ours has an exact version, and all of it says
// whether it is well.
func TestComposeServices(t *testing.T) {
	versioned := regexp.MustCompile(`^[a-z0-9./-]+:v?\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$`)
	for name, service := range harness.Dig[map[string]any](t, harness.DeployFile(t, "deploy/compose.yaml"), "services") {
		if image := harness.Dig[string](t, service, "image"); image != "spotify-data-tool" && !versioned.MatchString(image) {
			t.Errorf("%s: %s is no exact version", name, image)
		}
		if test := harness.Dig[[]any](t, service, "healthcheck", "test"); len(test) == 0 {
			t.Errorf("%s says nothing of its health", name)
		}
	}
}

// TestComposeHousehold: with what the top of compose.yaml says to set, the instances
// and the provider know each other, and the proxy knows both.
func TestComposeHousehold(t *testing.T) {
	compose := harness.DeployFile(t, "deploy/compose.yaml")
	given := map[string]string{
		"SITE": "music.example.org", "SESSION_SECRET_KEY": harness.SessionKey, "REDIS_PASSWORD": "x",
		"LOGIN_HOST": "login.example.org", "PUBLIC_URL": "https://music.example.org", "SIGN_IN": "required", "OIDC_ISSUER": "https://login.example.org",
		"OIDC_CLIENT_ID": "music", "OIDC_CLIENT_SECRET": "only for tests", "OIDC_ALLOWED": "example.org", "ACCOUNT_SECRET_KEY": "only for tests: 8cJq2LxVn5bTz4gHs6jRp1Wd",
		"HOUSEHOLD_EMAIL": "anna@example.org", "HOUSEHOLD_HASH": "$2y$10$abc",
	}
	said := harness.ReadText(t, harness.Root()+"/deploy/compose.yaml")
	for name := range given {
		if !strings.Contains(said, "#   "+name+"=") {
			t.Errorf("the top of compose.yaml does not say to set %s", name)
		}
	}

	login := harness.Dig[map[string]any](t, compose, "services", "login")
	if profiles := fmt.Sprint(login["profiles"]); profiles != "[household]" {
		t.Errorf("profiles of the provider: %s", profiles)
	}
	var provider struct {
		Issuer  string
		Web     struct{ HTTP string }
		Clients []struct {
			ID, Secret string
			Redirects  []string `yaml:"redirectURIs"`
		} `yaml:"staticClients"`
		People []struct{ Email, Hash string } `yaml:"staticPasswords"`
	}
	content := harness.Interpolated(t, harness.Dig[string](t, compose, "configs", "login", "content"), given)
	if err := yaml.Unmarshal([]byte(content), &provider); err != nil {
		t.Fatalf("%v in %s", err, content)
	}

	environment := make(map[string]string)
	for name, value := range harness.Dig[map[string]any](t, compose, "services", "one", "environment") {
		environment[name] = harness.Interpolated(t, fmt.Sprint(value), given)
	}
	if provider.Issuer != environment["OIDC_ISSUER"] || len(provider.Clients) != 1 || len(provider.People) != 1 {
		t.Fatalf("provider: %+v", provider)
	}
	client := provider.Clients[0]
	if client.ID != environment["OIDC_CLIENT_ID"] || client.Secret != environment["OIDC_CLIENT_SECRET"] || fmt.Sprint(client.Redirects) != "["+environment["PUBLIC_URL"]+"/login/callback]" {
		t.Errorf("client: %+v", client)
	}
	if person := provider.People[0]; person.Email != given["HOUSEHOLD_EMAIL"] || person.Hash != given["HOUSEHOLD_HASH"] {
		t.Errorf("person: %+v", person)
	}
	proxy := harness.Dig[map[string]any](t, compose, "services", "proxy")
	site := harness.Interpolated(t, harness.Dig[string](t, proxy, "environment", "LOGIN_SITE"), given)
	alias := harness.Interpolated(t, harness.Dig[[]any](t, proxy, "networks", "default", "aliases")[0].(string), given)
	if "https://"+site != provider.Issuer || alias != site {
		t.Errorf("the proxy answers for %s, and is %s to the instances", site, alias)
	}
	_, port, _ := strings.Cut(provider.Web.HTTP, ":")
	if caddy := harness.ReadText(t, harness.Root()+"/deploy/Caddyfile"); !strings.Contains(caddy, "{$LOGIN:login:"+port+"}") {
		t.Errorf("the proxy does not know the provider's port %s", port)
	}
}
