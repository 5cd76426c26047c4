package servers

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// What an OIDC provider knows the program as.
const (
	OIDCClient = "music"
	OIDCSecret = "a secret of the invented provider"
)

// An OIDC is an invented OpenID Connect provider that does what a test tells it. Its
// person is signed in already, so that it answers at once.
type OIDC struct {
	*httptest.Server

	mu    sync.Mutex
	key   *rsa.PrivateKey
	kid   string
	codes map[string]url.Values // the question for authorization behind each code
	asked map[string]int        // requests by path

	// Change is set under Script.
	change OIDCScript
}

// An OIDCScript is what an invented provider does otherwise than well.
type OIDCScript struct {
	Subject string
	// Claims changes the claims of the ID token, and Header that of the token.
	Claims, Header map[string]any
	Forge          func(token string) string
	Error          string // in place of a code
	Down           bool   // every answer is a 503
	Ahead          time.Duration
	NoDate         bool // answers do not tell the time
	NoEnd          bool // there is no end_session_endpoint
	Padding        int  // makes the ID token longer
}

// StartOIDC starts a provider, which ends with the test.
func StartOIDC(t testing.TB) *OIDC {
	t.Helper()
	p := &OIDC{codes: make(map[string]url.Values), asked: make(map[string]int), change: OIDCScript{Subject: "anna"}}
	p.Rotate(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.describe)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /end", p.end)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		script := p.change
		p.asked[r.URL.Path]++
		p.mu.Unlock()
		if script.NoDate {
			w.Header()["Date"] = nil
		} else {
			w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
		}
		if script.Down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// Env configures the program for the provider.
func (p *OIDC) Env(mode string) map[string]string {
	return map[string]string{"SIGN_IN": mode, "OIDC_ISSUER": p.URL, "OIDC_CLIENT_ID": OIDCClient, "OIDC_CLIENT_SECRET": OIDCSecret}
}

// Script changes what the provider does from now on.
func (p *OIDC) Script(change func(*OIDCScript)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.change)
}

// Asked is how often a path was asked for.
func (p *OIDC) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// Rotate gives the provider another key.
func (p *OIDC) Rotate(t testing.TB) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.kid = key, rand.Text()
}

func (p *OIDC) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.change.Ahead)
}

func (p *OIDC) describe(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "authorization_response_iss_parameter_supported": true,
	}
	p.mu.Lock()
	if !p.change.NoEnd {
		d["end_session_endpoint"] = p.URL + "/end"
	}
	p.mu.Unlock()
	answerJSON(w, d)
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *OIDC) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != OIDCClient || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("nonce") == "" {
		http.Error(w, "not a question of this client", http.StatusBadRequest)
		return
	}
	back := url.Values{"state": {q.Get("state")}, "iss": {p.URL}}
	p.mu.Lock()
	if p.change.Error != "" {
		back.Set("error", p.change.Error)
	} else {
		code := rand.Text()
		p.codes[code] = q
		back.Set("code", code)
	}
	p.mu.Unlock()
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

func (p *OIDC) token(w http.ResponseWriter, r *http.Request) {
	client, secret, _ := r.BasicAuth()
	if secret, _ = url.QueryUnescape(secret); client != OIDCClient || secret != OIDCSecret {
		w.WriteHeader(http.StatusUnauthorized)
		answerJSON(w, map[string]string{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	asked, ok := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	script := p.change
	p.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || base64.RawURLEncoding.EncodeToString(challenge[:]) != asked.Get("code_challenge") || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	now := p.now()
	claims := map[string]any{
		"iss": p.URL, "sub": script.Subject, "aud": OIDCClient, "nonce": asked.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"sid": "session of " + script.Subject, "email": script.Subject + "@example.org", "email_verified": true, "padding": string(make([]byte, script.Padding)),
	}
	token := p.sign(claims, script)
	if script.Forge != nil {
		token = script.Forge(token)
	}
	answerJSON(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "id_token": token})
}

// sign makes a token. A claim that the script sets to nil is left out.
func (p *OIDC) sign(claims map[string]any, script OIDCScript) string {
	p.mu.Lock()
	key, header := p.key, map[string]any{"alg": "RS256", "kid": p.kid, "typ": "JWT"}
	p.mu.Unlock()
	maps.Copy(claims, script.Claims)
	maps.Copy(header, script.Header)
	for _, object := range []map[string]any{claims, header} {
		maps.DeleteFunc(object, func(_ string, v any) bool { return v == nil })
	}
	part := func(v any) string {
		b, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	signed := part(header) + "." + part(claims)
	hash := sha256.Sum256([]byte(signed))
	signature, _ := rsa.SignPKCS1v15(nil, key, crypto.SHA256, hash[:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// LogoutToken says that the person has signed out. A claim that changes sets to nil
// is left out. Its type is the standard's, unless the script has another.
func (p *OIDC) LogoutToken(changes map[string]any) string {
	p.mu.Lock()
	subject, header := p.change.Subject, map[string]any{"typ": "logout+jwt"}
	maps.Copy(header, p.change.Header)
	p.mu.Unlock()
	now := p.now()
	return p.sign(map[string]any{
		"iss": p.URL, "sub": subject, "sid": "session of " + subject, "aud": OIDCClient, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(), "jti": rand.Text(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}, OIDCScript{Claims: changes, Header: header})
}

func (p *OIDC) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answerJSON(w, map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": p.kid, "e": "AQAB", "n": base64.RawURLEncoding.EncodeToString(p.key.N.Bytes()),
	}}})
}

// end signs the person out and leads back, as the standard has it.
func (p *OIDC) end(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != OIDCClient || q.Get("id_token_hint") == "" && q.Get("logout_hint") == "" {
		http.Error(w, "no client", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, q.Get("post_logout_redirect_uri"), http.StatusSeeOther)
}
