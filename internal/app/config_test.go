package app

import (
	"flag"
	"fmt"
	"log/slog"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/signin"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

const testKey = "Yq3v0kM2s8Zr5tW7xB1nD4fG6hJ9lP0a"

func env(pairs ...string) func(string) string {
	values := make(map[string]string)
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	return func(name string) string { return values[name] }
}

func TestDefaults(t *testing.T) {
	c, err := readConfig(env(), math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.sessions.SecretKey) < 32 {
		t.Errorf("generated key has %d characters", len(c.sessions.SecretKey))
	}
	if len(c.warnings) != 1 || !strings.Contains(c.warnings[0], "SESSION_SECRET_KEY is not set") || strings.Contains(c.warnings[0], c.sessions.SecretKey) {
		t.Errorf("warnings: %q", c.warnings)
	}
	again, err := readConfig(env(), math.MaxInt64)
	if err != nil || again.sessions.SecretKey == c.sessions.SecretKey {
		t.Errorf("two starts have the same key (%v)", err)
	}
	c.sessions.SecretKey, c.warnings = "", nil
	want := config{
		address:           ":8080",
		datasetURL:        "file:./data",
		datasetCacheBytes: 512 << 20,
		workBytes:         4 << 30,
		uploadBytes:       512 << 20,
		uploadHourlyBytes: 2048 << 20,
		sessions:          sessions.Config{Store: "cookie", Lifetime: 168 * time.Hour},
		signIn:            "off",
		accounts:          accountstore.Config{Lifetime: 90 * 24 * time.Hour},
		reel:              true,
		logLevel:          slog.LevelInfo,
		securityContacts:  []string{securityPolicy},
	}
	if got := fmt.Sprintf("%+v", c); got != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %s\nwant %+v", got, want)
	}
}

func TestEverythingSet(t *testing.T) {
	c, err := readConfig(env(
		"APP_ENV=production", "PORT=9000", "LAMBDA_INVOKE_MODE=RESPONSE_STREAM", "HOST=10.0.0.1", "DATASET_URL=file:///srv/data", "DATASET_CACHE_MB=0",
		"UPLOAD_MAX_MB=64", "UPLOAD_HOURLY_MB=0", "CLIENT_ADDRESS_HEADER=X-Real-Ip", "SESSION_STORE=redis", "REDIS_URL=rediss://u:p@redis:6379/1", "SESSION_SECRET_KEY="+testKey+"\n",
		"SESSION_SECRET_KEY_PREVIOUS=old-"+testKey+" , older-"+testKey, "SESSION_LIFETIME=12h", "SESSION_IDLE=30m",
		"SESSION_NOT_BEFORE=2026-03-01T12:00:00Z", "SESSION_COOKIE_SECURE=false", "LOG_LEVEL=warn", "LOG_FORMAT=text",
		"SIGN_IN=required", "OIDC_ISSUER=https://id.example.org/realms/home", "OIDC_CLIENT_ID=music", "OIDC_CLIENT_SECRET=s", "OIDC_TRUST_EMAIL=true",
		"OIDC_ALLOWED= Anna@Example.org, @family.example , house.example", "PUBLIC_URL=https://music.example.org/",
		"ACCOUNT_SECRET_KEY="+accountKeyOfTest, "ACCOUNT_SECRET_KEY_PREVIOUS=old-"+accountKeyOfTest, "ACCOUNT_LIFETIME=720h",
		"REEL=off", "SECURITY_CONTACT=mailto:security@example.org",
	), math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	want := config{
		production: true, address: "10.0.0.1:9000", lambdaStream: true, datasetURL: "file:///srv/data", workBytes: 4 << 30, uploadBytes: 64 << 20, addressHeader: "X-Real-Ip",
		redisURL: "rediss://u:p@redis:6379/1", logLevel: slog.LevelWarn, sessions: sessions.Config{
			Store: "redis", SecretKey: testKey, PreviousSecretKeys: []string{"old-" + testKey, "older-" + testKey},
			Lifetime: 12 * time.Hour, IdleTimeout: 30 * time.Minute, NotBefore: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		},
		signIn: "required", publicURL: "https://music.example.org", oidc: signin.Config{
			Issuer: "https://id.example.org/realms/home", ClientID: "music", ClientSecret: "s",
			Allowed: []string{"anna@example.org", "family.example", "house.example"}, TrustEmail: true,
		},
		accounts:         accountstore.Config{Secret: accountKeyOfTest, PreviousSecrets: []string{"old-" + accountKeyOfTest}, Lifetime: 720 * time.Hour},
		securityContacts: []string{"mailto:security@example.org"},
	}
	if got := fmt.Sprintf("%+v", c); got != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %s\nwant %+v", got, want)
	}
}

// What production and platforms change.
func TestPlatforms(t *testing.T) {
	for _, test := range []struct {
		env      string
		platform platform
		address  string
		header   string // that tells a client's address
	}{
		{"APP_ENV=production", noPlatform, ":8080", ""},
		{"VERCEL=1 AWS_LAMBDA_FUNCTION_NAME=f PORT=3000", vercel, ":3000", "X-Vercel-Forwarded-For"},
		{"AWS_LAMBDA_FUNCTION_NAME=f", lambda, ":8080", ""},
		{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001", lambda, ":8080", ""},
		{"FUNCTIONS_WORKER_RUNTIME=custom FUNCTIONS_CUSTOMHANDLER_PORT=7071 PORT=1", azureFunctions, ":7071", "X-Forwarded-For"},
		{"K_SERVICE=s PORT=8081 APP_ENV=development", cloudRun, ":8081", "X-Forwarded-For"},
		{"K_SERVICE=s CLIENT_ADDRESS_HEADER=CF-Connecting-IP", cloudRun, ":8080", "CF-Connecting-IP"},
	} {
		t.Run(test.env, func(t *testing.T) {
			pairs := strings.Fields(test.env)
			c, err := readConfig(env(append(pairs, "SESSION_SECRET_KEY="+testKey)...), math.MaxInt64)
			if err != nil {
				t.Fatal(err)
			}
			if c.platform != test.platform || c.address != test.address || c.addressHeader != test.header || !c.production || !c.sessions.Secure || !c.logJSON {
				t.Errorf("%+v", c)
			}
			if warned := strings.Contains(strings.Join(c.warnings, "\n"), "DATASET_URL names a local folder"); warned != (test.platform != noPlatform) {
				t.Errorf("warnings: %q", c.warnings)
			}
			for _, weak := range []string{"", "short", strings.Repeat("ab", 20)} {
				_, err := readConfig(env(append(pairs, "SESSION_SECRET_KEY="+weak)...), math.MaxInt64)
				if err == nil || !strings.Contains(err.Error(), "SESSION_SECRET_KEY environment variable is required") ||
					!strings.Contains(err.Error(), "openssl rand -base64 32") {
					t.Errorf("with the key %q: %v", weak, err)
				}
				if weak != "" && err != nil && strings.Contains(err.Error(), weak) {
					t.Errorf("the error shows the key: %v", err)
				}
			}
		})
	}
}

// A key that is there but weak is a mistake in development too.
func TestWeakKeyInDevelopment(t *testing.T) {
	if _, err := readConfig(env("SESSION_SECRET_KEY=short"), math.MaxInt64); err == nil {
		t.Fatal("no error")
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := readConfig(env(
		"APP_ENV=prod", "PORT=http", "LAMBDA_INVOKE_MODE=response_stream", "DATASET_CACHE_MB=-1", "UPLOAD_MAX_MB=0", "UPLOAD_HOURLY_MB=-1", "CLIENT_ADDRESS_HEADER=X Real", "SESSION_STORE=memcached",
		"REDIS_URL=http://u:hunter2@h", "SESSION_SECRET_KEY=hunter2", "SESSION_SECRET_KEY_PREVIOUS=hunter2",
		"SESSION_LIFETIME=7d", "SESSION_IDLE=soon", "SESSION_NOT_BEFORE=yesterday", "SESSION_COOKIE_SECURE=yes", "LOG_LEVEL=loud", "LOG_FORMAT=xml",
	), math.MaxInt64)
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{
		"APP_ENV", "PORT", "LAMBDA_INVOKE_MODE", "DATASET_CACHE_MB", "UPLOAD_MAX_MB", "SESSION_STORE", "REDIS_URL", "SESSION_SECRET_KEY",
		"SESSION_SECRET_KEY_PREVIOUS", "SESSION_LIFETIME", "SESSION_IDLE", "SESSION_NOT_BEFORE", "SESSION_COOKIE_SECURE", "LOG_LEVEL", "LOG_FORMAT",
	} {
		if !strings.Contains("\n"+err.Error(), "\n"+name+" ") {
			t.Errorf("%s is not reported in:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret is told:\n%v", err)
	}
}

// One Redis is enough for everything, unless told otherwise.
func TestDatasetsGoWhereSessionsAre(t *testing.T) {
	for pairs, want := range map[string]string{
		"":                    "file:./data",
		"REDIS_URL=redis://h": "file:./data",
		"SESSION_STORE=redis REDIS_URL=redis+sentinel://a,b/m":                "redis+sentinel://a,b/m",
		"SESSION_STORE=redis REDIS_URL=redis://h DATASET_URL=file:///srv":     "file:///srv",
		"SESSION_STORE=redis REDIS_URL=redis://h DATASET_URL=s3://b?region=x": "s3://b?region=x",
		"DATASET_URL=redis+cluster://a:1,b:2?prefix=x:":                       "redis+cluster://a:1,b:2?prefix=x:",
	} {
		c, err := readConfig(env(strings.Fields(pairs)...), math.MaxInt64)
		if err != nil || c.datasetURL != want {
			t.Errorf("%s: %q, %v, want %q", pairs, c.datasetURL, err, want)
		}
	}
	if _, err := readConfig(env("SESSION_STORE=redis"), math.MaxInt64); strings.Count(err.Error(), "\n") != 0 {
		t.Errorf("one mistake is reported twice: %v", err)
	}
}

func TestIdleTimeoutHasBounds(t *testing.T) {
	for pairs, want := range map[string]time.Duration{
		"":                 0,
		"SESSION_IDLE=":    0,
		"SESSION_IDLE=1m":  time.Minute,
		"SESSION_IDLE=59s": -1, "SESSION_IDLE=0": -1, "SESSION_IDLE=30": -1, "SESSION_IDLE=-5m": -1,
		"SESSION_IDLE=168h": 168 * time.Hour, "SESSION_IDLE=169h": -1,
		"SESSION_IDLE=13h SESSION_LIFETIME=12h": -1,
	} {
		c, err := readConfig(env(strings.Fields(pairs)...), math.MaxInt64)
		if want < 0 {
			if err == nil || !strings.HasPrefix(err.Error(), "SESSION_IDLE is") {
				t.Errorf("%s: %v", pairs, err)
			}
		} else if err != nil || c.sessions.IdleTimeout != want {
			t.Errorf("%s: %s, %v", pairs, c.sessions.IdleTimeout, err)
		}
	}
}

func TestRedisNeedsItsURL(t *testing.T) {
	_, err := readConfig(env("SESSION_STORE=redis"), math.MaxInt64)
	if err == nil || !strings.Contains(err.Error(), "REDIS_URL environment variable is required") {
		t.Fatal(err)
	}
}

// The table is what the program reads, no more and no less.
func TestVariablesAreThoseThatAreRead(t *testing.T) {
	read := make(map[string]bool)
	if _, err := readConfig(func(name string) string { read[name] = true; return "" }, math.MaxInt64); err != nil {
		t.Fatal(err)
	}
	for _, v := range variables {
		if !read[v.name] {
			t.Errorf("%s is in the table, but nobody reads it", v.name)
		}
		delete(read, v.name)
	}
	for name := range read {
		t.Errorf("%s is read, but not in the table", name)
	}
}

// docs/config.md holds the table. go test ./internal/app -run Documented -update
// writes it.
func TestVariablesAreDocumented(t *testing.T) {
	const path, begin, end = "../../docs/config.md", "<!-- variables -->\n", "<!-- end of variables -->\n"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(content), begin)
	documented, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks the marks around its table", path)
	}
	var table strings.Builder
	table.WriteString("| Variable | Default | Meaning |\n|---|---|---|\n")
	for _, v := range variables {
		fallback := v.fallback
		if !strings.HasPrefix(fallback, "(") {
			fallback = "`" + fallback + "`"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", v.name, fallback, v.meaning)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+table.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if documented == table.String() {
		return
	}
	got, want := strings.Split(documented, "\n"), strings.Split(table.String(), "\n")
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("missing: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("not so in the program: %s", line)
		}
	}
	t.Error("the tables differ")
}

// What is wrong with the sign-in is told with everything else.
func TestSignInProblems(t *testing.T) {
	for _, test := range []struct {
		env  string
		want string // "" is none
	}{
		{"SIGN_IN=optional OIDC_ISSUER=https://id.example.org OIDC_CLIENT_ID=music", ""},
		{"SIGN_IN=optional OIDC_ISSUER=http://localhost:9000 OIDC_CLIENT_ID=music PUBLIC_URL=http://localhost:8080", ""},
		{"SIGN_IN=maybe", "SIGN_IN is"},
		{"SIGN_IN=required OIDC_CLIENT_ID=music", "OIDC_ISSUER environment variable is required"},
		{"SIGN_IN=required OIDC_ISSUER=https://id.example.org", "OIDC_CLIENT_ID environment variable is required"},
		{"OIDC_ISSUER=http://id.example.org", "OIDC_ISSUER must begin with https"},
		{"OIDC_ISSUER=id.example.org", "OIDC_ISSUER must be"},
		{"OIDC_ISSUER=https://id.example.org?x=1", "OIDC_ISSUER must be"},
		{"OIDC_ALLOWED=*@example.org", "OIDC_ALLOWED has"},
		{"OIDC_ALLOWED=anna@example.org,org", "OIDC_ALLOWED has"},
		{"OIDC_ALLOWED=a@b@example.org", "OIDC_ALLOWED has"},
		{"OIDC_TRUST_EMAIL=yes", "OIDC_TRUST_EMAIL is"},
		{"PUBLIC_URL=https://music.example.org/tool", "PUBLIC_URL must be"},
		{"PUBLIC_URL=music.example.org", "PUBLIC_URL must be"},
		{"PUBLIC_URL=http://music.example.org SESSION_COOKIE_SECURE=true", "PUBLIC_URL begins with http:"},
	} {
		_, err := readConfig(env(append(strings.Fields(test.env), "PORT=x")...), math.MaxInt64)
		if err == nil || !strings.Contains(err.Error(), "PORT is") || test.want != "" && !strings.Contains(err.Error(), test.want) || test.want == "" && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", test.env, err)
		}
	}
}
