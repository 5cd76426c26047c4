package platform

import (
	"crypto/rand"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// Each of these stands in for a platform: it takes the requests of a client,
// hands them to the real program over the interface that platform has, and
// holds it to that platform's limits.

// An instance is one process behind the front of its platform.
type instance struct {
	http.RoundTripper
	process *harness.Program
}

// A platformFront spreads requests over instances in turn, so that nothing works
// which needs the same one twice.
type platformFront struct {
	instances []*instance
	turn      atomic.Uint64
}

func (f *platformFront) RoundTrip(r *http.Request) (*http.Response, error) {
	return f.instances[f.turn.Add(1)%uint64(len(f.instances))].RoundTrip(r)
}

// A forwarder is a platform that speaks HTTP to the program.
type forwarder struct {
	// portName is the variable that tells the program its port.
	portName string
	env      map[string]string
	// sleeps says that the CPU is taken away between requests.
	sleeps bool
	// limit bounds the bodies of requests, and of answers where answers is set.
	limit   int
	answers bool
	timeout time.Duration
	// change adds what the platform adds to a request.
	change func(*http.Request)

	process   *harness.Program
	port      string
	transport http.Transport
}

func (f *forwarder) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := harness.BodyOf(r)
	if err != nil {
		return nil, err
	}
	if len(body) > f.limit {
		return harness.Refusal(r, http.StatusRequestEntityTooLarge, "the platform takes no body of this size"), nil
	}
	f.process.Wake()
	// The CPU goes with the last byte, not with the close of the client.
	defer f.process.Rest()
	begun := time.Now()
	resp, err := harness.PassOn(&f.transport, r, body, "127.0.0.1:"+f.port, func(out *http.Request) {
		// What the client says of itself stays before what the platform knows.
		out.Header.Add("X-Forwarded-For", clientAddress)
		out.Header.Set("X-Forwarded-For", strings.Join(out.Header.Values("X-Forwarded-For"), ", "))
		f.change(out)
	})
	if err != nil {
		return nil, err
	}
	if time.Since(begun) > f.timeout {
		return harness.Refusal(r, http.StatusGatewayTimeout, "the platform's time is up"), nil
	}
	if f.answers && resp.ContentLength > int64(f.limit) {
		return harness.Refusal(r, http.StatusInternalServerError, "the platform passes no answer of this size on"), nil
	}
	return resp, nil
}

// clientAddress is where every client of a platform comes from.
const clientAddress = "203.0.113.9"

// start starts an instance behind the front, with the variables in shared
// besides the platform's own.
func (f *forwarder) start(t *testing.T, shared map[string]string, writable ...string) *instance {
	t.Helper()
	f.port = servers.FreePort(t)
	f.transport.DisableCompression = true // what the client says goes
	env := map[string]string{f.portName: f.port}
	maps.Copy(env, f.env)
	maps.Copy(env, shared)
	f.process = harness.StartProgram(t, env, writable...)
	f.process.Sleeps = f.sleeps
	f.process.Wake()
	f.process.UntilListening(f.port)
	f.process.Rest()
	return &instance{f, f.process}
}

func startCloudRun(t *testing.T, shared map[string]string, writable ...string) *instance {
	return (&forwarder{
		portName: "PORT",
		env: map[string]string{
			"K_SERVICE": "spotify-data-tool", "K_REVISION": "spotify-data-tool-00001-abc", "K_CONFIGURATION": "spotify-data-tool",
		},
		sleeps: true, limit: 32 << 20, answers: true, timeout: 5 * time.Minute,
		change: func(r *http.Request) {
			r.Header.Set("X-Cloud-Trace-Context", strings.ToLower(rand.Text())+"/1;o=1")
			r.Header.Set("Via", "1.1 google")
		},
	}).start(t, shared, writable...)
}

func startAzure(t *testing.T, shared map[string]string, writable ...string) *instance {
	return (&forwarder{
		portName: "FUNCTIONS_CUSTOMHANDLER_PORT",
		env: map[string]string{
			"FUNCTIONS_WORKER_RUNTIME": "custom", "FUNCTIONS_EXTENSION_VERSION": "~4", "WEBSITE_SITE_NAME": "spotify-data-tool", "PORT": "80",
		},
		limit: 100 << 20, timeout: 230 * time.Second,
		change: func(r *http.Request) {
			r.Header.Set("X-Azure-Functions-InvocationId", "3f2a9c1e-5b1d-4c63-9d6a-"+strings.ToLower(rand.Text()[:12]))
			r.Header.Set("X-Azure-Functions-HostVersion", "4.1036.3")
			r.Header.Set("X-Original-URL", r.URL.RequestURI())
			// The host names itself when it proxies; nothing may rely on the name.
			r.Host = r.URL.Host
		},
	}).start(t, shared, writable...)
}

func startVercel(t *testing.T, shared map[string]string, writable ...string) *instance {
	return (&forwarder{
		portName: "PORT",
		env: map[string]string{
			// It runs on Lambda, and says so.
			"VERCEL": "1", "VERCEL_ENV": "production", "VERCEL_REGION": "fra1", "AWS_LAMBDA_FUNCTION_NAME": "spotify-data-tool", "AWS_REGION": "eu-central-1",
		},
		sleeps: true, limit: 4_500_000, answers: true, timeout: 5 * time.Minute,
		change: func(r *http.Request) {
			r.Header.Set("X-Vercel-Id", "fra1::fra1::"+strings.ToLower(rand.Text()[:5])+"-1795336800000-0123456789ab")
			r.Header.Set("X-Forwarded-Host", r.Host)
			for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "X-Vercel-Forwarded-For"} {
				r.Header.Set(name, clientAddress)
			}
		},
	}).start(t, shared, writable...)
}
