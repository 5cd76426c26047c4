package accountstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

const (
	secretA = "5Zt1bq0a3Hn2Q8sVw7pXy4Rk9mLcGdEf"
	secretB = "n8Wv2Yc6Tj0Pq4Rb1Xz7Kd5Mf3Hg9LsA"
	phrase  = "marmalade tugboat seven lanterns"

	lifetime = 90 * 24 * time.Hour
)

var ada = accountstore.Person{Issuer: "https://login.example", Subject: "ada"}

type fixture struct {
	bucket *memory.Bucket
	clock  *buckettest.Clock
}

func newFixture() fixture {
	clock := buckettest.NewClock()
	return fixture{memory.New(clock.Now), clock}
}

func (f fixture) store(t testing.TB, secrets ...string) *accountstore.Store {
	t.Helper()
	s, err := accountstore.New(accountstore.Config{
		Bucket: f.bucket, Now: f.clock.Now, Secret: secrets[0], PreviousSecrets: secrets[1:],
		Lifetime: lifetime, Memory: admission.New(1<<40, time.Minute),
		// The least that an account may ask for: TestPassphrasesAreAdmitted has the whole.
		KDF: accountstore.KDF{Time: 1, Memory: 8 << 10, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func prf(b byte) []byte { return bytes.Repeat([]byte{b}, accountstore.PRFBytes) }

// created makes an account with one passkey and one dataset in it.
func created(t testing.TB, s *accountstore.Store, p accountstore.Person) (accountstore.Key, *accountstore.Account) {
	t.Helper()
	id, key := accountstore.NewIdentity(), accountstore.NewKey()
	slot, err := s.WrapWithPasskey(id, key, "My phone", []byte("credential"), prf(1))
	if err != nil {
		t.Fatal(err)
	}
	c := accountstore.Contents{Slots: []accountstore.Slot{slot}}
	if _, err := c.Add(dataset("My listening")); err != nil {
		t.Fatal(err)
	}
	account, err := s.Create(t.Context(), p, id, key, c)
	if err != nil {
		t.Fatal(err)
	}
	return key, account
}

func dataset(name string) accountstore.Dataset {
	return accountstore.Dataset{
		Ref: vault.RefFrom([]byte(strings.Repeat("r", vault.RefBytes))), Line: vault.Line("line of notes"), Name: name, Plays: 35_120,
		First: time.Unix(1_300_000_000, 0), Last: time.Unix(1_700_000_000, 0), Added: time.Unix(1_700_000_100, 0), Expires: time.Unix(1_800_000_000, 0),
	}
}

func names(t testing.TB, s *accountstore.Store, p accountstore.Person, key accountstore.Key) string {
	t.Helper()
	account, err := s.Load(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	datasets, err := account.Datasets(key)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, d := range datasets {
		list = append(list, d.Name)
	}
	return strings.Join(list, ", ")
}

func rename(from, to string) func(*accountstore.Contents) error {
	return func(c *accountstore.Contents) error {
		for i := range c.Datasets {
			if c.Datasets[i].Name == from {
				c.Datasets[i].Name = to
			}
		}
		return nil
	}
}

func TestAnAccountOpensOnAnotherInstance(t *testing.T) {
	f := newFixture()
	key, account := created(t, f.store(t, secretA), ada)
	there, err := f.store(t, secretA).Load(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := there.OpenWithPasskey(account.Slots[0].ID, prf(1))
	if err != nil || !bytes.Equal(opened, key) {
		t.Fatalf("open: %v", err)
	}
	datasets, err := there.Datasets(opened)
	if err != nil || len(datasets) != 1 {
		t.Fatalf("%d datasets, %v", len(datasets), err)
	}
	want := dataset("My listening")
	want.ID = datasets[0].ID
	if got := datasets[0]; fmt.Sprint(got) != fmt.Sprint(want) || got.Ref.String() != want.Ref.String() {
		t.Errorf("got %v, want %v", got, want)
	}
	for what, open := range map[string]func() (accountstore.Key, error){
		"another passkey": func() (accountstore.Key, error) { return there.OpenWithPasskey(account.Slots[0].ID, prf(2)) },
		"another slot":    func() (accountstore.Key, error) { return there.OpenWithPasskey("0000000000000000", prf(1)) },
		"a short output":  func() (accountstore.Key, error) { return there.OpenWithPasskey(account.Slots[0].ID, nil) },
	} {
		if _, err := open(); !errors.Is(err, accountstore.ErrKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := there.Datasets(accountstore.NewKey()); !errors.Is(err, accountstore.ErrKey) {
		t.Errorf("another account key: %v", err)
	}
	for _, other := range []accountstore.Person{{ada.Issuer, "bob"}, {ada.Issuer + "a", "da"}, {"", ada.Issuer + ada.Subject}} {
		if _, err := f.store(t, secretA).Load(t.Context(), other); !errors.Is(err, accountstore.ErrNone) {
			t.Errorf("%v: %v", other, err)
		}
	}
}

// What is stored opens with neither the program's secret nor the account key alone,
// and nothing of it can be read.
func TestStoredAccountsSayNothing(t *testing.T) {
	f := newFixture()
	s := f.store(t, secretA)
	key, _ := created(t, s, ada)
	slot, err := s.WrapWithPassphrase(t.Context(), load(t, s).Identity, key, "Written down", phrase)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), ada, key, func(c *accountstore.Contents) error { return c.AddSlot(slot) }); err != nil {
		t.Fatal(err)
	}
	account := load(t, s)
	secrets := [][]byte{
		[]byte("ada"), []byte("login.example"), []byte("My listening"), []byte("My phone"), []byte("Written down"), []byte("passkey"),
		[]byte("credential"), []byte("35120"), key, account.ID, account.PRFSalt, prf(1), []byte(strings.Repeat("r", 8)), []byte("datasets"),
	}
	keys, err := f.bucket.List(t.Context(), "")
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d blobs, %v", len(keys), err)
	}
	for _, name := range keys {
		blob, err := f.bucket.Get(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(blob, secret) || bytes.Contains([]byte(name), secret) {
				t.Errorf("%s tells %q", name, secret)
			}
		}
	}
	// With the bucket and another secret, it is not even found.
	if _, err := f.store(t, secretB).Load(t.Context(), ada); !errors.Is(err, accountstore.ErrNone) {
		t.Errorf("with another secret: %v", err)
	}
	// With the bucket and the program's secret the list stays closed.
	if _, err := load(t, s).Datasets(accountstore.Key(bytes.Repeat([]byte{0}, 32))); !errors.Is(err, accountstore.ErrKey) {
		t.Errorf("without the account key: %v", err)
	}
	if text := fmt.Sprintf("%v %+v %x %s %q", key, key, key, key, key); strings.Contains(text, fmt.Sprintf("%x", []byte(key[:4]))) || !strings.Contains(text, "account key") {
		t.Errorf("a key shows itself: %s", text)
	}
}

func load(t testing.TB, s *accountstore.Store) *accountstore.Account {
	t.Helper()
	account, err := s.Load(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	return account
}

func TestPassphrase(t *testing.T) {
	f := newFixture()
	s := f.store(t, secretA)
	id, key := accountstore.NewIdentity(), accountstore.NewKey()
	var c accountstore.Contents
	for _, text := range []string{phrase, "another long enough one, Zürich"} {
		slot, err := s.WrapWithPassphrase(t.Context(), id, key, "", text)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddSlot(slot); err != nil {
			t.Fatal(err)
		}
	}
	account, err := s.Create(t.Context(), ada, id, key, c)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]error{
		phrase:                                  nil,
		phrase + " ":                            nil, // as keyboards leave it
		"another long enough one, Zürich":       nil,
		"another long enough one, Zu\u0308rich": nil, // spelled another way
		"marmalade tugboat seven lantern":       accountstore.ErrKey,
		"":                                      accountstore.ErrKey,
		strings.Repeat("x", 10_000):             accountstore.ErrKey,
	} {
		opened, err := s.OpenWithPassphrase(t.Context(), account, text)
		if !errors.Is(err, want) || err == nil && !bytes.Equal(opened, key) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func TestCheckPassphrase(t *testing.T) {
	for text, want := range map[string]error{
		phrase:                                   nil,
		"Tr0ub4dor&3":                            accountstore.ErrShort,
		"password1234":                           accountstore.ErrWeak,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaa":            accountstore.ErrWeak,
		"qwertyuiop123456":                       accountstore.ErrWeak,
		"ada@example.org spotify":                accountstore.ErrWeak,
		"k3vx-92hd-mmq7-aa0z":                    nil,
		"   short    ":                           accountstore.ErrShort,
		strings.Repeat("longer and longer ", 20): accountstore.ErrLong,
	} {
		if err := accountstore.CheckPassphrase(text, "ada@example.org", "ada", "example"); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

// Two devices change the list at the same time, and neither change is lost.
func TestTwoDevicesLoseNothing(t *testing.T) {
	f := newFixture()
	key, _ := created(t, f.store(t, secretA), ada)
	var group sync.WaitGroup
	for i := range accountstore.MaxDatasets - 1 {
		group.Go(func() {
			err := f.store(t, secretA).Update(t.Context(), ada, key, func(c *accountstore.Contents) error {
				_, err := c.Add(dataset(fmt.Sprintf("Number %d", i)))
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	list := names(t, f.store(t, secretA), ada, key)
	for i := range accountstore.MaxDatasets - 1 {
		if !strings.Contains(list, fmt.Sprintf("Number %d", i)) {
			t.Errorf("Number %d was lost: %s", i, list)
		}
	}
	err := f.store(t, secretA).Update(t.Context(), ada, key, func(c *accountstore.Contents) error {
		_, err := c.Add(dataset("One more"))
		return err
	})
	if !errors.Is(err, accountstore.ErrTooManyDatasets) {
		t.Errorf("one more: %v", err)
	}
}

// A writer that is slower than everybody else finds its number taken, also when the
// revisions that it has read are past.
func TestASlowWriterBeginsAgain(t *testing.T) {
	f := newFixture()
	s := f.store(t, secretA)
	key, _ := created(t, s, ada)
	rounds := 0
	err := s.Update(t.Context(), ada, key, func(c *accountstore.Contents) error {
		if rounds++; rounds == 1 {
			for i := range 3 {
				f.clock.Advance(3 * time.Minute)
				if err := f.store(t, secretA).Update(t.Context(), ada, key, rename("My listening", fmt.Sprint("Renamed ", i))); err != nil {
					t.Error(err)
				}
			}
		}
		_, err := c.Add(dataset("Slow"))
		return err
	})
	if got := names(t, s, ada, key); err != nil || got != "Renamed 0, Slow" {
		t.Errorf("%q after %d rounds, %v", got, rounds, err)
	}
	// Past revisions do not pile up.
	f.clock.Advance(time.Hour)
	for i := range 3 {
		if err := s.Update(t.Context(), ada, key, rename("Slow", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		f.clock.Advance(time.Hour)
	}
	if keys, _ := f.bucket.List(t.Context(), "accounts/"); len(keys) > 2 {
		t.Errorf("%d revisions are left", len(keys))
	}
}

// The secret changes in two rounds, while instances of both kinds write.
func TestSecretRotation(t *testing.T) {
	f := newFixture()
	older := f.store(t, secretA)
	key, account := created(t, older, ada)
	before, during, after := f.store(t, secretA, secretB), f.store(t, secretB, secretA), f.store(t, secretB)
	for i, s := range []*accountstore.Store{before, during, before, during, during} {
		if err := s.Update(t.Context(), ada, key, func(c *accountstore.Contents) error {
			_, err := c.Add(dataset(fmt.Sprint("Round ", i)))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, reader := range []*accountstore.Store{before, during} {
			if got := names(t, reader, ada, key); !strings.HasSuffix(got, fmt.Sprint("Round ", i)) {
				t.Errorf("round %d: %s", i, got)
			}
		}
	}
	if got := names(t, after, ada, key); got != "My listening, Round 0, Round 1, Round 2, Round 3, Round 4" {
		t.Errorf("without the old secret: %s", got)
	}
	there, err := after.Load(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := there.OpenWithPasskey(account.Slots[0].ID, prf(1)); err != nil {
		t.Errorf("the passkey after the rotation: %v", err)
	}
	// An instance that has not heard of the new secret leaves the account alone.
	if err := older.Update(t.Context(), ada, key, rename("My listening", "Lost")); !errors.Is(err, accountstore.ErrNewer) {
		t.Errorf("without the new secret: %v", err)
	}
	if err := during.Delete(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*accountstore.Store{during, after} {
		if _, err := s.Load(t.Context(), ada); !errors.Is(err, accountstore.ErrNone) {
			t.Errorf("deleted: %v", err)
		}
	}
}

func TestWritersInBothRoundsOfARotation(t *testing.T) {
	f := newFixture()
	key, _ := created(t, f.store(t, secretA), ada)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			s := f.store(t, secretA, secretB)
			if i%2 == 0 {
				s = f.store(t, secretB, secretA)
			}
			if err := s.Update(t.Context(), ada, key, func(c *accountstore.Contents) error {
				_, err := c.Add(dataset(fmt.Sprintf("Number %d", i)))
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if list := names(t, f.store(t, secretA, secretB), ada, key); strings.Count(list, "Number") != 8 {
		t.Errorf("lost: %s", list)
	}
}

func TestDelete(t *testing.T) {
	f := newFixture()
	s := f.store(t, secretA)
	key, _ := created(t, s, ada)
	// Somebody is about to write while the account is deleted.
	tried := 0
	err := s.Update(t.Context(), ada, key, func(c *accountstore.Contents) error {
		tried++
		return f.store(t, secretA).Delete(t.Context(), ada)
	})
	if !errors.Is(err, accountstore.ErrNone) || tried != 1 {
		t.Errorf("a write across the deletion: %v, %d tries", err, tried)
	}
	if err := s.Delete(t.Context(), ada); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if keys, _ := f.bucket.List(t.Context(), "accounts/"); len(keys) != 1 {
		t.Errorf("%d blobs are left beside the mark", len(keys)-1)
	}
	if err := s.Update(t.Context(), ada, key, rename("", "")); !errors.Is(err, accountstore.ErrNone) {
		t.Errorf("change what is deleted: %v", err)
	}
	again, _ := created(t, s, ada)
	if got := names(t, s, ada, again); got != "My listening" {
		t.Errorf("anew: %s", got)
	}
	if _, err := s.Create(t.Context(), ada, accountstore.NewIdentity(), key, accountstore.Contents{}); !errors.Is(err, accountstore.ErrExists) {
		t.Errorf("a second account: %v", err)
	}
}

func TestAccountsExpireUnlessTheyAreUsed(t *testing.T) {
	f := newFixture()
	s := f.store(t, secretA)
	key, account := created(t, s, ada)
	if s.Due(account.Expires) {
		t.Error("due at once")
	}
	for range 20 {
		f.clock.Advance(30 * 24 * time.Hour)
		if !s.Due(load(t, s).Expires) {
			t.Fatal("not due after a month")
		}
		if err := s.Update(t.Context(), ada, key, func(*accountstore.Contents) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	f.clock.Advance(lifetime)
	if _, err := s.Load(t.Context(), ada); !errors.Is(err, accountstore.ErrNone) {
		t.Errorf("after its lifetime: %v", err)
	}
	created(t, s, ada)
}

func TestAttemptsAreCounted(t *testing.T) {
	f := newFixture()
	var right func(context.Context)
	for i := range accountstore.MaxAttempts {
		var err error
		// On an instance of its own each time.
		if right, err = f.store(t, secretA).Attempt(t.Context(), ada); err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	var tooMany *accountstore.TooManyAttemptsError
	if _, err := f.store(t, secretA).Attempt(t.Context(), ada); !errors.As(err, &tooMany) || tooMany.Wait <= 0 || tooMany.Wait > time.Hour {
		t.Errorf("one more: %v", err)
	}
	if _, err := f.store(t, secretA).Attempt(t.Context(), accountstore.Person{Subject: "bob"}); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	right(t.Context())
	if _, err := f.store(t, secretA).Attempt(t.Context(), ada); err != nil {
		t.Errorf("after one that was right: %v", err)
	}
	f.clock.Advance(time.Hour)
	if _, err := f.store(t, secretA).Attempt(t.Context(), ada); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
