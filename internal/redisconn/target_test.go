package redisconn

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

func TestURLs(t *testing.T) {
	for rawURL, want := range map[string]target{
		"redis://h":                      {addresses: []string{"h:6379"}},
		"redis://h/":                     {addresses: []string{"h:6379"}},
		"redis://h:1/5":                  {addresses: []string{"h:1"}, database: 5},
		"redis://[::1]:1?prefix=app:":    {addresses: []string{"[::1]:1"}, prefix: "app:"},
		"redis://ada:pass%2Fword%40@h:1": {addresses: []string{"h:1"}, username: "ada", password: "pass/word@"},
		"redis://:secret@h":              {addresses: []string{"h:6379"}, password: "secret"},
		"redis://secret@h":               {addresses: []string{"h:6379"}, password: "secret"},
		"redis+sentinel://u:p@a:1,b,[::1]:2/mymaster/3?sentinel_username=s&sentinel_password=q": {
			topology: sentinel, addresses: []string{"a:1", "b:26379", "[::1]:2"}, username: "u", password: "p",
			primary: "mymaster", database: 3, sentinelUsername: "s", sentinelPassword: "q"},
		"redis+cluster://u:p@a,b:2": {topology: cluster, addresses: []string{"a:6379", "b:2"}, username: "u", password: "p"},
	} {
		if got, err := parse(rawURL); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v, %v\nwant %+v", rawURL, got, err, want)
		}
	}
	got, err := parse("rediss://h?server_name=redis.example")
	if err != nil || got.tls == nil || got.tls.ServerName != "redis.example" || got.tls.InsecureSkipVerify {
		t.Errorf("TLS: %+v, %v", got.tls, err)
	}
}

// A password may lie in a file, where containers and platforms put secrets.
func TestPasswordFile(t *testing.T) {
	file := passwordFile(t, "pass/word@ #1\r\n")
	for rawURL, user := range map[string]string{
		"redis://ada@h":                    "ada",
		"redis://h":                        "",
		"redis+cluster://ada@a,b:2":        "ada",
		"redis+sentinel://ada@a/mymaster":  "ada",
		"rediss+sentinel://ada@a/mymaster": "ada",
	} {
		if got, err := parse(rawURL + "?password_file=" + file); err != nil || got.username != user || got.password != "pass/word@ #1" {
			t.Errorf("%s: %+v, %v", rawURL, got, err)
		}
	}
}

func passwordFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestURLsThatAreRefused(t *testing.T) {
	certificate, _ := servers.Certificate(t)
	for rawURL, want := range map[string]string{
		"":                                       "must begin",
		"redis:hunter2":                          "must begin",
		"http://hunter2@host":                    "must begin",
		"host:6379":                              "must begin",
		"redis://a b:hunter2@host":               "cannot be parsed",
		"redis://:hunter2@host:port":             "cannot be parsed",
		"redis://":                               "no host",
		"redis://:hunter2@/1":                    "no host",
		"redis+cluster://:hunter2@a,":            "no host",
		"redis://:hunter2@host/main":             "database number",
		"redis://:hunter2@host/-1":               "database number",
		"redis://:hunter2@host/1/2":              "database number",
		"redis://:hunter2@a,b":                   "several hosts",
		"redis+sentinel://:hunter2@host":         "name the primary",
		"redis+cluster://:hunter2@host/2":        "cannot name a database",
		"redis://:hunter2@host?ca=/etc/ca":       `parameter "ca"`,
		"redis://:hunter2@host?db=1":             `parameter "db"`,
		"redis://:hunter2@host?prefix={a}":       "braces",
		"rediss://:hunter2@host?ca=/no/file":     "read ca",
		"rediss://:hunter2@host?ca=target.go":    "no certificate",
		"rediss://hunter2@h?cert=" + certificate: "belong together",

		"redis://ada@h?password_file=/no/file":                              "read password_file",
		"redis://ada:hunter2@h?password_file=" + passwordFile(t, "hunter2"): "beside password_file",
		"redis://ada@h?password_file=" + passwordFile(t, "\n"):              "is empty",
	} {
		err := Check(rawURL)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", rawURL, err, want)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}
