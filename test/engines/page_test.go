package engines

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// A page is what somebody sees of a program in one of the engines.
type page struct {
	browser
	t     *testing.T
	front *front
}

// visit returns a page of the browser that is new to the program, and in the end
// reports what no page may do.
func visit(t *testing.T, b browser, f *front) (*page, *harness.Server) {
	t.Helper()
	s := harness.StartServer(t, nil)
	f.lead(t, s.Base)
	p := &page{browser: b, t: t, front: f}
	// WebDriver deletes the cookies of the page it is at.
	if err := b.navigate(f.base + watchPath); err != nil {
		t.Fatal(err)
	}
	if err := b.deleteCookies(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			p.picture()
		}
		// Nothing of this page may talk to the next program.
		if err := b.navigate("about:blank"); err != nil {
			t.Error(err)
		}
		for _, problem := range append(b.problems(), f.problems()...) {
			t.Error(problem)
		}
	})
	return p, s
}

// picture keeps what the browser shows, where somebody wants to look at it.
func (p *page) picture() {
	picture, err := p.screenshot()
	if err == nil {
		name := strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name()) + ".png"
		path := filepath.Join(os.TempDir(), "spotify-data-tool-"+name)
		if err = os.WriteFile(path, picture, 0o600); err == nil {
			p.t.Logf("what it showed is in %s", path)
			return
		}
	}
	p.t.Logf("no picture: %v", err)
}

func (p *page) open(path string) {
	p.t.Helper()
	if err := p.navigate(p.front.base + path); err != nil {
		p.t.Fatal(err)
	}
}

// until waits for an expression to be true. A page that is on its way out does not
// answer, and the next one does.
func (p *page) until(what, expression string) {
	p.t.Helper()
	var is bool
	var err error
	for deadline := time.Now().Add(untilTime); ; time.Sleep(25 * time.Millisecond) {
		var value json.RawMessage
		if value, err = p.evaluate(expression); err == nil {
			if err = json.Unmarshal(value, &is); err == nil && is {
				return
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("never %s (%v)\nat %s: %.800s", what, err, p.value("location.href"), p.value("document.body.innerText"))
		}
	}
}

// value is what an expression gives now.
func (p *page) value(expression string) string {
	value, err := p.evaluate(expression)
	if err != nil {
		return err.Error()
	}
	return string(value)
}

const text = `(document.querySelector(%q)?.textContent ?? "").replace(/\s+/g, " ")`

// shows waits for a selector to show a text.
func (p *page) shows(selector, want string) {
	p.t.Helper()
	p.until(fmt.Sprintf("does %q show %q", selector, want), fmt.Sprintf(text+".includes(%q)", selector, want))
}

// text is what a selector shows.
func (p *page) text(selector string) string {
	p.t.Helper()
	var s string
	if err := json.Unmarshal([]byte(p.value(fmt.Sprintf(text, selector))), &s); err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimSpace(s)
}

// isAt waits for an address and all that is loaded there: who goes on before has
// the engine give up what is on its way.
func (p *page) isAt(path string) {
	p.t.Helper()
	p.until("at "+path, fmt.Sprintf("location.href === %q && document.readyState === 'complete'", p.front.base+path))
}

// isImported waits for the story that follows an import.
func (p *page) isImported() {
	p.t.Helper()
	p.isAt("/")
	p.shows("#imported", "every one accounted for")
}

// has waits for there to be so many of something.
func (p *page) has(n int, selector string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%d of %q", n, selector), fmt.Sprintf("document.querySelectorAll(%q).length === %d", selector, n))
}

// click clicks where a person would, once the page has been painted there: not
// while something moves, nor during a transition between pages, whose picture
// would take the click.
func (p *page) click(selector string) {
	p.t.Helper()
	const where = `(() => {
		const e = document.querySelector(%q);
		if (!e || document.readyState !== "complete" || document.fonts.status !== "loaded" || document.activeViewTransition) return null;
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getClientRects()[0];
		if (!r) return null;
		const x = Math.floor(r.x + r.width/2), y = Math.floor(r.y + r.height/2), hit = document.elementFromPoint(x, y);
		return hit && (e.contains(hit) || hit.contains(e) && hit.closest("a, button, summary") === e) ? [x, y] : null;
	})()`
	var at []int
	for deadline := time.Now().Add(untilTime); ; time.Sleep(25 * time.Millisecond) {
		before := at
		if value, err := p.evaluate(fmt.Sprintf(where, selector)); err != nil || json.Unmarshal(value, &at) != nil {
			at = nil
		}
		if at != nil && before != nil && at[0] == before[0] && at[1] == before[1] {
			break
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%q cannot be clicked\nat %s: %.800s", selector, p.value("location.href"), p.value("document.body.innerText"))
		}
	}
	if err := p.perform(clickAt(at[0], at[1])); err != nil {
		p.t.Fatal(err)
	}
}

func (p *page) goBack() {
	p.t.Helper()
	if err := p.back(); err != nil {
		p.t.Fatal(err)
	}
}

// upload chooses files and sends them, in parts.
func (p *page) upload(paths ...string) {
	p.t.Helper()
	p.until("ready for files", `document.readyState === "complete" && Boolean(document.querySelector("#upload.in-parts"))`)
	if err := p.setFiles("#files", paths...); err != nil {
		p.t.Fatal(err)
	}
	p.has(len(paths), "[data-chosen] li")
	p.click("#upload button[type=submit]")
}
