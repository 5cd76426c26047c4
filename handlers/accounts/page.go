package accounts

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// A pageView is the account's page.
type pageView struct {
	Email    string
	Token    string // of forms
	Headline prose.Text
	Lede     prose.Text
	Alert    *list.AlertView
	Exists   bool
	Open     bool
	Datasets []datasetView
	Keys     []keyView
	// Keepable is what of the session can be kept: "35,120 plays"; empty for nothing.
	Keepable string
	Full     bool // no room for another dataset
	Passkeys bool // there are some
	Phrases  bool // there are passphrases
	MoreKeys bool // there is room for another
	Lifetime string
	Script   string
}

type datasetView struct {
	ID, Name, Plays, Span, Kept string
	Current                     bool
}

type keyView struct {
	ID, Label, Kind, Added string
	Last                   bool
}

// lossWarning is said before and beside every way in.
const lossWarning = "Losing every passkey and passphrase loses the data: nobody can bring it back, neither Spotify Data Tool nor whoever runs this page."

// show is the page of the account.
func (s *Service) show(c echo.Context) error { return s.render(c, http.StatusOK, nil) }

// showRefusal shows what a form was refused for, above it.
func (s *Service) showRefusal(c echo.Context, err error) error {
	f := s.shell.Describe(err)
	if f.Status >= 500 || f.Status == http.StatusUnauthorized {
		return err
	}
	if f.Status == http.StatusTooManyRequests {
		return err // the edge says when to come back
	}
	alert := web.NewAlertView(f, edge.RequestID(c.Request().Context()))
	return s.render(c, f.Status, &alert)
}

func (s *Service) render(c echo.Context, status int, alert *list.AlertView) error {
	ctx := c.Request().Context()
	st, err := s.look(ctx)
	if err != nil {
		return err
	}
	if st.key != nil && alert == nil {
		if err := s.renew(ctx, st, func(accountstore.Dataset) bool { return true }); err != nil {
			s.Log.WarnContext(ctx, "kept data is not renewed", "error", err)
		}
	}
	v := s.newPageView(c, st)
	v.Alert = alert
	return s.shell.RenderPlain(c, status, "Your account", accountPage(v))
}

func (s *Service) newPageView(c echo.Context, st state) pageView {
	ctx := c.Request().Context()
	loc := format.Locale{}
	v := pageView{
		Email: st.person.Email, Token: s.SignIn.Token(ctx), Exists: st.account != nil, Open: st.key != nil,
		Lifetime: days(s.Store.Lifetime()), Script: s.Asset("passkeys.js"), MoreKeys: true,
		Full: len(st.datasets) >= accountstore.MaxDatasets,
	}
	if s.data.HasOwnData(ctx) && !s.Keeps(ctx) {
		if d, _, _, err := s.data.OwnData(ctx); err == nil {
			if v.Keepable = plays(d.Rows()); d.Rows() == 0 {
				v.Keepable = "your data"
			}
		}
	}
	passkeys, phrases := 0, 0
	if st.account != nil {
		for _, slot := range st.account.Slots {
			k := keyView{ID: slot.ID, Label: slot.Label, Kind: "Passphrase", Added: format.Date(slot.AddedAt().UTC()), Last: len(st.account.Slots) == 1}
			if phrases++; slot.Kind == accountstore.Passkey {
				k.Kind = "Passkey"
				phrases--
				passkeys++
			}
			v.Keys = append(v.Keys, k)
		}
		v.Passkeys, v.Phrases, v.MoreKeys = passkeys > 0, phrases > 0, len(st.account.Slots) < accountstore.MaxSlots
	}
	total := 0
	for _, d := range st.datasets {
		total += d.Plays
		v.Datasets = append(v.Datasets, datasetView{
			ID: d.ID, Name: d.Name, Plays: plays(d.Plays), Span: span(d), Kept: format.Date(d.Expires.UTC()), Current: d.ID == st.current,
		})
	}
	switch {
	case !v.Exists:
		v.Headline = prose.Of("Keep your listening ").Accent("beyond this session").Plain(".")
		v.Lede = prose.Of("It is sealed with a key that only your passkeys and passphrases open, and waits on every device on which you sign in.")
	case !v.Open:
		v.Headline = prose.Of("Your data is here, and ").Accent("locked").Plain(".")
		v.Lede = prose.Of("Signing in says who you are. What opens your data is " + ways(passkeys, phrases) + ", which nobody but you has.")
	case len(st.datasets) == 0:
		v.Headline = prose.Of("Your account is open, and ").Accent("keeps nothing yet").Plain(".")
		v.Lede = prose.Of("Up to " + loc.Count(accountstore.MaxDatasets, "dataset", "datasets") + " stay here for " + v.Lifetime + " after you last came.")
	default:
		v.Headline = prose.Of("Your account keeps ").Accent(plays(total)).Plain(" in " + loc.Count(len(st.datasets), "dataset", "datasets") + ".")
		v.Lede = prose.Of("They stay for " + v.Lifetime + " after you last came, and open on every device with " + ways(passkeys, phrases) + ".")
	}
	return v
}

// ways is what opens the account, in words.
func ways(passkeys, phrases int) string {
	switch {
	case passkeys+phrases == 1:
		return "your " + oneOf(passkeys, phrases)
	case passkeys == 1 && phrases == 1:
		return "your passkey or your passphrase"
	case phrases == 0 || passkeys == 0:
		return "any of your " + oneOf(passkeys, phrases)
	default:
		return "any of your " + oneOf(passkeys, 0) + " and " + oneOf(0, phrases)
	}
}

func oneOf(passkeys, phrases int) string {
	n, one, many := passkeys, "passkey", "passkeys"
	if passkeys == 0 {
		n, one, many = phrases, "passphrase", "passphrases"
	}
	if n == 1 {
		return one
	}
	return format.Locale{}.Count(n, one, many)
}

func days(d time.Duration) string {
	if n := int(d / (24 * time.Hour)); n >= 2 {
		return format.Locale{}.Count(n, "day", "days")
	}
	return format.Locale{}.HoursInWords(d.Milliseconds())
}

func span(d accountstore.Dataset) string {
	if d.Plays == 0 {
		return ""
	}
	return format.Date(d.First.UTC()) + " to " + format.Date(d.Last.UTC())
}

// A confirmView asks once before something is lost.
type confirmView struct {
	Eyebrow, Question, Says, Action, Token, Verb string
	// Field is sent along to say that the loss is understood.
	Field string
	// Other is another thing to do first.
	Other *otherView
}

type otherView struct{ Action, Verb string }

func (s *Service) confirm(c echo.Context, v confirmView) error {
	v.Token = s.SignIn.Token(c.Request().Context())
	return s.shell.RenderPlain(c, http.StatusOK, v.Eyebrow, confirmPage(v))
}

// confirmOpen asks before opening a kept dataset deletes what the session has.
func (s *Service) confirmOpen(c echo.Context, st state, d accountstore.Dataset) error {
	own := "What is open now"
	if data, _, _, err := s.data.OwnData(c.Request().Context()); err == nil && data.Rows() > 0 {
		own = "What is open now, " + plays(data.Rows()) + ","
	}
	parting, err := s.data.Parting(c.Request().Context())
	if err != nil {
		return err
	}
	says := "Opening “" + d.Name + "” deletes it for good, unless you keep it with your account first."
	verb := "Open and delete"
	switch parting {
	case web.DataGoesFromMore:
		says = "Opening “" + d.Name + "” deletes it for good, from every device that you have linked, too, unless you keep it with your account first."
	case web.DataStaysLinked:
		says = "Opening “" + d.Name + "” takes it away here. It stays on the devices that it is linked with."
		verb = "Open"
	}
	v := confirmView{
		Eyebrow: "Open " + d.Name, Question: own + " is not kept.",
		Says:   says,
		Action: web.PathAccount + "/datasets/" + d.ID + "/open", Verb: verb, Field: "discard",
	}
	if len(st.datasets) < accountstore.MaxDatasets {
		v.Other = &otherView{web.PathAccount + "/datasets", "Keep it first"}
	}
	return s.confirm(c, v)
}

func (s *Service) confirmDeleteDataset(c echo.Context, _ state, d accountstore.Dataset) error {
	return s.confirm(c, confirmView{
		Eyebrow: "Delete " + d.Name, Question: plays(d.Plays) + " will be gone for good.",
		Says:   "“" + d.Name + "” is deleted from your account, and so from every device. There is no copy and no way back.",
		Action: web.PathAccount + "/datasets/" + d.ID + "/delete", Verb: "Delete it",
	})
}

func (s *Service) confirmRemoveKey(c echo.Context, st state) error {
	for _, slot := range st.account.Slots {
		if slot.ID != c.Param("id") {
			continue
		}
		v := confirmView{
			Eyebrow: "Remove " + slot.Label, Question: "“" + slot.Label + "” will not open your data any more.",
			Says:   "Your data stays, and the other ways in go on opening it. Sessions that are open stay open until they end.",
			Action: web.PathAccount + "/keys/" + slot.ID + "/remove", Verb: "Remove it",
		}
		if len(st.account.Slots) == 1 {
			v.Question = "That is the last way in. Without it, your data is lost."
			v.Says = lost(st) + " It is deleted at once, from every device. To keep it, add another passkey or passphrase first."
			v.Verb, v.Field = "Remove it and lose the data", "loses_data"
		}
		return s.confirm(c, v)
	}
	return accountstore.ErrNoSlot
}

func lost(st state) string {
	total := 0
	for _, d := range st.datasets {
		total += d.Plays
	}
	loc := format.Locale{}
	return "Your account keeps " + plays(total) + " in " + loc.Count(len(st.datasets), "dataset", "datasets") + "."
}

func (s *Service) confirmDelete(c echo.Context) error {
	st, err := s.look(c.Request().Context())
	if err != nil {
		return err
	}
	if st.account == nil {
		return accountstore.ErrNone
	}
	v := confirmView{
		Eyebrow: "Delete the account", Question: "Everything your account keeps will be gone for good.",
		Says:   "It is locked, so what it keeps cannot be named here: nobody will be able to open it any more, and it is removed when its time is over. You stay signed in.",
		Action: web.PathAccount + "/delete", Verb: "Delete the account",
	}
	if st.key != nil {
		v.Says = lost(st) + " All of it is deleted, from every device, with your passkeys and passphrases. You stay signed in."
	}
	return s.confirm(c, v)
}

func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}
