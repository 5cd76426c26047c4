package accounts

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
)

// What a session holds of an account, beside uploads.KeyKept.
const (
	keyAccount  = "account-key"
	keyCeremony = "account-ceremony"
)

var encoding = base64.RawURLEncoding

// A state is what an account is to a request.
type state struct {
	person Person
	// account is nil where nothing is kept yet.
	account *accountstore.Account
	// key is nil where the account is locked in this session.
	key      accountstore.Key
	datasets []accountstore.Dataset
	// current names the dataset that the session works on, where it is kept.
	current string
}

// look reads the account of who is signed in.
func (s *Service) look(ctx context.Context) (state, error) {
	person, ok := s.SignIn.Person(ctx)
	if !ok {
		return state{}, s.SignIn.SignedOut()
	}
	st := state{person: person}
	account, err := s.Store.Load(ctx, person.Person)
	if errors.Is(err, accountstore.ErrNone) {
		return st, nil
	}
	if err != nil {
		return state{}, err
	}
	st.account = account
	key, ok := s.key(ctx)
	if !ok {
		return st, nil
	}
	datasets, err := account.Datasets(key)
	if errors.Is(err, accountstore.ErrKey) {
		return st, nil // that of an account which was deleted, and made anew elsewhere
	}
	if err != nil {
		return state{}, err
	}
	st.key, st.datasets = key, datasets
	st.current = s.Sessions.GetString(ctx, uploads.KeyKept)
	return st, nil
}

// existing is look for what needs an account.
func (s *Service) existing(ctx context.Context) (state, error) {
	st, err := s.look(ctx)
	if err == nil && st.account == nil {
		err = accountstore.ErrNone
	}
	return st, err
}

// opened is look for what needs the account key.
func (s *Service) opened(ctx context.Context) (state, error) {
	st, err := s.existing(ctx)
	if err == nil && st.key == nil {
		err = ErrLocked
	}
	return st, err
}

func (st state) find(id string) (accountstore.Dataset, error) {
	c := accountstore.Contents{Datasets: st.datasets}
	d, err := c.Find(id)
	if err != nil {
		return accountstore.Dataset{}, err
	}
	return *d, nil
}

// key is the account key of the session.
func (s *Service) key(ctx context.Context) (accountstore.Key, bool) {
	b, err := encoding.DecodeString(s.Sessions.GetString(ctx, keyAccount))
	if err != nil {
		return nil, false
	}
	return accountstore.ParseKey(b)
}

// enter puts the account key into the session, under a new token.
func (s *Service) enter(ctx context.Context, key accountstore.Key) error {
	if err := s.data.RenewSession(ctx); err != nil {
		return err
	}
	s.Sessions.Put(ctx, keyAccount, encoding.EncodeToString(key))
	s.Sessions.Remove(ctx, keyCeremony)
	return nil
}

// Close takes the account key out of the session, with what only it opens. What is
// kept stays with the account.
func (s *Service) Close(ctx context.Context) {
	if s.Keeps(ctx) {
		s.data.Leave(ctx)
	}
	for _, key := range []string{keyAccount, keyCeremony} {
		s.Sessions.Remove(ctx, key)
	}
}

// update changes the account of who is signed in.
func (s *Service) update(ctx context.Context, st state, change func(*accountstore.Contents) error) error {
	if err := s.Store.Update(ctx, st.person.Person, st.key, change); err != nil {
		return fmt.Errorf("account: %w", err)
	}
	return nil
}
