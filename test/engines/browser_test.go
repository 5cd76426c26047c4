// Package engines runs the main journeys in the engines that test/e2e does not:
// Gecko and WebKit.
package engines

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

// A browser is what a journey needs of an engine. Every call is answered within
// callTime, or fails.
type browser interface {
	// navigate opens an address and returns when the page has loaded.
	navigate(address string) error
	// evaluate returns the value of an expression as JSON. It fails while a page
	// is being left.
	evaluate(expression string) (json.RawMessage, error)
	// perform moves the pointer and presses keys, as the Actions of WebDriver say.
	perform(sources ...actions) error
	// setFiles chooses files in an input.
	setFiles(selector string, paths ...string) error
	// back presses the back button. What comes back may not be there yet.
	back() error
	screenshot() ([]byte, error)
	// deleteCookies makes the browser one that was never here.
	deleteCookies() error
	// problems returns what no page may do, as far as the engine tells, and
	// forgets it. What pages tell themselves, the front collects.
	problems() []string
}

const (
	callTime  = 30 * time.Second
	untilTime = 20 * time.Second
	startTime = 60 * time.Second // machines that run all tests at once are slow
)

// actions are what one input device does, in the form that the Actions of
// WebDriver and those of WebDriver BiDi share.
type actions struct {
	Type    string           `json:"type"`
	ID      string           `json:"id"`
	Actions []map[string]any `json:"actions"`
}

// clickAt moves the pointer to a place of the window and presses its button.
func clickAt(x, y int) actions {
	return actions{Type: "pointer", ID: "mouse", Actions: []map[string]any{
		{"type": "pointerMove", "x": x, "y": y, "duration": 0},
		{"type": "pointerDown", "button": 0},
		{"type": "pointerUp", "button": 0},
	}}
}

// typed presses the keys of a text.
func typed(text string) actions {
	a := actions{Type: "key", ID: "keyboard"}
	for _, r := range text {
		a.Actions = append(a.Actions, map[string]any{"type": "keyDown", "value": string(r)}, map[string]any{"type": "keyUp", "value": string(r)})
	}
	return a
}

// start starts a program with an environment of its own and ends it with the
// test, together with what it started.
func start(t *testing.T, output *process.Output, env []string, name string, args ...string) *process.Process {
	t.Helper()
	command := exec.Command(name, args...)
	command.Env = append(command.Environ(), env...)
	command.Stdout, command.Stderr = output, output
	// Children that keep the pipe open must not keep Wait.
	command.WaitDelay = time.Second
	p, err := process.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.KillGroup)
	return p
}

// await returns what find finds, which it is asked for until it does.
func await(t *testing.T, what string, output *process.Output, find func() string) string {
	t.Helper()
	for deadline := time.Now().Add(startTime); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if found := find(); found != "" {
			return found
		}
	}
	t.Fatalf("waited in vain for %s: %s", what, output)
	return ""
}

// after returns the rest of the line in which the output says something.
func after(output *process.Output, words string) func() string {
	return func() string {
		_, rest, _ := strings.Cut(output.String(), words)
		line, _, whole := strings.Cut(rest, "\n")
		if !whole {
			return ""
		}
		return strings.TrimSpace(line)
	}
}

// stringified has an expression give its value as JSON, so that all engines
// return it alike.
func stringified(expression string) string {
	return fmt.Sprintf("JSON.stringify(%s) ?? \"null\"", expression)
}
