package engines

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// A webkit is WebKitGTK's small browser, spoken to by WebDriver over HTTP. All
// that it asks for goes through a proxy, which sees what is for somebody else.
type webkit struct {
	session string // its address
	client  http.Client
}

// The names by which WebDriver gives an element.
const elementKey = "element-6066-11e4-a52e-4f735466cecf"

// miniBrowser finds the browser that comes with the driver.
func miniBrowser(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/*/webkit2gtk-4.*/MiniBrowser", "/usr/libexec/webkit2gtk-4.*/MiniBrowser", "/usr/lib*/webkit2gtk-4.*/MiniBrowser"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	return servers.Program(t, "MiniBrowser")
}

func startWebKit(t *testing.T, base string) browser {
	t.Helper()
	xvfb, driver, mini := servers.Program(t, "Xvfb"), servers.Program(t, "WebKitWebDriver"), miniBrowser(t)
	home := t.TempDir()
	screen := new(process.Output)
	// With 1 it writes the number of the screen that it has found free to its output.
	start(t, screen, nil, xvfb, "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp")
	number := await(t, "a screen", screen, after(screen, ""))

	// Compositing stays on: without it, transitions between pages crash WebKitGTK 2.50.
	output := new(process.Output)
	port := servers.FreePort(t)
	start(t, output, []string{
		"DISPLAY=:" + number, "GDK_BACKEND=x11", "HOME=" + home, "XDG_RUNTIME_DIR=" + home, "XDG_CONFIG_HOME=" + home, "XDG_CACHE_HOME=" + home, "XDG_DATA_HOME=" + home,
		"NO_AT_BRIDGE=1", "GIO_USE_VFS=local", "GSETTINGS_BACKEND=memory",
	}, driver, "--port="+port)
	address := "127.0.0.1:" + port
	await(t, "the driver of WebKit to answer", output, func() string {
		if servers.Listening(address)() != nil {
			return ""
		}
		return address
	})

	w := &webkit{client: http.Client{Timeout: startTime}}
	w.session = "http://" + address
	var created struct{ SessionID string }
	if err := w.call(http.MethodPost, "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"webkitgtk:browserOptions": map[string]any{"binary": mini, "args": []string{"--automation", "--proxy=" + base}},
	}}}, &created); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	w.session += "/session/" + created.SessionID
	w.client.Timeout = callTime
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("output of WebKit: %s", output)
		}
		_ = w.call(http.MethodDelete, "", nil, nil)
	})
	if err := w.call(http.MethodPost, "/window/rect", map[string]int{"x": 0, "y": 0, "width": 1280, "height": 960}, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// call sends a command and decodes what it gives into result, if that is not nil.
func (w *webkit) call(method, path string, params, result any) error {
	var body io.Reader
	if method == http.MethodPost {
		if params == nil {
			params = struct{}{}
		}
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, w.session+path, body)
	if err != nil {
		return err
	}
	resp, err := w.client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, answer.Value)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

func (w *webkit) navigate(address string) error {
	return w.call(http.MethodPost, "/url", map[string]string{"url": address}, nil)
}

func (w *webkit) evaluate(expression string) (json.RawMessage, error) {
	var value string
	err := w.call(http.MethodPost, "/execute/sync", map[string]any{"script": "return " + stringified(expression), "args": []any{}}, &value)
	return json.RawMessage(value), err
}

func (w *webkit) perform(sources ...actions) error {
	return w.call(http.MethodPost, "/actions", map[string]any{"actions": sources}, nil)
}

func (w *webkit) setFiles(selector string, paths ...string) error {
	var element map[string]string
	if err := w.call(http.MethodPost, "/element", map[string]string{"using": "css selector", "value": selector}, &element); err != nil {
		return err
	}
	return w.call(http.MethodPost, "/element/"+element[elementKey]+"/value", map[string]string{"text": strings.Join(paths, "\n")}, nil)
}

func (w *webkit) back() error { return w.call(http.MethodPost, "/back", nil, nil) }

func (w *webkit) screenshot() ([]byte, error) {
	var picture string
	if err := w.call(http.MethodGet, "/screenshot", nil, &picture); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(picture)
}

func (w *webkit) deleteCookies() error { return w.call(http.MethodDelete, "/cookie", nil, nil) }

// problems is empty: WebKit's driver tells nothing of them.
func (w *webkit) problems() []string { return nil }
