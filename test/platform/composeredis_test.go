package platform

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gomodule/redigo/redis"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// composeUser is the program's user in the Redis of compose.yaml.
const composeUser = "spotify-data-tool"

// composeRedis starts Redis with the very command and configuration of
// compose.yaml. A second user, without whom nobody could look on, is added.
func composeRedis(t *testing.T) (address, passwordFile string) {
	t.Helper()
	servers.Program(t, "redis-server")
	compose := harness.DeployFile(t, "deploy/compose.yaml")
	dir, port := t.TempDir(), servers.FreePort(t)
	passwordFile = filepath.Join(dir, "redis_password")
	config := harness.Dig[string](t, compose, "configs", "redis", "content") + fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nuser onlooker on nopass ~* +@all\n", port, dir)
	for path, content := range map[string]string{passwordFile: "a password #1 with more\n", filepath.Join(dir, "redis.conf"): config} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(config, "${") {
		t.Errorf("a variable stands in the configuration: %s", config)
	}
	inHere := strings.NewReplacer("$$", "$", "/run/secrets/redis_password", passwordFile, "/etc/redis.conf", filepath.Join(dir, "redis.conf"),
		"docker-entrypoint.sh ", "", "redis-cli ", "redis-cli -p "+port+" ")
	var arguments []string
	for _, argument := range harness.Dig[[]any](t, compose, "services", "redis", "command") {
		arguments = append(arguments, inHere.Replace(argument.(string)))
	}
	// The health check of compose.yaml says when it is there, and not before.
	check := inHere.Replace(harness.Dig[[]any](t, compose, "services", "redis", "healthcheck", "test")[1].(string))
	servers.Run(t, func() *exec.Cmd { return exec.Command(arguments[0], arguments[1:]...) }, func() error {
		return exec.Command("sh", "-c", check).Run()
	})
	return "127.0.0.1:" + port, passwordFile
}

var statistic = regexp.MustCompile(`cmdstat_([a-z_|]+):calls=(\d+),.*rejected_calls=(\d+),failed_calls=(\d+)`)

// TestComposeRedis goes the whole way with sessions and data in the Redis of
// compose.yaml: its user may do all that the program does, and nothing else.
func TestComposeRedis(t *testing.T) {
	address, passwordFile := composeRedis(t)
	env := make(map[string]string)
	for name, value := range harness.Dig[map[string]any](t, harness.DeployFile(t, "deploy/compose.yaml"), "services", "one", "environment") {
		env[name] = harness.Interpolated(t, fmt.Sprint(value), map[string]string{"SESSION_SECRET_KEY": harness.SessionKey})
		env[name] = strings.NewReplacer("redis:6379", address, "/run/secrets/redis_password", passwordFile).Replace(env[name])
	}
	env["SESSION_COOKIE_SECURE"] = "true" // a proxy ends TLS here
	delete(env, "PORT")
	front := startPlain(t, env)
	v := harness.NewVisitor(t, front)
	journey(t, v, front)

	onlooker, err := redis.Dial("tcp", address, redis.DialUsername("onlooker"), redis.DialPassword("any"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = onlooker.Close() }()
	users, err := redis.Strings(onlooker.Do("ACL", "LIST"))
	if err != nil {
		t.Fatal(err)
	}
	may := make(map[string]bool)
	for _, user := range users {
		if rights, ok := strings.CutPrefix(user, "user "+composeUser+" "); ok {
			for right := range strings.FieldsSeq(rights) {
				if command, ok := strings.CutPrefix(right, "+"); ok {
					may[command] = true
				}
			}
		}
	}
	statistics, err := redis.String(onlooker.Do("INFO", "commandstats"))
	if err != nil {
		t.Fatal(err)
	}
	did := make(map[string]bool)
	for _, found := range statistic.FindAllStringSubmatch(statistics, -1) {
		command := strings.ReplaceAll(found[1], "|", " ")
		if found[3] != "0" {
			t.Errorf("%s was refused %s times", command, found[3])
		}
		did[command] = true
	}
	// Some are needed seldom: those stand in the sources.
	for _, command := range commandsInSources(t, onlooker) {
		did[command] = true
		if !may[command] {
			t.Errorf("the program knows %s, which the user may not", command)
		}
	}
	for command := range may {
		if !did[command] {
			t.Errorf("the user may %s, which the program does not", command)
		}
	}
	if len(may) < 8 {
		t.Errorf("rights: %v in %q", may, users)
	}

	password, err := os.ReadFile(passwordFile)
	if err != nil {
		t.Fatal(err)
	}
	program, err := redis.Dial("tcp", address, redis.DialUsername(composeUser), redis.DialPassword(strings.TrimSpace(string(password))))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = program.Close() }()
	for _, command := range [][]any{
		{"GET", "other"}, {"SET", "other", "x"}, {"FLUSHALL"}, {"KEYS", "*"}, {"CONFIG", "GET", "*"}, {"ACL", "LIST"}, {"EVAL", "return 1", "0"},
		{"SAVE"}, {"MONITOR"}, {"SUBSCRIBE", "x"}, {"RENAME", "blob:a", "blob:b"},
	} {
		if _, err := program.Do(command[0].(string), command[1:]...); !isRefused(err) {
			t.Errorf("%v: %v", command, err)
		}
	}
	// Without a user there is nothing.
	nobody, err := redis.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = nobody.Close() }()
	if _, err := nobody.Do("PING"); !isRefused(err) {
		t.Errorf("without a user: %v", err)
	}
	for _, password := range []string{"", "any", string(password)} {
		if _, err := nobody.Do("AUTH", "default", password); !isRefused(err) {
			t.Errorf("the default user with %q: %v", password, err)
		}
	}
}

var capitals = regexp.MustCompile(`"([A-Z]{3,})"`)

// commandsInSources are the words in what talks to Redis that are commands of
// its.
func commandsInSources(t *testing.T, conn redis.Conn) (commands []string) {
	t.Helper()
	for _, pattern := range []string{"../../internal/bucket/redis/*.go", "../../sessions/redis*.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v, %v", pattern, paths, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for _, found := range capitals.FindAllStringSubmatch(harness.ReadText(t, path), -1) {
				info, err := redis.Values(conn.Do("COMMAND", "INFO", found[1]))
				if err != nil {
					t.Fatal(err)
				}
				if len(info) == 1 && info[0] != nil {
					commands = append(commands, strings.ToLower(found[1]))
				}
			}
		}
	}
	return commands
}

// isRefused reports whether Redis said that somebody must not do this.
func isRefused(err error) bool {
	var refusal redis.Error
	return errors.As(err, &refusal) && slices.ContainsFunc([]string{"NOPERM", "NOAUTH", "WRONGPASS"}, func(code string) bool { return strings.HasPrefix(string(refusal), code) })
}

// The password of Redis is in no environment, where whoever may look at a
// container would see it.
func TestComposeSecrets(t *testing.T) {
	compose := harness.DeployFile(t, "deploy/compose.yaml")
	for name, service := range harness.Dig[map[string]any](t, compose, "services") {
		service := service.(map[string]any)
		environment, _ := service["environment"].(map[string]any) // some have none
		for variable, value := range environment {
			if text := fmt.Sprint(value); strings.Contains(text, "REDIS_PASSWORD") || strings.Contains(text, "default:") {
				t.Errorf("%s: %s=%s", name, variable, text)
			}
		}
	}
}
