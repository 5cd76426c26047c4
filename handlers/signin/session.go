package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	idp "github.com/spotify-data-tool/spotify-data-tool/internal/signin"
)

// What a session holds of somebody who is signed in, beside web.KeyUser.
const (
	keyIssuer  = "user_issuer"
	keyEmail   = "user_email"
	keyName    = "user_name"
	keySID     = "user_sid"
	keyAt      = "user_at"
	keyIDToken = "id_token"
	// keySecret is what CSRF tokens are derived from. It stays when the session's
	// token is renewed, so that a form in another tab can still be sent.
	keySecret = "csrf_secret"
)

// identity is who is signed in, at the provider there is now.
func (s *Service) identity(ctx context.Context) (idp.Identity, bool) {
	get := func(key string) string { return s.site.Sessions.GetString(ctx, key) }
	if s.Client == nil || get(web.KeyUser) == "" || get(keyIssuer) != s.Client.Issuer {
		return idp.Identity{}, false
	}
	at, _ := s.site.Sessions.Get(ctx, keyAt).(int64)
	return idp.Identity{
		Subject: get(web.KeyUser), Email: get(keyEmail), Name: get(keyName), SID: get(keySID), IDToken: get(keyIDToken), At: time.Unix(at, 0),
	}, true
}

// Person is who is signed in, and at which provider.
func (s *Service) Person(ctx context.Context) (issuer string, who idp.Identity, ok bool) {
	if who, ok = s.identity(ctx); ok {
		issuer = s.Client.Issuer
	}
	return issuer, who, ok
}

// enter makes the session that of who. It keeps what it holds, unless that is
// somebody else's: then it begins empty, and what it led to expires.
func (s *Service) enter(ctx context.Context, who idp.Identity) error {
	sessions := s.site.Sessions
	before := sessions.GetString(ctx, web.KeyUser)
	same := before == who.Subject && sessions.GetString(ctx, keyIssuer) == s.Client.Issuer
	end, another := sessions.Renew, before != "" && !same
	if another {
		end = sessions.Destroy
	}
	if err := s.leave(ctx, another); err != nil {
		return err
	}
	if err := end(ctx); err != nil {
		return fmt.Errorf("%w: %w", web.ErrSessions, err)
	}
	for key, value := range map[string]string{
		web.KeyUser: who.Subject, keyIssuer: s.Client.Issuer, keyEmail: who.Email, keyName: who.Name, keySID: who.SID, keyIDToken: who.IDToken,
	} {
		sessions.Put(ctx, key, value)
	}
	sessions.Put(ctx, keyAt, who.At.Unix())
	if !same || !sessions.Exists(ctx, keySecret) {
		sessions.Put(ctx, keySecret, rand.Text())
	}
	return nil
}

// leave notes that the browser leaves this session. A request of it that is under way
// must not bring it back.
func (s *Service) leave(ctx context.Context, signedOut bool) error {
	if session := s.site.Sessions.ID(ctx); session != "" {
		return s.Client.Leave(ctx, session, signedOut)
	}
	return nil
}

// Left reports whether the browser has left the session of a request since that began:
// to sign in, keeping what the session holds, or to sign out.
func (s *Service) Left(ctx context.Context) (left, signedOut bool, err error) {
	session := s.site.Sessions.ID(ctx)
	if s.Client == nil || session == "" {
		return false, false, nil
	}
	return s.Client.Left(ctx, session)
}

// maskLength is half the length of a CSRF token.
const maskLength = 16

// Token is the CSRF token of the session, and "" for who is not signed in. It looks
// different each time, so that the sizes of compressed pages do not tell it.
func (s *Service) Token(ctx context.Context) string {
	mac := s.mac(ctx)
	if mac == nil {
		return ""
	}
	token := make([]byte, 2*maskLength)
	_, _ = rand.Read(token[:maskLength]) // it never fails
	subtle.XORBytes(token[maskLength:], token[:maskLength], mac)
	return base64.RawURLEncoding.EncodeToString(token)
}

func (s *Service) mac(ctx context.Context) []byte {
	if _, ok := s.identity(ctx); !ok {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(s.site.Sessions.GetString(ctx, keySecret)))
	mac.Write([]byte("csrf token v1"))
	return mac.Sum(nil)[:maskLength]
}

// headerToken is how a CSRF token is sent without a form.
const headerToken = "X-CSRF-Token"

// Protected is handle for requests with the session's CSRF token, where somebody is
// signed in: beside the check of where a request comes from, which is everybody's.
func (s *Service) Protected(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		mac := s.mac(r.Context())
		if mac == nil {
			return handle(c)
		}
		sent := r.Header.Get(headerToken)
		if sent == "" && r.ParseForm() == nil {
			sent = r.PostForm.Get(layout.FieldToken)
		}
		token, err := base64.RawURLEncoding.DecodeString(sent)
		if err != nil || len(token) != 2*maskLength {
			return ErrToken
		}
		subtle.XORBytes(token[maskLength:], token[:maskLength], token[maskLength:])
		if subtle.ConstantTimeCompare(token[maskLength:], mac) != 1 {
			return ErrToken
		}
		return handle(c)
	}
}

type sessionJSON struct {
	SignedIn bool       `json:"signed_in"`
	User     *userJSON  `json:"user,omitempty"`
	Ends     *time.Time `json:"ends,omitempty"`
	Token    string     `json:"csrf_token,omitempty"`
}

type userJSON struct {
	ID    string `json:"id"`
	Email string `json:"email,omitempty"`
	Name  string `json:"name,omitempty"`
}

// answerSession says who is signed in, when that ends, and the CSRF token.
func (s *Service) answerSession(c echo.Context) error {
	ctx := c.Request().Context()
	var answer sessionJSON
	if who, ok := s.identity(ctx); ok {
		end := s.site.Sessions.Deadline(ctx).UTC().Truncate(time.Second)
		answer = sessionJSON{true, &userJSON{who.Subject, who.Email, who.Name}, &end, s.Token(ctx)}
	}
	return c.JSON(http.StatusOK, answer)
}
