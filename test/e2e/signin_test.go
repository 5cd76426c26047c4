package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// A person is a browser without script, at a site with an invented provider.
type person struct {
	*harness.Client
	provider *servers.OIDC
}

func newPerson(t *testing.T, provider *servers.OIDC) person {
	return person{harness.NewClient(t), provider}
}

// ask asks for a page and follows nothing.
func (p person) ask(method, address string, form url.Values, headers ...string) (*http.Response, string) {
	p.T.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	}
	resp, b := p.Do(method, address, body, append([]string{"Accept", "text/html"}, headers...)...)
	return resp, string(b)
}

// follow asks for a page and goes where the answers lead. It returns all addresses.
func (p person) follow(address string) (resp *http.Response, body string, passed []string) {
	p.T.Helper()
	for range 10 {
		passed = append(passed, address)
		resp, body = p.ask(http.MethodGet, address, nil)
		to := resp.Header.Get("Location")
		if to == "" {
			return resp, body, passed
		}
		next, err := resp.Request.URL.Parse(to)
		if err != nil {
			p.T.Fatal(err)
		}
		address = next.String()
	}
	p.T.Fatalf("led in a circle: %v", passed)
	return nil, "", nil
}

// signIn signs in, which must succeed.
func (p person) signIn(base string) {
	p.T.Helper()
	if resp, body, passed := p.follow(base + "/login"); resp.StatusCode != http.StatusOK || !p.session(base).SignedIn {
		p.T.Fatalf("sign in: %s: %v: %s", resp.Status, passed, errorOf(body))
	}
}

// callback begins a sign-in and returns the address that the provider leads back to.
func (p person) callback(base string) string {
	p.T.Helper()
	resp, _ := p.ask(http.MethodGet, base+"/login", nil)
	answer, _ := p.ask(http.MethodGet, resp.Header.Get("Location"), nil)
	back := answer.Header.Get("Location")
	if back == "" {
		p.T.Fatalf("%s leads nowhere: %s", resp.Header.Get("Location"), answer.Status)
	}
	return back
}

type sessionAnswer struct {
	SignedIn bool `json:"signed_in"`
	User     struct{ ID, Email string }
	Ends     time.Time
	Token    string `json:"csrf_token"`
}

func (p person) session(base string) (got sessionAnswer) {
	p.T.Helper()
	resp, b := p.Do(http.MethodGet, base+"/api/v1/session", nil)
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusUnauthorized {
		p.T.Fatalf("session: %s: %s", resp.Status, b)
	}
	if err := json.Unmarshal(b, &got); err != nil {
		p.T.Fatalf("%v in %s", err, b)
	}
	return got
}

var heading = regexp.MustCompile(`<h1[^>]*>([^<]*)`)

func errorOf(body string) string {
	if found := heading.FindStringSubmatch(body); found != nil {
		return strings.TrimSpace(found[1])
	}
	return body
}

func signInEnv(p *servers.OIDC, mode string, more ...string) map[string]string {
	env := p.Env(mode)
	for _, pair := range more {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env
}

// TestSignInAndOut: what somebody signs in on one instance, another serves; what
// the session held stays; signing out deletes it, and no copy of the cookie lives on.
func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			provider := servers.StartOIDC(t)
			env := signInEnv(provider, "optional", "DATASET_URL=file://"+t.TempDir(), "SESSION_STORE="+store)
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := harness.StartServer(t, env), harness.StartServer(t, env)
			p := newPerson(t, provider)
			p.Upload(one.Base, harness.SmallPackage(t, 20))
			before := p.Cookie(one.Base, "session")
			if p.session(one.Base).SignedIn {
				t.Error("signed in before")
			}
			resp, _, passed := p.follow(one.Base + "/login?next=" + url.QueryEscape("/artists?from=2024"))
			if resp.StatusCode != http.StatusOK || passed[len(passed)-1] != one.Base+"/artists?from=2024" {
				t.Errorf("led to %v: %s", passed, resp.Status)
			}
			got := p.session(two.Base)
			if !got.SignedIn || got.User.ID != "anna" || got.User.Email != "anna@example.org" || time.Until(got.Ends) < 6*24*time.Hour || got.Token == "" {
				t.Errorf("session: %+v", got)
			}
			if _, rows := p.Rows(two.Base); rows != 20 {
				t.Errorf("%d rows after signing in", rows)
			}
			if p.Cookie(one.Base, "session") == before {
				t.Error("the token was not renewed")
			}
			for _, c := range p.Cookies(one.Base) {
				if strings.HasPrefix(c.Name, "signin-") {
					t.Errorf("left: %s", c.Name)
				}
			}

			// Forms that take something away carry the session's token.
			other := got.Token[:20] + strings.Repeat("A", len(got.Token)-20)
			for _, path := range []string{"/logout", "/reset"} {
				for _, token := range []string{"", "x", other} {
					resp, _ := p.ask(http.MethodPost, one.Base+path, url.Values{"csrf_token": {token}})
					if resp.StatusCode != http.StatusForbidden {
						t.Errorf("%s with %q: %s", path, token, resp.Status)
					}
				}
			}
			resp, page := p.ask(http.MethodGet, two.Base+"/logout", nil)
			if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+provider.URL+";") {
				t.Errorf("policy: %s", policy)
			}
			if resp, _ := p.ask(http.MethodGet, two.Base+"/forget", nil); strings.Contains(resp.Header.Get("Content-Security-Policy"), provider.URL) {
				t.Error("another page has the policy of the sign-out")
			}
			if !strings.Contains(page, "anna@example.org") || !strings.Contains(page, "delete my data") {
				t.Errorf("page: %s", errorOf(page))
			}
			token := regexp.MustCompile(`name="csrf_token" value="([^"]+)"`).FindStringSubmatch(page)
			copied := p.Copied(one.Base)
			resp, _ = p.ask(http.MethodPost, two.Base+"/logout", url.Values{"csrf_token": {token[1]}})
			end, _ := url.Parse(resp.Header.Get("Location"))
			if resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(end.String(), provider.URL+"/end?") || end.Query().Get("id_token_hint") == "" || end.Query().Get("post_logout_redirect_uri") != two.Base+"/signed-out" {
				t.Errorf("%s to %s", resp.Status, end)
			}
			if resp, _, passed := p.follow(end.String()); resp.StatusCode != http.StatusOK || passed[len(passed)-1] != two.Base+"/signed-out" {
				t.Errorf("%s: %v", resp.Status, passed)
			}
			if p.session(one.Base).SignedIn || p.Code(one.Base) != "401 no_session" {
				t.Error("signed in still")
			}
			again := person{copied, provider}
			three := harness.StartServer(t, env)
			if again.session(three.Base).SignedIn || again.Code(three.Base) != "401 no_session" {
				t.Error("a copy of the cookie is signed in")
			}
		})
	}
}

// TestSignInRefusals: what a provider, or who pretends to be one, sends that cannot
// be trusted signs nobody in.
func TestSignInRefusals(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	other := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional", "OIDC_ALLOWED=anna@example.org,family.example"))
	const refused, down, clock, denied = "400 sign_in_refused", "503 sign_in_unavailable", "503 sign_in_clock", "403 not_allowed"
	none := func(token string) string {
		parts := strings.Split(token, ".")
		return "eyJhbGciOiJub25lIn0." + parts[1] + "."
	}
	now := time.Now()
	for name, test := range map[string]struct {
		script servers.OIDCScript
		want   string
	}{
		"well":                      {servers.OIDCScript{}, "303"},
		"another nonce":             {servers.OIDCScript{Claims: map[string]any{"nonce": "x"}}, refused},
		"no nonce":                  {servers.OIDCScript{Claims: map[string]any{"nonce": nil}}, refused},
		"another issuer":            {servers.OIDCScript{Claims: map[string]any{"iss": other.URL}}, refused},
		"another audience":          {servers.OIDCScript{Claims: map[string]any{"aud": "films"}}, refused},
		"two audiences":             {servers.OIDCScript{Claims: map[string]any{"aud": []string{"music", "films"}}}, refused},
		"two audiences, ours":       {servers.OIDCScript{Claims: map[string]any{"aud": []string{"music", "films"}, "azp": "music"}}, "303"},
		"another's":                 {servers.OIDCScript{Claims: map[string]any{"azp": "films"}}, refused},
		"expired":                   {servers.OIDCScript{Claims: map[string]any{"exp": now.Add(-6 * time.Minute).Unix()}}, refused},
		"expired a moment ago":      {servers.OIDCScript{Claims: map[string]any{"exp": now.Add(-4 * time.Minute).Unix()}}, "303"},
		"no expiry":                 {servers.OIDCScript{Claims: map[string]any{"exp": nil}}, refused},
		"nobody":                    {servers.OIDCScript{Claims: map[string]any{"sub": nil}}, refused},
		"signature cut":             {servers.OIDCScript{Forge: func(token string) string { return token[:len(token)-6] + "AAAAAA" }}, refused},
		"alg none":                  {servers.OIDCScript{Forge: none}, refused},
		"alg HS256":                 {servers.OIDCScript{Header: map[string]any{"alg": "HS256"}}, refused},
		"unknown key":               {servers.OIDCScript{Header: map[string]any{"kid": "x"}}, refused},
		"no ID token":               {servers.OIDCScript{Forge: func(string) string { return "" }}, refused},
		"cancelled":                 {servers.OIDCScript{Error: "access_denied"}, "400 sign_in_cancelled"},
		"it is busy":                {servers.OIDCScript{Error: "temporarily_unavailable"}, down},
		"clock 4 minutes ahead":     {servers.OIDCScript{Ahead: 4 * time.Minute}, "303"},
		"clock 4 minutes late":      {servers.OIDCScript{Ahead: -4 * time.Minute}, "303"},
		"clock 10 minutes ahead":    {servers.OIDCScript{Ahead: 10 * time.Minute}, clock},
		"clock 10 minutes late":     {servers.OIDCScript{Ahead: -10 * time.Minute}, clock},
		"the same without its date": {servers.OIDCScript{Ahead: -10 * time.Minute, NoDate: true}, clock},
		"ahead without its date":    {servers.OIDCScript{Ahead: 10 * time.Minute, NoDate: true}, clock},
		"another address":           {servers.OIDCScript{Subject: "ben"}, denied},
		"an allowed domain":         {servers.OIDCScript{Subject: "ben", Claims: map[string]any{"email": "Ben@Family.Example"}}, "303"},
		"below it":                  {servers.OIDCScript{Claims: map[string]any{"email": "ben@sub.family.example"}}, denied},
		"a domain in the name":      {servers.OIDCScript{Claims: map[string]any{"email": "family.example"}}, denied},
		"not verified":              {servers.OIDCScript{Claims: map[string]any{"email_verified": false}}, denied},
		"verified as a text":        {servers.OIDCScript{Claims: map[string]any{"email_verified": "true"}}, "303"},
		"not said":                  {servers.OIDCScript{Claims: map[string]any{"email_verified": nil}}, denied},
	} {
		if test.script.Subject == "" {
			test.script.Subject = "anna"
		}
		provider.Script(func(s *servers.OIDCScript) { *s = test.script })
		p := newPerson(t, provider)
		back := p.callback(s.Base)
		resp, b := p.Do(http.MethodGet, back, nil)
		var answer struct{ Error struct{ Code string } }
		_ = json.Unmarshal(b, &answer)
		got := strings.TrimSpace(resp.Status[:3] + " " + answer.Error.Code)
		if got != test.want || p.session(s.Base).SignedIn != (test.want == "303") {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	if log := s.Log.String(); !strings.Contains(log, "the clock of this machine and that of the sign-in provider differ: its clock shows") || strings.Contains(log, "example.org") {
		t.Error("the log does not name the clock, or names somebody")
	}
}

// TestTrustedAddress: OIDC_TRUST_EMAIL is for providers that do not say, and for
// nothing else.
func TestTrustedAddress(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional", "OIDC_ALLOWED=example.org", "OIDC_TRUST_EMAIL=true"))
	for said, want := range map[any]int{nil: http.StatusSeeOther, false: http.StatusForbidden, "no": http.StatusForbidden} {
		provider.Script(func(s *servers.OIDCScript) { s.Claims = map[string]any{"email_verified": said} })
		p := newPerson(t, provider)
		if resp, _ := p.ask(http.MethodGet, p.callback(s.Base), nil); resp.StatusCode != want {
			t.Errorf("%v: %s, want %d", said, resp.Status, want)
		}
	}
}

// TestCallbacksOfOthers: an answer of the provider is good once, in the browser that
// asked, and two tabs do not disturb each other.
func TestCallbacksOfOthers(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional"))
	p := newPerson(t, provider)
	first, second := p.callback(s.Base), p.callback(s.Base)
	stranger := newPerson(t, provider)
	if resp, body := stranger.ask(http.MethodGet, first, nil); resp.StatusCode != http.StatusBadRequest || stranger.session(s.Base).SignedIn {
		t.Errorf("in another browser: %s: %s", resp.Status, errorOf(body))
	}
	// A cookie of one attempt under the name of another.
	cookies := p.Cookies(s.Base)
	stranger.SetCookies(s.Base, &http.Cookie{Name: cookies[0].Name, Value: cookies[1].Value, Path: "/"}, &http.Cookie{Name: cookies[1].Name, Value: cookies[0].Value, Path: "/"})
	for _, back := range []string{first, second} {
		if resp, _ := stranger.ask(http.MethodGet, back, nil); resp.StatusCode != http.StatusBadRequest || stranger.session(s.Base).SignedIn {
			t.Errorf("with another attempt's cookie: %s", resp.Status)
		}
	}
	altered := regexp.MustCompile(`state=[^&]+`).ReplaceAllString(first, "state=XXXXXXXXXXXXXXXXXXXXXXXXXX")
	foreign := regexp.MustCompile(`iss=[^&]+`).ReplaceAllString(first, "iss=https%3A%2F%2Fevil.example")
	nameless := regexp.MustCompile(`&?iss=[^&]+`).ReplaceAllString(second, "")
	if resp, _ := p.ask(http.MethodGet, altered, nil); resp.StatusCode != http.StatusBadRequest || p.session(s.Base).SignedIn {
		t.Errorf("another state: %s", resp.Status)
	}
	copied := person{p.Copied(s.Base), provider}
	for _, back := range []string{foreign, nameless} {
		if resp, _ := copied.ask(http.MethodGet, back, nil); resp.StatusCode != http.StatusBadRequest || copied.session(s.Base).SignedIn {
			t.Errorf("of another provider: %s", resp.Status)
		}
	}
	copied = person{p.Copied(s.Base), provider}
	for _, back := range []string{second, first} {
		if resp, _ := p.ask(http.MethodGet, back, nil); resp.StatusCode != http.StatusSeeOther || !p.session(s.Base).SignedIn {
			t.Errorf("one of two tabs: %s", resp.Status)
		}
	}
	if resp, _ := p.ask(http.MethodGet, first, nil); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("again: %s", resp.Status)
	}
	// Even with the cookie of then, the provider takes a code once.
	if resp, _ := copied.ask(http.MethodGet, first, nil); resp.StatusCode != http.StatusBadRequest || copied.session(s.Base).SignedIn {
		t.Errorf("replayed: %s", resp.Status)
	}
}

// TestSignInLeadsNowhereElse: the way back is a page of this site.
func TestSignInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional"))
	for _, next := range []string{
		"//evil.example", "/\\evil.example", "\\\\evil.example", "/%2f%2fevil.example", "/%2Fevil.example", "https://evil.example", "https:evil.example",
		"javascript:alert(1)", "/\t/evil.example", "\n//evil.example", "/%5cevil.example", "///evil.example", "evil.example", "/login", "/logout", "/login/callback?x",
		"/partials/artists", "/api/v1/session", "/" + strings.Repeat("x", 5000), "",
	} {
		p := newPerson(t, provider)
		resp, _ := p.ask(http.MethodGet, s.Base+"/login?next="+url.QueryEscape(next), nil)
		answer, _ := p.ask(http.MethodGet, resp.Header.Get("Location"), nil)
		back, _ := p.ask(http.MethodGet, answer.Header.Get("Location"), nil)
		if to := back.Header.Get("Location"); to != "/" || back.StatusCode != http.StatusSeeOther {
			t.Errorf("%q leads to %q, %s", next, to, back.Status)
		}
		if signedIn, _ := p.ask(http.MethodGet, s.Base+"/login?next="+url.QueryEscape(next), nil); signedIn.Header.Get("Location") != "/" {
			t.Errorf("%q leads who is signed in to %q", next, signedIn.Header.Get("Location"))
		}
	}
}

// TestAnotherPersonBeginsEmpty: who signs in after somebody else in one browser does
// not see what was theirs.
func TestAnotherPersonBeginsEmpty(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			provider := servers.StartOIDC(t)
			env := signInEnv(provider, "optional", "SESSION_STORE="+store)
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			s := harness.StartServer(t, env)
			p := newPerson(t, provider)
			p.signIn(s.Base)
			p.Upload(s.Base, harness.SmallPackage(t, 20))
			p.follow(s.Base + "/login?as=other")
			if _, rows := p.Rows(s.Base); rows != 20 {
				t.Errorf("the same person: %d rows", rows)
			}
			before := person{p.Copied(s.Base), provider}
			provider.Script(func(s *servers.OIDCScript) { s.Subject = "ben" })
			p.follow(s.Base + "/login?as=other")
			if got := p.session(s.Base); got.User.ID != "ben" || p.Code(s.Base) != "401 no_session" {
				t.Errorf("%+v, %s", got, p.Code(s.Base))
			}
			if before.session(s.Base).SignedIn || before.Code(s.Base) != "401 no_session" {
				t.Error("the session from before goes on")
			}
			p.Upload(s.Base, harness.SmallPackage(t, 30))
			if _, rows := p.Rows(s.Base); rows != 30 {
				t.Errorf("%d rows of the other's own", rows)
			}
		})
	}
}

// TestSignOutOfAProviderWithoutIt: where there is no sign-out of the provider, or the
// provider is down, the session ends here.
func TestSignOutOfAProviderWithoutIt(t *testing.T) {
	t.Parallel()
	for name, without := range map[string]func(*servers.OIDCScript){
		"it has none": func(s *servers.OIDCScript) { s.NoEnd = true },
		"it is down":  func(s *servers.OIDCScript) { s.Down = true },
	} {
		t.Run(name, func(t *testing.T) {
			provider := servers.StartOIDC(t)
			provider.Script(func(s *servers.OIDCScript) { s.NoEnd = name == "it has none" })
			env := signInEnv(provider, "optional", "DATASET_URL=file://"+t.TempDir())
			one := harness.StartServer(t, env)
			p := newPerson(t, provider)
			p.signIn(one.Base)
			provider.Script(without)
			two := harness.StartServer(t, env)
			resp, page := p.ask(http.MethodGet, two.Base+"/logout", nil)
			if !strings.Contains(resp.Header.Get("Content-Security-Policy"), "form-action 'self';") || !strings.Contains(page, "There is no data in it.") {
				t.Errorf("%s: %s", resp.Header.Get("Content-Security-Policy"), errorOf(page))
			}
			resp, _ = p.ask(http.MethodPost, two.Base+"/logout", nil, "X-CSRF-Token", p.session(one.Base).Token)
			if resp.Header.Get("Location") != "/signed-out" || p.session(two.Base).SignedIn {
				t.Errorf("%s to %q", resp.Status, resp.Header.Get("Location"))
			}
		})
	}
}

// TestBackChannelLogout: the provider's word ends sessions on every instance, once,
// and those who sign in afterwards stay.
func TestBackChannelLogout(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"cookie", "redis"} {
		t.Run(store, func(t *testing.T) {
			provider := servers.StartOIDC(t)
			env := signInEnv(provider, "optional", "DATASET_URL=file://"+t.TempDir(), "SESSION_STORE="+store)
			if store == "redis" {
				env["REDIS_URL"] = servers.Redis(t).URL()
			}
			one, two := harness.StartServer(t, env), harness.StartServer(t, env)
			tell := func(s *harness.Server, token string) int {
				resp, err := http.PostForm(s.Base+"/logout/backchannel", url.Values{"logout_token": {token}})
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				return resp.StatusCode
			}
			people := map[string]person{}
			for _, name := range []string{"anna", "ben", "cleo"} {
				provider.Script(func(s *servers.OIDCScript) {
					s.Subject, s.Claims = name, nil
					if name == "cleo" {
						s.Claims = map[string]any{"sid": nil}
					}
				})
				people[name] = newPerson(t, provider)
				people[name].signIn(two.Base)
			}
			provider.Script(func(s *servers.OIDCScript) { s.Subject, s.Claims = "anna", nil })
			past := time.Now().Add(-20 * time.Minute).Unix()
			for name, changes := range map[string]map[string]any{
				"no event": {"events": nil}, "another event": {"events": map[string]any{"x": map[string]any{}}}, "a nonce": {"nonce": "n"}, "nobody": {"sub": nil, "sid": nil},
				"no name": {"jti": nil}, "another audience": {"aud": "films"}, "another issuer": {"iss": "https://evil.example"}, "expired": {"exp": past}, "old": {"iat": past}, "no expiry": {"exp": nil},
			} {
				if status := tell(one, provider.LogoutToken(changes)); status != http.StatusBadRequest {
					t.Errorf("%s: %d", name, status)
				}
			}
			if status := tell(one, "x.y.z"); status != http.StatusBadRequest {
				t.Errorf("no token: %d", status)
			}
			if !people["anna"].session(two.Base).SignedIn {
				t.Fatal("a refused token has signed out")
			}
			token := provider.LogoutToken(nil)
			if first, again := tell(one, token), tell(two, token); first != http.StatusOK || again != http.StatusBadRequest {
				t.Errorf("told: %d, then %d", first, again)
			}
			provider.Script(func(s *servers.OIDCScript) { s.Subject = "cleo" })
			if status := tell(one, provider.LogoutToken(nil)); status != http.StatusOK {
				t.Errorf("without a name of the session: %d", status)
			}
			if people["anna"].session(one.Base).SignedIn {
				t.Error("signed in where the provider told")
			}
			deadline := time.Now().Add(10 * time.Second)
			cleo := people["cleo"]
			for cleo.session(two.Base).SignedIn && time.Now().Before(deadline) {
				time.Sleep(200 * time.Millisecond)
			}
			if cleo.session(two.Base).SignedIn || !people["ben"].session(two.Base).SignedIn {
				t.Errorf("on another instance: cleo %v, ben %v", cleo.session(two.Base).SignedIn, people["ben"].session(two.Base).SignedIn)
			}
			time.Sleep(time.Second) // the provider's times have seconds
			cleo.signIn(two.Base)
		})
	}
}

// TestProviderComesAndGoes: a provider that is down stops no start and nobody who is
// signed in; its keys are read again when they change.
func TestProviderComesAndGoes(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	provider.Script(func(s *servers.OIDCScript) { s.Down = true })
	s := harness.StartServer(t, signInEnv(provider, "required"))
	p := newPerson(t, provider)
	resp, body := p.ask(http.MethodGet, s.Base+"/login", nil)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || errorOf(body) != "Nobody can sign in right now" {
		t.Errorf("%s: %s", resp.Status, errorOf(body))
	}
	provider.Script(func(s *servers.OIDCScript) { s.Down = false })
	time.Sleep(1100 * time.Millisecond)
	p.signIn(s.Base)
	back := newPerson(t, provider)
	address := back.callback(s.Base)
	provider.Script(func(s *servers.OIDCScript) { s.Down = true })
	if !p.session(s.Base).SignedIn {
		t.Error("signed out with the provider")
	}
	if resp, _ := back.ask(http.MethodGet, address, nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("back to a provider that is down: %s", resp.Status)
	}
	provider.Script(func(s *servers.OIDCScript) { s.Down = false })
	if resp, _ := back.ask(http.MethodGet, address, nil); resp.StatusCode != http.StatusSeeOther || !back.session(s.Base).SignedIn {
		t.Errorf("once more: %s", resp.Status)
	}
	asked := provider.Asked("/keys")
	newPerson(t, provider).signIn(s.Base)
	if provider.Asked("/keys") != asked {
		t.Error("keys are not kept")
	}
	provider.Rotate(t)
	newPerson(t, provider).signIn(s.Base)
	if provider.Asked("/.well-known/openid-configuration") != 2 {
		t.Errorf("described %d times", provider.Asked("/.well-known/openid-configuration"))
	}
}

// TestSignedInCookiesStaySmall: with the longest token that is kept, a session's
// cookies have less than 8 KB, and a longer one is not kept.
func TestSignedInCookiesStaySmall(t *testing.T) {
	t.Parallel()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional"))
	for padding, kept := range map[int]bool{0: true, 150: true, 3000: false} {
		provider.Script(func(s *servers.OIDCScript) { s.Padding = padding })
		p := newPerson(t, provider)
		p.signIn(s.Base)
		p.Upload(s.Base, harness.SmallPackage(t, 20))
		total := 0
		for _, c := range p.Cookies(s.Base) {
			if n := len(c.Name) + len(c.Value); n > 4096 {
				t.Errorf("%s has %d bytes", c.Name, n)
			}
			total += len(c.Name) + len(c.Value)
		}
		_, page := p.ask(http.MethodGet, s.Base+"/logout", nil)
		token := regexp.MustCompile(`name="csrf_token" value="([^"]+)"`).FindStringSubmatch(page)
		resp, _ := p.ask(http.MethodPost, s.Base+"/logout", url.Values{"csrf_token": {token[1]}})
		hint, _ := url.Parse(resp.Header.Get("Location"))
		if got := hint.Query().Get("id_token_hint"); total > 8<<10 || (got != "") != kept || !kept && hint.Query().Get("logout_hint") != "anna@example.org" {
			t.Errorf("padding %d: %d bytes of cookies, a token of %d", padding, total, len(got))
		}
	}
}
