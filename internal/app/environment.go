package app

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A variable is one the program reads. docs/config.md is made of this table.
type variable struct {
	name, fallback, meaning string
}

// variables is every environment variable the program reads. A fallback in
// parentheses describes what happens without the variable.
var variables = []variable{
	{"APP_ENV", "development", "`development` or `production`. On a detected platform it is `production` whatever is set here."},
	{"PORT", "8080", "Port to listen on. `0` takes any free one; the line printed at the start names it."},
	{"HOST", "(none)", "Address to listen on; every interface without it. `localhost` keeps the page to this machine."},
	{"LAMBDA_INVOKE_MODE", "BUFFERED", "On AWS Lambda the invoke mode of the function URL, `BUFFERED` or `RESPONSE_STREAM`. It must be the one the URL is set up with. An HTTP API in front is always buffered."},
	{"DATASET_URL", "(see meaning)", "Where datasets are kept: a [bucket](#buckets) in a folder, in Redis, S3, Google Cloud Storage or Azure Blob Storage. Instances that share sessions must share this too. Without it: `REDIS_URL` with `SESSION_STORE=redis`, otherwise the folder `file:./data`."},
	{"DATASET_CACHE_MB", "(see meaning)", "Memory for opened datasets, in MB. Without it: 512, or a third of the memory limit (`GOMEMLIMIT`) where that is less. `0` opens a dataset anew for every request."},
	{"UPLOAD_MAX_MB", "512", "Size of one upload, in MB, all its files together. Files are spooled to the system's temporary folder (`TMPDIR`) while they are read."},
	{"UPLOAD_HOURLY_MB", "(see meaning)", "What one network address may upload to an instance in an hour, in MB; beyond it [people are asked to wait](deployment.md#against-abuse). Without it: four times `UPLOAD_MAX_MB`. `0` is no limit."},
	{"CLIENT_ADDRESS_HEADER", "(see meaning)", "Header in which what is in front tells the address of a client, its last entry if there are several, such as `X-Forwarded-For`. Only name one that nobody can send past what is in front. Without it: the platform's own where one is detected, otherwise the other end of the connection."},
	{"SESSION_STORE", "cookie", "`cookie` keeps the session in a sealed cookie; `redis` keeps it in Redis."},
	{"REDIS_URL", "(none)", "A [Redis](#redis): one server, behind Sentinel or a Cluster. Required with `SESSION_STORE=redis`."},
	{"SESSION_SECRET_KEY", "(random, with a warning)", "Key that seals sessions, at least 32 characters, the same on every instance. Required in production. Make one with `openssl rand -base64 32`. In development a missing one is generated; sessions then end with the process."},
	{"SESSION_SECRET_KEY_PREVIOUS", "(none)", "Other keys, separated by commas: earlier ones, and the next one while instances change one after another. Sessions sealed with them stay valid and are sealed anew."},
	{"SESSION_LIFETIME", "168h", "How long a session and its data last from its beginning. From `1m` to `8760h`."},
	{"SESSION_IDLE", "(none)", "How long a session may go unused before it ends, such as `30m`: from `1m` to `SESSION_LIFETIME`. Without it, sessions last their lifetime. [What it takes](#inactivity)."},
	{"SESSION_NOT_BEFORE", "(none)", "RFC 3339 time, such as `2026-03-01T12:00:00Z`. Sessions that began earlier are refused: a sign-out for everybody."},
	{"SESSION_COOKIE_SECURE", "(see meaning)", "Whether cookies are for HTTPS only, `true` or `false`. Without it: `true` in production, `false` in development. It also turns on HSTS, for the host and all names below it."},
	{"SIGN_IN", "off", "Whether people sign in, at an [OpenID Connect provider](#sign-in): `off`, `optional` or `required`. With `optional` everything works without as well."},
	{"OIDC_ISSUER", "(none)", "The provider's address, exactly as it calls itself, such as `https://accounts.google.com`. Required unless `SIGN_IN=off`."},
	{"OIDC_CLIENT_ID", "(none)", "What the provider calls this program. Required unless `SIGN_IN=off`."},
	{"OIDC_CLIENT_SECRET", "(none)", "The secret of this program at the provider. Without it, it is a public client, which is held by PKCE alone."},
	{"OIDC_ALLOWED", "(none)", "Who may sign in: addresses such as `anna@example.org` and domains such as `example.org`, without those below them, separated by commas. Without it, everybody whom the provider lets in."},
	{"OIDC_TRUST_EMAIL", "false", "`true` takes an address for the person's own where the provider does not say whether it was verified. [What that risks](#sign-in)."},
	{"ACCOUNT_SECRET_KEY", "(none)", "Key that names and seals what people [keep with their account](#what-people-keep), at least 32 characters, the same on every instance, and none that seals sessions. With it, and `SIGN_IN`, people can keep data beyond their session. Make one with `openssl rand -base64 32`."},
	{"ACCOUNT_SECRET_KEY_PREVIOUS", "(none)", "Other keys of accounts, separated by commas: earlier ones, and the next one while instances change one after another. What lies under them is found, and moves when it is written."},
	{"ACCOUNT_LIFETIME", "2160h", "How long what people keep with their account stays after they last used it: 90 days. From `24h` to `8760h`."},
	{"REEL", "on", "Whether clips and reels are made: `on`, or `off` for who fears the patents on H.264 in their country. Pictures stay."},
	{"PUBLIC_URL", "(see meaning)", "The address that people use, without a path, such as `https://music.example.org`. The provider leads back to it. Without it: the host that a request names, which what is in front must pass on."},
	{"SECURITY_CONTACT", securityPolicy, "Where to report a fault of this site: addresses that begin with `mailto:`, `https://` or `tel:`, separated by commas. They are told in `/.well-known/security.txt`."},
	{"LOG_LEVEL", "info", "`debug`, `info`, `warn` or `error`."},
	{"LOG_FORMAT", "(see meaning)", "`json` or `text`. Without it: `json` in production, `text` in development."},
	{"VERCEL", "(set by the platform)", "Its presence means Vercel."},
	{"AWS_LAMBDA_FUNCTION_NAME", "(set by the platform)", "Its presence means AWS Lambda."},
	{"AWS_LAMBDA_RUNTIME_API", "(set by the platform)", "Its presence means AWS Lambda."},
	{"FUNCTIONS_WORKER_RUNTIME", "(set by the platform)", "Its presence means Azure Functions."},
	{"FUNCTIONS_CUSTOMHANDLER_PORT", "(set by the platform)", "Its presence means Azure Functions, and it takes precedence over `PORT`."},
	{"K_SERVICE", "(set by the platform)", "Its presence means Cloud Run."},
}

// environment reads variables and gathers what is wrong with them. Its messages
// do not quote values that may hold a secret.
type environment struct {
	getenv   func(string) string
	problems []error
}

// text returns the variable's value or, without one, its fallback. A variable
// set to nothing counts as not set.
func (e *environment) text(name string) string {
	if value := strings.TrimSpace(e.getenv(name)); value != "" {
		return value
	}
	for _, v := range variables {
		if v.name == name && !strings.HasPrefix(v.fallback, "(") {
			return v.fallback
		}
	}
	return ""
}

// list returns the parts of a value that commas separate.
func (e *environment) list(name string) (parts []string) {
	for part := range strings.SplitSeq(e.text(name), ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func (e *environment) problem(name, format string, args ...any) {
	e.problems = append(e.problems, fmt.Errorf("%s %w", name, fmt.Errorf(format, args...)))
}

func (e *environment) err() error { return errors.Join(e.problems...) }

// choice returns the variable's value, which must be one of the given, or
// fallback without a value.
func (e *environment) choice(name, fallback string, values ...string) string {
	got := e.text(name)
	if got == "" {
		return fallback
	}
	if slices.Contains(values, got) {
		return got
	}
	e.problem(name, "is %q, must be %s", got, strings.Join(values, " or "))
	return fallback
}

// integer returns the variable's value, which must lie between least and most.
func (e *environment) integer(name string, least, most int64) int64 {
	n, err := strconv.ParseInt(e.text(name), 10, 64)
	if err != nil || n < least || n > most {
		e.problem(name, "is %q, must be a whole number from %d to %d", e.text(name), least, most)
		return least
	}
	return n
}

func (e *environment) duration(name string, least, most time.Duration) time.Duration {
	d, err := time.ParseDuration(e.text(name))
	if err != nil || d < least || d > most {
		e.problem(name, "is %q, must be a duration from %s to %s, such as 168h", e.text(name), least, most)
		return least
	}
	return d
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// header returns the name of a header, or fallback without a value.
func (e *environment) header(name, fallback string) string {
	text := cmp.Or(e.text(name), fallback)
	if text != "" && !headerName.MatchString(text) {
		e.problem(name, "is %q, must be the name of a header, such as X-Forwarded-For", text)
	}
	return text
}

// instant returns the zero time without a value.
func (e *environment) instant(name string) time.Time {
	text := e.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		e.problem(name, "is %q, must be a time such as 2026-03-01T12:00:00Z", text)
	}
	return at
}
