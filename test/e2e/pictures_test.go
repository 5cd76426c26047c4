package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestPictureIsChosenByKeyboard: a choice shows at once, and the focus stays with what
// was chosen, so that the arrows go on from there.
func TestPictureIsChosenByKeyboard(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	b := newTab(t, s.Base, tabOptions{})
	b.open("/")
	b.click("form.sample button")
	b.untilImported()
	b.open("/pictures")
	focused := func() string { return evaluate[string](b, `document.activeElement.value ?? document.activeElement.id`) }
	b.run(chromedp.Evaluate(`document.querySelector(".picture-choices input[value=light]").focus()`, nil), chromedp.KeyEvent(kb.ArrowDown))
	b.untilThere(`img[src*="theme=dark"]`)
	if got := focused(); got != "dark" {
		t.Errorf("after the colours %q has the focus", got)
	}
	b.run(chromedp.Evaluate(`document.querySelector(".picture-choices input[type=checkbox]").focus()`, nil), chromedp.KeyEvent(" "))
	b.untilThere(`img[src*="hide=names"]`)
	if got := focused(); got != "names" {
		t.Errorf("after hiding names %q has the focus", got)
	}
	download, seen := evaluate[string](b, `document.querySelector("a[download$='.png']").href`), evaluate[string](b, `document.querySelector(".picture-maker img").src`)
	if download != seen {
		t.Errorf("the download leads to %s, seen is %s", download, seen)
	}
}
