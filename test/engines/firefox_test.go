package engines

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// firefoxPreferences keep the browser from asking anything of anybody, and from
// showing pages of its own.
const firefoxPreferences = `
user_pref("app.normandy.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("browser.tabs.remote.autostart", true);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.ipc.processPrelaunch.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.server", "data:,");
`

// A firefox is Gecko, spoken to by WebDriver BiDi over a WebSocket.
type firefox struct {
	conn    net.Conn
	base    string // all that pages may ask for begins with it
	context string // of the one tab

	mu       sync.Mutex
	last     int
	waiting  map[int]chan bidiMessage
	observed []string
	closed   error
}

// A bidiMessage is an answer or an event.
type bidiMessage struct {
	ID      int             `json:"id"`
	Type    string          `json:"type"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

func startFirefox(t *testing.T, base string) browser {
	t.Helper()
	name := servers.Program(t, "firefox-esr", "firefox")
	home, profile := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(firefoxPreferences), 0o600); err != nil {
		t.Fatal(err)
	}
	output := new(process.Output)
	start(t, output, []string{"HOME=" + home, "XDG_RUNTIME_DIR=" + home, "MOZ_CRASHREPORTER_DISABLE=1"},
		name, "--headless", "--no-remote", "--profile", profile, "--width", "1280", "--height", "900", "--remote-debugging-port", "0", "about:blank")
	address := await(t, "Firefox to listen", output, after(output, "WebDriver BiDi listening on "))

	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	conn, early, _, err := ws.Dial(ctx, address+"/session")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if early != nil {
		t.Fatal("Firefox spoke before it was asked")
	}
	f := &firefox{conn: conn, base: base, waiting: make(map[int]chan bidiMessage)}
	go f.read()

	var tree struct{ Contexts []struct{ Context string } }
	for _, err := range []error{
		f.call("session.new", map[string]any{"capabilities": map[string]any{}}, nil),
		f.call("session.subscribe", map[string]any{"events": []string{"log.entryAdded", "network.beforeRequestSent", "browsingContext.userPromptOpened"}}, nil),
		f.call("browsingContext.getTree", map[string]any{}, &tree),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(tree.Contexts) == 0 {
		t.Fatal("Firefox has no tab")
	}
	f.context = tree.Contexts[0].Context
	if err := f.call("browsingContext.setViewport", map[string]any{"context": f.context, "viewport": map[string]int{"width": 1280, "height": 900}}, nil); err != nil {
		t.Fatal(err)
	}
	return f
}

// read hands answers to whoever waits for them and looks through events.
func (f *firefox) read() {
	for {
		content, err := wsutil.ReadServerText(f.conn)
		var m bidiMessage
		if err == nil {
			err = json.Unmarshal(content, &m)
		}
		f.mu.Lock()
		if err != nil {
			f.closed = fmt.Errorf("Firefox is gone: %w", err)
			for id, answer := range f.waiting {
				close(answer)
				delete(f.waiting, id)
			}
			f.mu.Unlock()
			return
		}
		if answer := f.waiting[m.ID]; answer != nil && m.Type != "event" {
			answer <- m
			delete(f.waiting, m.ID)
		}
		if m.Type == "event" {
			if problem := f.problem(m); problem != "" {
				f.observed = append(f.observed, problem)
			}
		}
		f.mu.Unlock()
	}
}

// problem says what is wrong about an event, if anything is.
func (f *firefox) problem(m bidiMessage) string {
	var event struct {
		Level, Text string
		Request     struct{ URL string }
	}
	if err := json.Unmarshal(m.Params, &event); err != nil {
		return err.Error()
	}
	switch m.Method {
	case "log.entryAdded":
		if event.Level == "error" || event.Level == "warn" {
			return "on the console: " + event.Text
		}
	case "network.beforeRequestSent":
		if isForeign(event.Request.URL, f.base) {
			return "request to somebody else: " + event.Request.URL
		}
	case "browsingContext.userPromptOpened":
		return "a dialog opened"
	}
	return ""
}

func (f *firefox) problems() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	observed := f.observed
	f.observed = nil
	return observed
}

// call sends a command and decodes what it gives into result, if that is not nil.
func (f *firefox) call(method string, params, result any) error {
	answer := make(chan bidiMessage, 1)
	f.mu.Lock()
	if f.closed != nil {
		defer f.mu.Unlock()
		return f.closed
	}
	f.last++
	id := f.last
	f.waiting[id] = answer
	command, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err == nil {
		err = wsutil.WriteClientText(f.conn, command)
	}
	f.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case m, ok := <-answer:
		switch {
		case !ok:
			return errors.New("Firefox is gone")
		case m.Error != "":
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		case result != nil:
			return json.Unmarshal(m.Result, result)
		}
		return nil
	case <-time.After(callTime):
		return fmt.Errorf("%s: no answer", method)
	}
}

func (f *firefox) navigate(address string) error {
	return f.call("browsingContext.navigate", map[string]any{"context": f.context, "url": address, "wait": "complete"}, nil)
}

// remote is a value that a script gave.
type remote struct {
	Type   string
	Result struct {
		Type, SharedID string
		Value          json.RawMessage
	}
	ExceptionDetails struct{ Text string }
}

func (f *firefox) script(expression string) (remote, error) {
	var r remote
	err := f.call("script.evaluate", map[string]any{"expression": expression, "target": map[string]string{"context": f.context}, "awaitPromise": false, "userActivation": true}, &r)
	if err == nil && r.Type == "exception" {
		err = errors.New(r.ExceptionDetails.Text)
	}
	return r, err
}

func (f *firefox) evaluate(expression string) (json.RawMessage, error) {
	r, err := f.script(stringified(expression))
	if err != nil {
		return nil, err
	}
	var value string
	err = json.Unmarshal(r.Result.Value, &value)
	return json.RawMessage(value), err
}

func (f *firefox) perform(sources ...actions) error {
	return f.call("input.performActions", map[string]any{"context": f.context, "actions": sources}, nil)
}

func (f *firefox) setFiles(selector string, paths ...string) error {
	r, err := f.script(fmt.Sprintf("document.querySelector(%q)", selector))
	if err != nil {
		return err
	}
	return f.call("input.setFiles", map[string]any{"context": f.context, "element": map[string]string{"sharedId": r.Result.SharedID}, "files": paths}, nil)
}

func (f *firefox) back() error {
	return f.call("browsingContext.traverseHistory", map[string]any{"context": f.context, "delta": -1}, nil)
}

func (f *firefox) screenshot() ([]byte, error) {
	var picture struct{ Data string }
	if err := f.call("browsingContext.captureScreenshot", map[string]any{"context": f.context}, &picture); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(picture.Data)
}

func (f *firefox) deleteCookies() error {
	return f.call("storage.deleteCookies", map[string]any{}, nil)
}

// isForeign reports whether an address leads to somebody else.
func isForeign(address, base string) bool {
	for _, own := range []string{base + "/", "data:", "blob:", "about:"} {
		if strings.HasPrefix(address, own) {
			return false
		}
	}
	return address != base
}
