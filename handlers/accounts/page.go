package accounts

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// A pageView is the account's page.
type pageView struct {
	state
	Token string // of forms
	Alert *list.AlertView
	// Keepable is what of the session can be kept: "35,120 plays"; empty for nothing.
	Keepable string
	Lifetime string
	Script   string
}

// lossWarning is said before and beside every way in.
const lossWarning = "Losing every passkey and passphrase loses the data: nobody can bring it back, neither Spotify Data Tool nor whoever runs this page."

// show is the page of the account.
func (s *Service) show(c echo.Context) error { return s.render(c, http.StatusOK, nil) }

// showRefusal shows what a form was refused for, above it.
func (s *Service) showRefusal(c echo.Context, err error) error {
	f := s.shell.Describe(err)
	if f.Status >= 500 || f.Status == http.StatusUnauthorized || f.Status == http.StatusTooManyRequests {
		return err // of too many, the edge says when to come back
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
	return s.shell.RenderPlain(c, status, "Your account", accountPage(pageView{
		state: st, Token: s.SignIn.Token(ctx), Alert: alert, Keepable: s.keepable(ctx),
		Lifetime: words.Lifetime(s.Store.Lifetime()), Script: s.Asset("passkeys.js"),
	}))
}

// keepable is what of the session can be kept, in words.
func (s *Service) keepable(ctx context.Context) string {
	if !s.unkept(ctx) {
		return ""
	}
	d, _, _, err := s.data.OwnData(ctx)
	switch {
	case err != nil:
		return ""
	case d.Rows() == 0:
		return "your data"
	}
	return plays(d.Rows())
}

// keys counts what opens the account.
func (st state) keys() (passkeys, phrases int) {
	if st.account == nil {
		return 0, 0
	}
	for _, slot := range st.account.Slots {
		if slot.Kind == accountstore.Passkey {
			passkeys++
		}
	}
	return passkeys, len(st.account.Slots) - passkeys
}

// introduction is the headline of the page and what stands beneath it.
func (v pageView) introduction() (headline, lede prose.Text) {
	loc := format.Locale{}
	switch {
	case v.account == nil:
		return prose.Of("Keep your listening ").Accent("beyond this session").Plain("."),
			prose.Of("It is sealed with a key that only your passkeys and passphrases open, and waits on every device on which you sign in.")
	case v.key == nil:
		return prose.Of("Your data is here, and ").Accent("locked").Plain("."),
			prose.Of("Signing in says who you are. What opens your data is " + ways(v.keys()) + ", which nobody but you has.")
	case len(v.datasets) == 0:
		return prose.Of("Your account is open, and ").Accent("keeps nothing yet").Plain("."),
			prose.Of("Up to " + loc.Count(accountstore.MaxDatasets, "dataset", "datasets") + " stay here for " + v.Lifetime + " after you last came.")
	}
	return prose.Of("Your account keeps ").Accent(plays(v.plays())).Plain(" in " + loc.Count(len(v.datasets), "dataset", "datasets") + "."),
		prose.Of("They stay for " + v.Lifetime + " after you last came, and open on every device with " + ways(v.keys()) + ".")
}

// plays counts those of all datasets.
func (st state) plays() (n int) {
	for _, d := range st.datasets {
		n += d.Plays
	}
	return n
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

// slotKinds are what slots are called.
var slotKinds = map[string]string{accountstore.Passkey: "Passkey", accountstore.Passphrase: "Passphrase"}

// A confirmView asks once before something is lost.
type confirmView struct {
	Eyebrow, Question, Says, Action, Token, Verb string
	// Field is sent along to say that the loss is understood.
	Field string
	// KeepFirst offers to keep the session's data first.
	KeepFirst bool
}

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
	return s.confirm(c, confirmView{
		Eyebrow: "Open " + d.Name, Question: own + " is not kept.", Says: says,
		Action: web.PathAccount + "/datasets/" + d.ID + "/open", Verb: verb, Field: "discard",
		KeepFirst: len(st.datasets) < accountstore.MaxDatasets,
	})
}

func (s *Service) confirmDeleteDataset(c echo.Context, _ state, d accountstore.Dataset) error {
	return s.confirm(c, confirmView{
		Eyebrow: "Delete " + d.Name, Question: plays(d.Plays) + " will be gone for good.",
		Says:   "“" + d.Name + "” is deleted from your account, and so from every device. There is no copy and no way back.",
		Action: web.PathAccount + "/datasets/" + d.ID + "/delete", Verb: "Delete it",
	})
}

func (s *Service) confirmRemoveKey(c echo.Context, st state) error {
	i := slices.IndexFunc(st.account.Slots, func(slot accountstore.Slot) bool { return slot.ID == c.Param("id") })
	if i < 0 {
		return accountstore.ErrNoSlot
	}
	slot := st.account.Slots[i]
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

func lost(st state) string {
	return "Your account keeps " + plays(st.plays()) + " in " + format.Locale{}.Count(len(st.datasets), "dataset", "datasets") + "."
}

func (s *Service) confirmDelete(c echo.Context, st state) error {
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
