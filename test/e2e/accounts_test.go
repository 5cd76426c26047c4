package e2e

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/accounts"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/sessions"
	"github.com/spotify-data-tool/spotify-data-tool/static"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// signedInAs says that everybody is this person. A provider is another test's.
type signedInAs string

func (s signedInAs) Person(context.Context) (accounts.Person, bool) {
	return accounts.Person{Person: accountstore.Person{Issuer: "https://login.example", Subject: string(s)}, Email: string(s) + "@example.org"}, true
}
func (s signedInAs) Token(context.Context) string { return "token" }
func (s signedInAs) Protected(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.FormValue(layout.FieldToken) != "token" {
			return c.NoContent(http.StatusForbidden)
		}
		return handle(c)
	}
}
func (s signedInAs) SignedOut() error { return uploads.ErrNoSession }

// accountSite is two instances that answer in turn, on a host name that passkeys take.
func accountSite(t *testing.T, store string) (base string, blobs bucket.Bucket) {
	t.Helper()
	blobs = memory.New(time.Now)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	cfg := sessions.Config{Store: store, SecretKey: harness.SessionKey, Logger: log}
	if store == sessions.StoreRedis {
		client, err := redisconn.Open(servers.Redis(t).URL(), redisconn.SmallTime)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		cfg.Redis = client.Pool()
	}
	instance := func() http.Handler {
		manager, err := sessions.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		v := vault.New(vault.Config{Bucket: blobs, Now: time.Now, Log: log, CacheBytes: 64 << 20})
		im := importer.New(importer.Config{Vault: v, Now: time.Now})
		files := upload.NewStore(blobs, 64<<20, time.Now)
		pages, err := handlers.New(uploads.Config{
			Sessions: manager, Vault: v, Importer: im, Files: files, Tasks: importer.NewTasks(im, files), Links: link.New(blobs, time.Now),
			Asset: static.URL, Log: log, Now: time.Now, UploadBytes: 64 << 20,
			Memory: admission.New(256<<20, 10*time.Second),
		}, signin.Config{})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := accountstore.New(accountstore.Config{
			Bucket: blobs, Now: time.Now, Secret: "only for tests: 8cJq2LxVn5bTz4gHs6jRp1Wd", Lifetime: 90 * 24 * time.Hour, Memory: admission.New(256<<20, 10*time.Second),
		})
		if err != nil {
			t.Fatal(err)
		}
		pages.KeepAccounts(kept, signedInAs("ada"))
		mux := http.NewServeMux()
		mux.Handle(static.Prefix, static.Handler())
		mux.Handle("/", manager.Middleware(pages))
		h, err := edge.Wrap(mux, edge.Config{Log: log, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	instances := []http.Handler{instance(), instance()}
	var turn atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		instances[turn.Add(1)%2].ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "http://localhost:" + port, blobs
}

func (b *tab) authenticator(prf bool) {
	b.t.Helper()
	b.run(webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, HasPrf: prf, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}))
}

// elsewhere makes the browser one that has never been here, with the same passkeys.
func (b *tab) elsewhere() {
	b.t.Helper()
	b.run(network.ClearBrowserCookies())
}

// A passkey holds the account key: data that was kept with it opens in a session that
// has never had it, whichever instance answers.
func TestPasskey(t *testing.T) {
	t.Parallel()
	for _, store := range []string{sessions.StoreCookie, sessions.StoreRedis} {
		t.Run(store, func(t *testing.T) {
			base, blobs := accountSite(t, store)
			b := newTab(t, base, tabOptions{})
			b.authenticator(true)
			b.open("/")
			b.send(harness.SmallPackage(t, 120))
			b.untilImported()
			b.open("/account")
			b.until("h1", "Keep your listening beyond this session.")
			b.click("[data-passkey-add] button")
			b.until("h1", "Your account keeps")
			b.until(".kept-list .name", "open now")
			b.until("#keys-title ~ ul .note", "Passkey")
			plays := b.text("h1 .accent")

			b.elsewhere()
			b.open("/account")
			b.until("h1", "Your data is here, and locked.")
			b.click("[data-passkey-open] button")
			b.until("h1", plays)
			b.click(".kept-actions form[action$='/open'] button")
			b.untilAt("/")
			b.open("/receipt")
			b.until(".kept", "kept with your account until")
			wantNothingReadable(t, blobs)

			// Without its authenticator it says what is wrong, and a passphrase opens it.
			b.open("/account")
			b.run(chromedp.SendKeys("#new-passphrase", "marmalade tugboat seven lanterns", chromedp.ByQuery))
			b.click("form[action$='/passphrases'] button")
			b.until("#keys-title ~ ul li:last-child .note", "Passphrase")
			b.elsewhere()
			b.run(webauthn.Disable())
			b.authenticator(false)
			b.open("/account")
			b.run(chromedp.SendKeys("#open-passphrase", "marmalade tugboat seven lanterns", chromedp.ByQuery))
			b.click("form[action$='/account/open'] button")
			b.until("h1", plays)
			// An authenticator that knows no function makes no way in.
			b.click("[data-passkey-add] button")
			b.until("[data-passkey-says]", "cannot hold a key")
			if n := b.count("#keys-title ~ ul li"); n != 2 {
				t.Errorf("%d ways in", n)
			}
		})
	}
}

func wantNothingReadable(t *testing.T, blobs bucket.Bucket) {
	t.Helper()
	keys, err := blobs.List(t.Context(), "")
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d blobs, %v", len(keys), err)
	}
	for _, key := range keys {
		blob, err := blobs.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"ada", "Listening of", "passkey", "Passkey", "login.example", "spotify:track"} {
			if strings.Contains(string(blob), word) {
				t.Errorf("%s tells %q", key, word)
			}
		}
	}
}

// Without JavaScript a passphrase does all of it.
func TestPassphraseWithoutScript(t *testing.T) {
	t.Parallel()
	base, _ := accountSite(t, sessions.StoreCookie)
	b := newTab(t, base, tabOptions{noScript: true, width: 390})
	b.open("/")
	b.send(harness.SmallPackage(t, 120))
	b.untilImported()
	b.open("/account")
	b.run(chromedp.SendKeys("#new-passphrase", "marmalade tugboat seven lanterns", chromedp.ByQuery))
	b.click("form[action$='/passphrases'] button")
	b.until("h1", "Your account keeps")
	b.elsewhere()
	b.open("/account")
	b.run(chromedp.SendKeys("#open-passphrase", "marmalade tugboat seven lanterns", chromedp.ByQuery))
	b.click("form[action$='/account/open'] button")
	b.until("h1", "Your account keeps")
	b.click(".kept-actions form[action$='/open'] button")
	b.untilAt("/")
	b.open("/account")
	b.until(".kept-list .name", "open now")
	b.click(".kept-actions a[href$='/delete']")
	b.until("h1", "will be gone for good")
	b.click(".hero-actions .danger")
	b.until("h1", "keeps nothing yet")
}
