package accounts

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
)

// A passkey opens the account by its pseudo-random function (WebAuthn's PRF), whose
// output wraps the account key. The browser sends that output, which the program
// needs once and keeps nowhere. The signature is checked as well, over a challenge
// that the session holds, so that an output which was once overheard opens nothing.

// ceremonyTime is how long a person has to use their passkey.
const ceremonyTime = 5 * time.Minute

// A ceremony is what a session holds of a passkey that was asked for.
type ceremony struct {
	Adds bool `json:"a,omitempty"`
	// Identity is that of the account that the passkey is to create.
	Identity *accountstore.Identity `json:"i,omitempty"`
	Session  []byte                 `json:"s"`
}

// parties are this site and the account as passkeys know them.
func (s *Service) parties(r *http.Request, st state, id accountstore.Identity) (*webauthn.WebAuthn, user, error) {
	u, err := url.Parse(web.Site(r, s.PublicURL, s.SecureCookies))
	if err != nil {
		return nil, user{}, fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	host := u.Hostname()
	if host == "" || net.ParseIP(host) != nil {
		return nil, user{}, fmt.Errorf("%w: they need a host name, not an address", ErrPasskey)
	}
	timeout := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyTime, TimeoutUVD: ceremonyTime}
	party, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Spotify Data Tool", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		Timeouts:              webauthn.TimeoutsConfig{Login: timeout, Registration: timeout},
		// The function gives another output with the person verified than without, so it is
		// always asked for alike.
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, user{}, fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	account, err := newUser(st, id)
	return party, account, err
}

// user is the account as passkeys know it.
type user struct {
	identity    accountstore.Identity
	name        string
	credentials []webauthn.Credential
}

func (u user) WebAuthnID() []byte                         { return u.identity.ID }
func (u user) WebAuthnName() string                       { return u.name }
func (u user) WebAuthnDisplayName() string                { return u.name }
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

func newUser(st state, id accountstore.Identity) (user, error) {
	u := user{identity: id, name: st.person.Email}
	if u.name == "" {
		u.name = "Spotify Data Tool"
	}
	if st.account == nil {
		return u, nil
	}
	for _, slot := range st.account.Slots {
		if slot.Kind != accountstore.Passkey {
			continue
		}
		var credential webauthn.Credential
		if err := json.Unmarshal(slot.Credential, &credential); err != nil {
			return user{}, fmt.Errorf("%w: %w", accountstore.ErrDamaged, err)
		}
		u.credentials = append(u.credentials, credential)
	}
	return u, nil
}

func prfOf(id accountstore.Identity) webauthn.ExtensionOption {
	return webauthn.WithExtensionPRF(protocol.PRFValues{First: id.PRFSalt})
}

// newPasskeyOptions begins the making of a passkey.
func (s *Service) newPasskeyOptions(c echo.Context) error {
	r := c.Request()
	st, err := s.look(r.Context())
	if err != nil {
		return err
	}
	begun := ceremony{Adds: true}
	var id accountstore.Identity
	switch {
	case st.account == nil:
		id = accountstore.NewIdentity()
		begun.Identity = &id
	case st.key == nil:
		return ErrLocked
	case len(st.account.Slots) >= accountstore.MaxSlots:
		return accountstore.ErrTooManySlots
	default:
		id = st.account.Identity
	}
	party, u, err := s.parties(r, st, id)
	if err != nil {
		return err
	}
	options, session, err := party.BeginRegistration(u,
		webauthn.WithExtensions(prfOf(id)),
		webauthn.WithExclusions(webauthn.Credentials(u.credentials).CredentialDescriptors()),
		webauthn.WithCredentialParameters(algorithms()))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	return s.begin(c, begun, session, options)
}

// algorithms are those that authenticators have. A short list keeps the session small.
func algorithms() []protocol.CredentialParameter {
	var list []protocol.CredentialParameter
	for _, algorithm := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		list = append(list, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: algorithm})
	}
	return list
}

// passkeyOptions begins the use of a passkey to open the account.
func (s *Service) passkeyOptions(c echo.Context, st state) error {
	party, u, err := s.parties(c.Request(), st, st.account.Identity)
	if err != nil {
		return err
	}
	if len(u.credentials) == 0 {
		return accountstore.ErrNoSlot
	}
	options, session, err := party.BeginLogin(u,
		webauthn.WithUserVerification(protocol.VerificationRequired), webauthn.WithAssertionExtensions(prfOf(st.account.Identity)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	return s.begin(c, ceremony{}, session, options)
}

// begin keeps a ceremony in the session, from which any instance takes it up, and
// answers with its options.
func (s *Service) begin(c echo.Context, begun ceremony, session *webauthn.SessionData, options any) error {
	ctx := c.Request().Context()
	var err error
	if begun.Session, err = session.MarshalMsg(nil); err != nil {
		return err
	}
	text, err := json.Marshal(begun)
	if err != nil {
		return err
	}
	if err := s.data.RenewSession(ctx); err != nil {
		return err
	}
	s.Sessions.Put(ctx, keyCeremony, string(text))
	return c.JSON(http.StatusOK, options)
}

// An ending is a ceremony that the browser has come back from.
type ending struct {
	ceremony
	session webauthn.SessionData
	output  []byte // of the passkey's function
	state   state
}

// finish ends the ceremony of the session: its challenge is good once.
func (s *Service) finish(c echo.Context, adds bool) (e ending, err error) {
	ctx := c.Request().Context()
	text := s.Sessions.GetString(ctx, keyCeremony)
	if text == "" {
		return e, ErrCeremony
	}
	if err := s.data.RenewSession(ctx); err != nil {
		return e, err
	}
	s.Sessions.Remove(ctx, keyCeremony)
	if err = json.Unmarshal([]byte(text), &e.ceremony); err == nil {
		_, err = e.session.UnmarshalMsg(e.Session)
	}
	if err != nil || e.Adds != adds || !s.Now().Before(e.session.Expires) {
		return e, errors.Join(ErrCeremony, err)
	}
	if e.output, err = encoding.DecodeString(field(c, "prf")); err != nil || len(e.output) != accountstore.PRFBytes {
		return e, ErrNoPRF
	}
	e.state, err = s.look(ctx)
	return e, err
}

// addPasskey adds a passkey to the account, or creates the account with it.
func (s *Service) addPasskey(c echo.Context) error {
	e, err := s.finish(c, true)
	if err != nil {
		return err
	}
	var id accountstore.Identity
	switch {
	case e.state.account != nil:
		id = e.state.account.Identity
	case e.Identity != nil && e.Identity.Valid():
		id = *e.Identity
	default:
		return ErrCeremony
	}
	party, u, err := s.parties(c.Request(), e.state, id)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(field(c, "credential")))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	credential, err := party.CreateCredential(u, e.session, parsed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	// No attestation is asked for, and what there is of it is large.
	credential.Attestation = webauthn.CredentialAttestation{}
	content, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	return s.addSlot(c, id, func(id accountstore.Identity, key accountstore.Key) (accountstore.Slot, error) {
		return s.Store.WrapWithPasskey(id, key, label(c, "Passkey"), content, e.output)
	})
}

// openWithPasskey opens the account in this session.
func (s *Service) openWithPasskey(c echo.Context) error {
	e, err := s.finish(c, false)
	if err != nil {
		return err
	}
	st := e.state
	if st.account == nil {
		return accountstore.ErrNone
	}
	party, u, err := s.parties(c.Request(), st, st.account.Identity)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(field(c, "credential")))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	// Its counter is not compared: docs/security.md says why.
	credential, err := party.ValidateLogin(u, e.session, parsed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskey, err)
	}
	i := slices.IndexFunc(st.account.Slots, func(slot accountstore.Slot) bool { return slotHas(slot, credential.ID) })
	if i < 0 {
		return ErrPasskey
	}
	key, err := st.account.OpenWithPasskey(st.account.Slots[i].ID, e.output)
	if err != nil {
		return err
	}
	return s.open(c, st, key)
}

func slotHas(slot accountstore.Slot, credential []byte) bool {
	var known webauthn.Credential
	return slot.Kind == accountstore.Passkey && json.Unmarshal(slot.Credential, &known) == nil && slices.Equal(known.ID, credential)
}
