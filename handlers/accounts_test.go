package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/accounts"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
)

// fakeSignIn takes who is signed in from a header of the request, as tests say it.
type fakeSignIn struct{}

type personKey struct{}

const personHeader = "X-Person"

func (fakeSignIn) Person(ctx context.Context) (accounts.Person, bool) {
	name, _ := ctx.Value(personKey{}).(string)
	return accounts.Person{Person: accountstore.Person{Issuer: "https://login.example", Subject: name}, Email: name + "@example.org"}, name != ""
}

const sessionToken = "token-of-the-session"

func (fakeSignIn) Token(context.Context) string { return sessionToken }

func (f fakeSignIn) Protected(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().PostForm.Get(layout.FieldToken) != sessionToken && c.Request().Header.Get("X-CSRF-Token") != sessionToken {
			return errors.New("csrf token")
		}
		return handle(c)
	}
}

func (fakeSignIn) SignedOut() error { return uploads.ErrNoSession }

const accountSecret = "only for tests: 8cJq2LxVn5bTz4gHs6jRp1Wd"

// cheapKDF is the least that an account may ask for: what is tested here is not how
// long a guess takes.
var cheapKDF = accountstore.KDF{Time: 1, Memory: 8 << 10, Threads: 1}

// keeping makes a site on which a person keeps data, and a visitor who is signed in.
func keeping(t *testing.T, o siteOptions) (*site, func(name string) *visitor) {
	t.Helper()
	o.uploadBytes, o.publicURL = uploadBytes, "https://listening.example"
	s := newSiteWith(t, o)
	store, err := accountstore.New(accountstore.Config{Bucket: s.bucket, Now: s.clock, Secret: accountSecret, KDF: cheapKDF, Lifetime: 90 * 24 * time.Hour, Memory: admission.New(256<<20, 10*time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	s.handlers.KeepAccounts(store, fakeSignIn{})
	inner := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), personKey{}, r.Header.Get(personHeader))))
	})
	return s, func(name string) *visitor {
		v := s.visitor(t)
		v.http.Transport = asPerson{name, v.http.Transport}
		return v
	}
}

type asPerson struct {
	name string
	next http.RoundTripper
}

func (p asPerson) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set(personHeader, p.name)
	if p.next == nil {
		return http.DefaultTransport.RoundTrip(r)
	}
	return p.next.RoundTrip(r)
}

const passphrase = "marmalade tugboat seven lanterns"

// account asks the API of the account.
func (v *visitor) account(method, path string, fields map[string]any, want int) (a accountAnswer) {
	v.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.site.URL+"/api/v1/account"+path, bytes.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-CSRF-Token", sessionToken)
	answer := v.do(r).want(v.t, want)
	answer.json(v.t, &a)
	return a
}

type accountAnswer struct {
	Exists, Open bool
	Keys         []struct{ ID, Kind, Label string }
	Datasets     []struct {
		ID, Name string
		Plays    int
		Expires  time.Time
		Current  bool
	}
	Error struct{ Code string }
}

func (a accountAnswer) String() string {
	var names []string
	for _, d := range a.Datasets {
		names = append(names, fmt.Sprintf("%s (%d)", d.Name, d.Plays))
	}
	return strings.Join(names, ", ")
}

// someHistory is a history of n plays that begins in a year.
func someHistory(year, n int) file {
	plays := make([]play, n)
	for i := range plays {
		at := time.Date(year, 3, 1, 0, 10*i, 0, 0, time.UTC)
		plays[i] = play{ts: at.Format(time.RFC3339), track: fmt.Sprint("Song ", i), artist: "The Invented Tides", album: "Salt", uri: fmt.Sprintf("spotify:track:%022d", i), ms: 200_000, country: "NZ", end: "trackdone"}
	}
	return file{fmt.Sprintf("Streaming_History_Audio_%d.json", year), history(plays...)}
}

// Data that is kept opens in another session after the passphrase, also when it was
// added to there, and on a second device that had it open.
func TestKeptDataFollowsThePerson(t *testing.T) {
	_, person := keeping(t, siteOptions{})
	phone, laptop := person("ada"), person("ada")
	phone.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	phone.account(http.MethodPost, "/datasets", nil, http.StatusNotFound)
	a := phone.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "label": "In the drawer", "keep": true}, http.StatusCreated)
	if a.String() != "Listening of 2020 (30)" || !a.Open || !a.Datasets[0].Current || a.Keys[0].Label != "In the drawer" {
		t.Fatalf("kept: %v, %+v", a, a)
	}
	id := a.Datasets[0].ID

	if a = laptop.account(http.MethodGet, "", nil, http.StatusOK); a.Open || !a.Exists || len(a.Datasets) != 0 || len(a.Keys) != 1 {
		t.Errorf("locked: %+v", a)
	}
	if a = laptop.account(http.MethodPost, "/datasets/"+id+"/open", nil, http.StatusForbidden); a.Error.Code != "account_locked" {
		t.Errorf("locked: %+v", a)
	}
	if a = laptop.account(http.MethodPost, "/open", map[string]any{"passphrase": "marmalade tugboat"}, http.StatusForbidden); a.Error.Code != "wrong_key" {
		t.Errorf("a wrong passphrase: %+v", a)
	}
	laptop.account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK)
	laptop.account(http.MethodPost, "/datasets/"+id+"/open", nil, http.StatusOK)
	if got := laptop.rows(); got != 30 {
		t.Fatalf("the laptop has %d plays", got)
	}

	// One adds, in one request and in parts; the other follows, and adds in its turn.
	phone.upload("add", someHistory(2021, 20)).want(t, http.StatusCreated)
	if got := laptop.rows(); got != 50 {
		t.Errorf("after the phone has added the laptop has %d plays", got)
	}
	if a = laptop.account(http.MethodGet, "", nil, http.StatusOK); a.String() != "Listening of 2020 (50)" {
		t.Errorf("the list: %v", a)
	}
	laptop.upload("add", someHistory(2022, 10)).want(t, http.StatusCreated)
	for name, v := range map[string]*visitor{"phone": phone, "laptop": laptop} {
		if got := v.rows(); got != 60 {
			t.Errorf("in the end the %s has %d plays", name, got)
		}
	}
	phone.upload("replace", someHistory(2023, 7)).want(t, http.StatusCreated)
	if got := laptop.rows(); got != 7 {
		t.Errorf("replaced on the phone, the laptop has %d plays", got)
	}

	laptop.account(http.MethodPatch, "/datasets/"+id, map[string]any{"name": "  My\nlife "}, http.StatusOK)
	if a = phone.account(http.MethodGet, "", nil, http.StatusOK); a.String() != "My life (7)" {
		t.Errorf("renamed: %v", a)
	}
	// Deleted on one is deleted on both.
	laptop.account(http.MethodDelete, "/datasets/"+id, nil, http.StatusOK)
	if a = phone.account(http.MethodGet, "", nil, http.StatusOK); len(a.Datasets) != 0 {
		t.Errorf("deleted: %v", a)
	}
	phone.site.forgetCache(t)
	phone.get("/api/v1/receipt").want(t, http.StatusGone)
	laptop.get("/api/v1/receipt").want(t, http.StatusUnauthorized)
	if a = person("bob").account(http.MethodGet, "", nil, http.StatusOK); a.Exists {
		t.Errorf("somebody else: %+v", a)
	}
}

// Opening one dataset deletes what is not kept only for who says so, and data that is
// kept stays when the session leaves it.
func TestOpeningAsksBeforeItDeletes(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	ada := person("ada")
	ada.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	first := ada.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated).Datasets[0].ID

	later := person("ada")
	later.upload("", someHistory(2021, 5)).want(t, http.StatusCreated)
	later.account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK)
	if a := later.account(http.MethodPost, "/datasets/"+first+"/open", nil, http.StatusConflict); a.Error.Code != "unkept_data" {
		t.Errorf("unkept: %+v", a)
	}
	to := later.post("/account/datasets/"+first+"/open", url.Values{"csrf_token": {sessionToken}}).want(t, http.StatusSeeOther).Header.Get("Location")
	if page := later.get(to).want(t, http.StatusOK).page(t); !strings.Contains(text(page, "h1"), "5 plays") {
		t.Errorf("asked: %s", text(page, "h1"))
	}
	second := later.account(http.MethodPost, "/datasets", map[string]any{"name": "The other one"}, http.StatusCreated)
	if second.String() != "Listening of 2020 (30), The other one (5)" {
		t.Fatalf("kept: %v", second)
	}
	later.account(http.MethodPost, "/datasets/"+first+"/open", nil, http.StatusOK)
	if got := later.rows(); got != 30 {
		t.Errorf("%d plays", got)
	}
	later.account(http.MethodPost, "/datasets/"+second.Datasets[1].ID+"/open", nil, http.StatusOK)
	if got := later.rows(); got != 5 {
		t.Errorf("back: %d plays", got)
	}

	// Locking takes the data out of the session, and not out of the account.
	if a := later.account(http.MethodPost, "/lock", nil, http.StatusOK); a.Open {
		t.Errorf("locked: %+v", a)
	}
	later.get("/api/v1/receipt").want(t, http.StatusUnauthorized)
	s.forgetCache(t)
	if got := ada.rows(); got != 30 {
		t.Errorf("the other session has %d plays", got)
	}
	// Delete my data deletes it from the account as well.
	ada.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	again := person("ada")
	if a := again.account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK); a.String() != "The other one (5)" {
		t.Errorf("after deleting: %v", a)
	}
}

// Kept data outlives the session, for as long as it is used.
func TestKeptDataIsRenewed(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	ada := person("ada")
	ada.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	a := ada.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated)
	if in := time.Until(a.Datasets[0].Expires); in < 89*24*time.Hour {
		t.Errorf("kept for %s", in)
	}
	for range 4 {
		s.now.Add(int64(80 * 24 * time.Hour))
		ada = person("ada")
		a = ada.account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK)
		if in := a.Datasets[0].Expires.Sub(s.clock()); in < 89*24*time.Hour {
			t.Fatalf("renewed for %s", in)
		}
		ada.account(http.MethodPost, "/datasets/"+a.Datasets[0].ID+"/open", nil, http.StatusOK)
	}
	// Reading pages is use as well.
	s.now.Add(int64(10 * 24 * time.Hour))
	if got := ada.rows(); got != 30 {
		t.Errorf("%d plays", got)
	}
	if a = ada.account(http.MethodGet, "", nil, http.StatusOK); a.Datasets[0].Expires.Sub(s.clock()) < 89*24*time.Hour {
		t.Errorf("after reading: until %s", a.Datasets[0].Expires)
	}
	s.now.Add(int64(91 * 24 * time.Hour))
	if a = person("ada").account(http.MethodGet, "", nil, http.StatusOK); a.Exists {
		t.Errorf("after its lifetime: %+v", a)
	}
}

// The journey of somebody without JavaScript.
func TestAccountWithoutScript(t *testing.T) {
	_, person := keeping(t, siteOptions{})
	ada := person("ada")
	ada.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	send := func(path string, fields ...string) answer {
		t.Helper()
		form := url.Values{"csrf_token": {ada.get("/account").want(t, http.StatusOK).page(t).Find("[name=csrf_token]").First().AttrOr("value", "")}}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return ada.post(path, form)
	}
	page := ada.get("/account").want(t, http.StatusOK).page(t)
	for _, want := range []string{"Losing every passkey and passphrase loses the data", "ada@example.org", "Keep 30 plays at once"} {
		if !strings.Contains(page.Find("main").Text(), want) {
			t.Errorf("before anything is kept, the page does not say %q", want)
		}
	}
	page = send("/account/passphrases", "passphrase", "password1234").want(t, http.StatusBadRequest).page(t)
	if got := text(page, "[role=alert] .alert-title"); got != "That passphrase can be guessed" {
		t.Errorf("a weak passphrase: %q", got)
	}
	send("/account/passphrases", "passphrase", passphrase, "label", "<em>Drawer</em>", "keep", "true").want(t, http.StatusSeeOther)
	page = ada.get("/account").want(t, http.StatusOK).page(t)
	if got := text(page, ".kept-list .name"); got != "Listening of 2020 open now" {
		t.Errorf("kept: %q", got)
	}
	if page.Find("main em").Length() > 0 || !strings.Contains(page.Find("main").Text(), "<em>Drawer</em>") {
		t.Error("a label is not escaped")
	}
	if got := text(ada.get("/receipt").page(t), ".kept"); !strings.Contains(got, "kept with your account until") {
		t.Errorf("the receipt says %q", got)
	}
	remove := page.Find("a[href$='/remove']").AttrOr("href", "")
	asked := ada.get(remove).want(t, http.StatusOK).page(t)
	if got := text(asked, "h1"); !strings.Contains(got, "last way in") || asked.Find("[name=loses_data]").Length() != 1 {
		t.Errorf("removing the last: %q", got)
	}
	page = send(remove).want(t, http.StatusConflict).page(t)
	if got := text(page, "[role=alert] .alert-title"); got != "That is the last way in" {
		t.Errorf("removing the last without saying so: %q", got)
	}
	send("/account/passphrases", "passphrase", "four unrelated llamas juggle").want(t, http.StatusSeeOther)
	send(remove).want(t, http.StatusSeeOther)

	ada = person("ada")
	page = ada.get("/account").want(t, http.StatusOK).page(t)
	if got := text(page, "h1"); got != "Your data is here, and locked." {
		t.Errorf("elsewhere: %q", got)
	}
	page = send("/account/open", "passphrase", passphrase).want(t, http.StatusForbidden).page(t)
	if got := text(page, "[role=alert] .alert-title"); got != "That does not open it" {
		t.Errorf("a passphrase that was removed: %q", got)
	}
	send("/account/open", "passphrase", "four unrelated llamas juggle").want(t, http.StatusSeeOther)
	page = ada.get("/account").want(t, http.StatusOK).page(t)
	open := page.Find("form[action$='/open']").AttrOr("action", "")
	if to := send(open).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/" {
		t.Errorf("opened: %s", to)
	}
	if got := ada.rows(); got != 30 {
		t.Errorf("%d plays", got)
	}
	ada.get("/account/delete").want(t, http.StatusOK)
	send("/account/delete").want(t, http.StatusSeeOther)
	if got := text(ada.get("/account").want(t, http.StatusOK).page(t), "h1"); got != "Keep your listening beyond this session." {
		t.Errorf("deleted: %q", got)
	}
	ada.get("/api/v1/receipt").want(t, http.StatusUnauthorized)
}

func TestPassphrasesAreTriedTenTimes(t *testing.T) {
	_, person := keeping(t, siteOptions{})
	ada := person("ada")
	ada.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase}, http.StatusCreated)
	for range accountstore.MaxAttempts {
		person("ada").account(http.MethodPost, "/open", map[string]any{"passphrase": "a guess"}, http.StatusForbidden)
	}
	a := person("ada").account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusTooManyRequests)
	if a.Error.Code != "too_many_passphrases" {
		t.Errorf("%+v", a)
	}
	// Who has it open is not disturbed.
	if a = ada.account(http.MethodGet, "", nil, http.StatusOK); !a.Open {
		t.Errorf("%+v", a)
	}
}

// What is exported is a package that gives the same data.
func TestExportIsAPackage(t *testing.T) {
	_, person := keeping(t, siteOptions{})
	ada := person("ada")
	ada.takeSample()
	if a := ada.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated); len(a.Datasets) != 0 {
		t.Errorf("the sample was kept: %v", a)
	}
	ada.account(http.MethodPost, "/datasets", nil, http.StatusConflict)
	var before, after receipt
	packages := packagesOf(t, threeYears)
	if !testing.Short() {
		extended, account, _, _ := personsPackages(t)
		packages = []file{extended, account}
	}
	ada.upload("", packages...).want(t, http.StatusCreated).json(t, &before)
	a := ada.account(http.MethodPost, "/datasets", nil, http.StatusCreated)
	exported := ada.get("/account/datasets/"+a.Datasets[0].ID+"/export").want(t, http.StatusOK)
	if got := exported.Header.Get("Content-Disposition"); got != `attachment; filename="my_spotify_data.zip"` {
		t.Errorf("disposition %s", got)
	}
	bob := person("bob")
	bob.upload("", file{"my_spotify_data.zip", exported.body}).want(t, http.StatusCreated).json(t, &after)
	if after.Kept != before.Kept || after.Unreadable != 0 || after.Kept == 0 {
		t.Errorf("kept %d and then %d, unreadable %d", before.Kept, after.Kept, after.Unreadable)
	}
	for _, path := range []string{"/api/v1/top/artists", "/api/v1/top/albums", "/api/v1/top/tracks", "/api/v1/top/episodes", "/api/v1/top/chapters", "/api/v1/plays?limit=1000", "/api/v1/playlists", "/api/v1/library", "/api/v1/searches"} {
		if one, other := ada.get(path).want(t, http.StatusOK), bob.get(path).want(t, http.StatusOK); !bytes.Equal(one.body, other.body) {
			t.Errorf("%s differs:\n%.400s\n%.400s", path, one.body, other.body)
		}
	}
}

// Nobody changes an account from another form, and nobody who is signed out sees one.
func TestAccountsAreGuarded(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	ada := person("ada")
	ada.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase}, http.StatusCreated)
	nobody := s.visitor(t)
	for _, r := range s.handlers.AllRoutes() {
		if !strings.Contains(r.Path, "/account") {
			continue
		}
		path := strings.ReplaceAll(r.Path, ":id", "0000000000000000")
		if got := nobody.request(r.Method, path, strings.NewReader(""), "Accept", "application/json").StatusCode; got != http.StatusUnauthorized {
			t.Errorf("%s %s without a sign-in: %d", r.Method, path, got)
		}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			continue
		}
		if got := ada.request(r.Method, path, strings.NewReader(""), "Accept", "application/json").StatusCode; got != http.StatusInternalServerError {
			t.Errorf("%s %s without the token: %d", r.Method, path, got)
		}
	}
	if a := ada.account(http.MethodGet, "", nil, http.StatusOK); !a.Exists || !a.Open || len(a.Keys) != 1 {
		t.Errorf("%+v", a)
	}
}

// The session stays small with the account key in it, and in the middle of making a
// passkey.
func TestSessionWithAnAccountIsSmall(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	ada := person("ada")
	ada.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	ada.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated)
	ada.post("/account/passkeys/options", url.Values{"csrf_token": {sessionToken}}).want(t, http.StatusOK)
	total := 0
	for _, cookie := range ada.http.Jar.Cookies(s.address) {
		n := len(cookie.Name) + len(cookie.Value)
		if total += n; n > 4096 {
			t.Errorf("%s has %d bytes", cookie.Name, n)
		}
	}
	t.Logf("%d bytes", total)
	// An ID token of 2 KB is 3.6 KB in cookies.
	if total > 8192-3700 {
		t.Errorf("%d bytes of cookies", total)
	}
}
