package signin

import (
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	idp "github.com/spotify-data-tool/spotify-data-tool/internal/signin"
)

// maxAttempts is how many sign-ins of one browser may be under way. Beyond that the
// others are given up, or their cookies would fill the header.
const maxAttempts = 4

// attemptPrefix begins the name of the cookie of an attempt, before its ID.
const attemptPrefix = "signin-"

// setAttempt sets the cookie of an attempt, and deletes it without a value.
func (s *Service) setAttempt(c echo.Context, name, value string) {
	c.SetCookie(web.NewCookie(name, value, idp.AttemptLife, s.site.Secure))
}

// begin leads to the provider.
func (s *Service) begin(c echo.Context) error {
	r := c.Request()
	next, asOther := localNext(c.QueryParam("next")), c.QueryParam("as") == "other"
	if _, ok := s.identity(r.Context()); ok && !asOther {
		return s.site.Shell.Redirect(c, next)
	}
	address, attempt, err := s.Client.Begin(r.Context(), s.base(r)+web.PathCallback, next, asOther)
	if err != nil {
		return err
	}
	value, err := s.Attempts.Seal(attempt, s.site.Now())
	if err != nil {
		return err
	}
	var others []string
	for _, cookie := range r.Cookies() {
		if id, ok := strings.CutPrefix(cookie.Name, web.CookieName(attemptPrefix, s.site.Secure)); ok {
			others = append(others, attemptPrefix+id)
		}
	}
	if len(others) >= maxAttempts {
		for _, name := range others {
			s.setAttempt(c, name, "")
		}
	}
	s.setAttempt(c, attemptPrefix+idp.AttemptID(attempt.State), value)
	return s.site.Shell.Redirect(c, address)
}

// finish takes who comes back from the provider.
func (s *Service) finish(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	state := c.QueryParam("state")
	name := attemptPrefix + idp.AttemptID(state)
	cookie, err := r.Cookie(web.CookieName(name, s.site.Secure))
	if err != nil {
		return idp.ErrAttempt
	}
	attempt, err := s.Attempts.Open(cookie.Value, state, s.site.Now())
	if err == nil {
		var who idp.Identity
		if who, err = s.Client.Finish(ctx, attempt, c.QueryParams()); err == nil {
			err = s.enter(ctx, who)
		}
	}
	switch {
	case err == nil:
		s.site.Log.InfoContext(ctx, "signed in")
	case errors.Is(err, idp.ErrProvider), errors.Is(err, web.ErrSessions):
		return err // the same address may do in a moment
	default:
		s.site.Log.WarnContext(ctx, "sign-in refused", "reason", err.Error())
	}
	s.setAttempt(c, name, "")
	if err != nil {
		return err
	}
	return s.site.Shell.Redirect(c, localNext(attempt.Next))
}

// confirmSignOut is the page that says what signing out does, before it does it.
func (s *Service) confirmSignOut(c echo.Context) error {
	ctx := c.Request().Context()
	who, ok := s.identity(ctx)
	if !ok {
		return s.site.Shell.Redirect(c, web.PathSignedOut)
	}
	// The form is answered with a redirect to the provider, which browsers hold
	// against the policy of the page.
	if origin := s.Client.SignOutOrigin(ctx); origin != "" {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "form-action 'self'", "form-action 'self' "+origin, 1))
	}
	parting, err := s.site.Parting(ctx)
	if err != nil {
		return err
	}
	return s.render(c, "Sign out", SignOut(nameOf(who), s.Token(ctx), parting))
}

// signOut deletes the data of the session, ends it, and leads on to the provider.
func (s *Service) signOut(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	to := web.PathSignedOut
	if who, ok := s.identity(ctx); ok {
		if address, ok := s.Client.SignOutAddress(ctx, who, s.base(r)+web.PathSignedOut); ok {
			to = address
		}
		if err := s.leave(ctx, true); err != nil {
			return err
		}
		if err := s.site.Erase(ctx); err != nil {
			return err
		}
		s.site.Log.InfoContext(ctx, "signed out")
	}
	if web.WantsJSON(r) {
		return c.JSON(http.StatusOK, map[string]any{"signed_out": true, "continue": to})
	}
	return s.site.Shell.Redirect(c, to)
}

// hearSignOut takes the provider's word that somebody signed out there.
func (s *Service) hearSignOut(c echo.Context) error {
	r := c.Request()
	token := ""
	if r.ParseForm() == nil {
		token = r.PostForm.Get("logout_token")
	}
	err := s.Client.Logout(r.Context(), token)
	if errors.Is(err, idp.ErrRefused) {
		s.site.Log.WarnContext(r.Context(), "sign-out by the provider refused", "reason", err.Error())
		return c.JSON(http.StatusBadRequest, map[string]string{"error": "invalid_request"})
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

// showSignedOut says that nobody is signed in.
func (s *Service) showSignedOut(c echo.Context) error {
	if _, ok := s.identity(c.Request().Context()); ok {
		return s.site.Shell.Redirect(c, web.PathSignOut)
	}
	return s.render(c, "Signed out", SignedOut())
}

func (s *Service) render(c echo.Context, title string, content templ.Component) error {
	return s.site.Shell.Render(c, http.StatusOK, layout.Page(s.site.Shell.PageView(c, title, nil), content))
}
