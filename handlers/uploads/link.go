package uploads

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// maxCodes bounds how many codes are tried from one network address in an hour.
const maxCodes = 60

// makeCode makes a code for the session's data. From then on the session shares its
// line: what takes the place of the data is found by whoever uses the code.
func (s *Service) makeCode(c echo.Context) error {
	ctx := c.Request().Context()
	st, err := s.takeSnapshot(ctx)
	switch {
	case err != nil:
		return err
	case st.sample:
		return ErrLinkSample
	case !st.there:
		return ErrNoSession
	}
	ds, err := s.Vault.Open(ctx, st.data)
	if err != nil {
		return fmt.Errorf("open dataset: %w", err)
	}
	until, err := s.Vault.StoredUntil(ctx, st.data)
	if err != nil {
		return err
	}
	line, err := s.shareLine(ctx)
	if err != nil {
		return fmt.Errorf("share dataset: %w", err)
	}
	code, offer, err := s.Links.Make(ctx, link.Offer{Ref: st.data.String(), Line: line, Plays: ds.Rows(), Until: until})
	if err != nil {
		return err
	}
	if err := s.RenewSession(ctx); err != nil {
		return err
	}
	s.withdraw(ctx)
	if st.moved {
		s.nameDataset(ctx, st.data, s.names(ctx), false)
	}
	s.putLine(ctx, line, until)
	s.Sessions.Put(ctx, keyCode, code.Text()+" "+strconv.FormatInt(offer.Good.Unix(), 10))
	if web.WantsJSON(c.Request()) {
		return c.JSON(http.StatusCreated, s.linkJSON(c, linkWaiting, code, offer.Good))
	}
	return s.shell.Redirect(c, web.PathLink)
}

// A linkState is how it stands with the session's code.
type linkState string

const (
	linkNone    linkState = "none"    // there is none
	linkWaiting linkState = "waiting" // it is good
	linkOver    linkState = "over"    // nobody has used it in time
	linkLinked  linkState = "linked"  // just now, by this device or another
)

// linkState finds out how it stands. at is when the devices were linked.
func (s *Service) linkState(ctx context.Context) (state linkState, at time.Time, err error) {
	now := s.Now()
	linked := s.time(ctx, keyLinked)
	if code, good, ok := s.code(ctx); ok {
		used, err := s.Links.Used(ctx, code)
		switch {
		case err != nil:
			return "", time.Time{}, err
		case used.IsZero() && now.Before(good):
			return linkWaiting, time.Time{}, nil
		case used.IsZero() && now.Sub(good) < link.Life:
			return linkOver, time.Time{}, nil
		case used.After(linked):
			linked = used
		}
	}
	if now.Sub(linked) < link.Life {
		return linkLinked, linked, nil
	}
	return linkNone, time.Time{}, nil
}

// linkAnswer is what programs are told.
type linkAnswer struct {
	State   linkState `json:"state"`
	Code    string    `json:"code,omitempty"`
	URL     string    `json:"url,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
}

func (s *Service) linkJSON(c echo.Context, state linkState, code link.Code, good time.Time) linkAnswer {
	answer := linkAnswer{State: state}
	if state == linkWaiting {
		answer.Code, answer.URL, answer.Expires = code.Text(), s.codeURL(c.Request(), code), good.UTC()
	}
	return answer
}

// codeURL is the address behind the QR code. The code is in its fragment, which
// browsers send to nobody. It is empty for a host that may not stand in an address.
func (s *Service) codeURL(r *http.Request, code link.Code) string {
	site := s.site(r)
	if site == "" {
		return ""
	}
	return site + web.PathLink + "#" + code.Text()
}

// showLink is the page on which devices are linked: it shows the session's code, and
// takes that of another device.
func (s *Service) showLink(c echo.Context) error {
	ctx := c.Request().Context()
	state, at, err := s.linkState(ctx)
	if err != nil {
		return err
	}
	code, good, _ := s.code(ctx)
	if web.WantsJSON(c.Request()) {
		return c.JSON(http.StatusOK, s.linkJSON(c, state, code, good))
	}
	h, err := s.OpenCurrent(ctx)
	if err != nil && !errors.Is(err, ErrNoSession) {
		return err
	}
	v := LinkView{State: state, Holds: err == nil && !h.Sample, Form: CodeFormView{Script: s.Asset("link.js")}}
	title := "On another device"
	switch {
	case !v.Holds:
		v.State = linkNone
	case state == linkWaiting:
		v.Code, v.Left = code.Text(), good.Sub(s.Now())
		if url := s.codeURL(c.Request(), code); url != "" {
			if v.QR, err = newQR(url); err != nil {
				return err
			}
		}
		title = "Continue on your phone"
	case state == linkLinked:
		title, v.When = "Linked just now", "just now"
		if ago := s.Now().Sub(at); ago >= 2*time.Minute {
			v.When = format.Locale{}.Count(int(ago.Minutes()), "minute", "minutes") + " ago"
			title = "Linked"
		}
		v.Kept = s.KeptUntil(ctx, false, time.UTC)
	}
	return s.shell.RenderPlain(c, http.StatusOK, title, Link(v))
}

// minutesLeft says how long a code is good.
func minutesLeft(d time.Duration) string {
	return format.Locale{}.Count(int((d+time.Minute-1)/time.Minute), "more minute", "more minutes")
}

// partialLink leads the page with a code on, once the code was used or is over. Until
// then there is nothing to change.
func (s *Service) partialLink(c echo.Context) error {
	state, _, err := s.linkState(c.Request().Context())
	if err != nil {
		return err
	}
	if state == linkWaiting {
		return c.NoContent(http.StatusNoContent)
	}
	return s.shell.Redirect(c, web.PathLink)
}

// offered is what a code hands over, and what the session holds beside it.
type offered struct {
	link.Offer
	data vault.Ref // the newest
	// until is when it expires, which is later than the offer says where somebody has
	// kept it since.
	until time.Time
	snapshot
}

// replaces reports whether the session's own data would make room.
func (o *offered) replaces() bool { return o.there && !o.sample }

// lookAt follows what a code hands over to the newest data.
func (s *Service) lookAt(ctx context.Context, offer link.Offer) (offered, error) {
	o := offered{Offer: offer}
	ref, err := vault.ParseRef(offer.Ref)
	if err != nil {
		return o, fmt.Errorf("%w: %w", ErrLinkMoved, err)
	}
	trail, err := s.Vault.Current(ctx, ref, offer.Line)
	switch {
	case errors.Is(err, vault.ErrDeleted), err == nil && trail.Closed:
		return o, fmt.Errorf("%w: %w", ErrLinkMoved, cmp.Or(err, vault.ErrSuperseded))
	case err != nil:
		return o, fmt.Errorf("look for newer data: %w", err)
	}
	o.data = trail.Ref
	o.until, err = s.Vault.StoredUntil(ctx, o.data)
	switch {
	case errors.Is(err, vault.ErrGone):
		return o, fmt.Errorf("%w: %w", ErrLinkMoved, err)
	case err != nil:
		return o, err
	}
	if o.snapshot, err = s.takeSnapshot(ctx); err != nil {
		return o, err
	}
	if o.there && o.snapshot.data.ID == o.data.ID {
		return o, ErrLinkOwn
	}
	return o, nil
}

// readOffer reads the code that somebody sends, which counts against their address, and
// looks at what it hands over.
func (s *Service) readOffer(c echo.Context) (link.Code, offered, error) {
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return link.Code{}, offered{}, fmt.Errorf("%w: %w", ErrBadForm, err)
	}
	tries := web.Meter{Limiter: s.attempts, Address: s.Address}
	if err := tries.Take(c, 1, ErrTooManyCodes); err != nil {
		return link.Code{}, offered{}, err
	}
	code, err := link.ParseCode(r.PostForm.Get("code"))
	if err != nil {
		return code, offered{}, err
	}
	offer, err := s.Links.Look(r.Context(), code)
	if err != nil {
		return code, offered{}, err
	}
	o, err := s.lookAt(r.Context(), offer)
	return code, o, err
}

// openCode says what a code hands over, before anything is handed over: whose page
// leads here may want to pass their own data off as the visitor's.
func (s *Service) openCode(c echo.Context) error {
	ctx := c.Request().Context()
	code, o, err := s.readOffer(c)
	if err != nil {
		return err
	}
	if web.WantsJSON(c.Request()) {
		return c.JSON(http.StatusOK, map[string]any{
			"plays": o.Plays, "until": o.until.UTC(), "expires": o.Good.UTC(), "replaces": o.replaces(),
		})
	}
	v := JoinView{
		Code: code.Text(), Token: s.shell.CSRFToken(c), Replaces: o.replaces(), Sample: o.there && o.sample,
		Plays: forgotten(o.Plays), Until: format.Date(o.until.UTC()),
	}
	if o.replaces() {
		if own, err := s.open(ctx); err == nil {
			v.Own = forgotten(own.Rows())
		}
		v.Stays, v.Kept = s.Linked(ctx), s.Kept(ctx)
	}
	return s.shell.RenderPlain(c, http.StatusOK, "Continue here", Join(v))
}

// joinLink makes the data behind a code the session's. It takes the place of data that
// is here only when the form says so.
func (s *Service) joinLink(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	code, o, err := s.readOffer(c)
	if err != nil {
		return err
	}
	if o.replaces() && r.PostForm.Get("replace") != "yes" {
		return ErrLinkReplaces
	}
	if _, err := s.Links.Take(ctx, code); err != nil {
		return err
	}
	if err := s.RenewSession(ctx); err != nil {
		return err
	}
	if o.there && !s.Linked(ctx) && !s.Kept(ctx) {
		// Data that other devices hold as well stays theirs, and what is kept is kept.
		if err := s.Vault.Retire(ctx, o.snapshot.data, s.line(ctx), s.expires(ctx, false)); err != nil {
			s.Log.WarnContext(ctx, "replaced data stays until it expires", "error", err)
		}
	}
	s.unlink(ctx)
	s.Sessions.Remove(ctx, KeyKept)
	s.nameDataset(ctx, o.data, vault.Ref{}, false)
	s.putLine(ctx, o.Line, o.until)
	s.putTime(ctx, keyLinked, s.Now())
	if web.WantsJSON(r) {
		return c.JSON(http.StatusOK, linkAnswer{State: linkLinked})
	}
	return s.shell.Redirect(c, web.PathLink)
}

// told answers people whose code cannot be used with a page that takes another.
func (s *Service) told(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := handle(c)
		if err == nil || web.WantsJSON(c.Request()) || !isOfCode(err) {
			return err
		}
		f := s.shell.Describe(err)
		if f.RetryAfter > 0 {
			c.Response().Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		form := CodeFormView{Script: s.Asset("link.js"), Wrong: errors.Is(err, link.ErrMalformed)}
		return s.shell.RenderPlain(c, f.Status, f.Title, RefusedCode(f, form))
	}
}

// isOfCode reports whether an error is about a code.
func isOfCode(err error) bool {
	known := []error{link.ErrMalformed, link.ErrUnknown, link.ErrLate, link.ErrUsed, ErrLinkMoved, ErrLinkOwn, ErrLinkReplaces, ErrTooManyCodes}
	return slices.ContainsFunc(known, func(one error) bool { return errors.Is(err, one) })
}
