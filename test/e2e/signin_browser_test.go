package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestSignInInBrowser: a real browser is led to the provider and back, and the policy
// of the sign-out lets it follow there.
func TestSignInInBrowser(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			provider := servers.StartOIDC(t)
			s := harness.StartServer(t, provider.Env("optional"))
			b := newTab(t, s.Base, tabOptions{noScript: !script, provider: provider.URL})
			b.open("/")
			b.click("a.account-link")
			b.untilAt("/")
			b.until(".foot", "Signed in as anna@example.org.")
			b.send(harness.SmallPackage(t, 20))
			b.untilImported()
			b.click("a.account-link")
			b.until("h1", "You are signed in as anna@example.org.")
			b.until("form button.danger", "Sign out and delete my data")
			b.click("form button.danger")
			b.untilAt("/signed-out")
			b.until("h1", "You are not signed in here.")
			if provider.Asked("/end") != 1 {
				t.Errorf("the provider was asked %d times to sign out", provider.Asked("/end"))
			}
			b.open("/artists")
			b.untilAt("/?nodata")
		})
	}
}

// TestSignInIsRequiredInBrowser: pages lead to sign-in and back, and so does a part of
// a page when the session has ended meanwhile.
func TestSignInIsRequiredInBrowser(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, provider.Env("required"))
	b := newTab(t, s.Base, tabOptions{provider: provider.URL})
	b.open("/artists")
	b.until(".foot", "Signed in as anna@example.org.")
	b.open("/")
	b.send(harness.SmallPackage(t, 600))
	b.untilImported()
	b.open("/tracks")
	b.until(".pager", "1–50 of 150")
	b.run(network.ClearBrowserCookies())
	provider.Script(func(s *servers.OIDCScript) { s.Subject = "ben" })
	b.click(".pager a[rel=next]")
	b.until(".foot", "Signed in as ben@example.org.")
	b.untilAt("/?nodata")
}
