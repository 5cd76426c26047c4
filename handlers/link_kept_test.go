package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// keeps makes a visitor who is signed in and keeps data of so many plays, and the
// account's name of it.
func keeps(person func(string) *visitor, year, plays int) (*visitor, string) {
	v := person("ada")
	v.t.Helper()
	v.upload("", someHistory(year, plays)).want(v.t, http.StatusCreated)
	a := v.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated)
	return v, a.Datasets[0].ID
}

// opens makes another visitor who has opened a dataset of the account.
func opens(person func(string) *visitor, id string) *visitor {
	v := person("ada")
	v.t.Helper()
	v.account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK)
	v.account(http.MethodPost, "/datasets/"+id+"/open", nil, http.StatusOK)
	return v
}

// signsOut makes signing out, and what it does to the data, addresses of a site whose
// sign-in is not the real one.
func (s *site) signsOut() {
	inner := s.Config.Handler
	signOut := s.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			parting, err := s.handlers.Parting(r.Context())
			_, _ = fmt.Fprint(w, int(parting))
			if err != nil {
				_, _ = fmt.Fprint(w, err)
			}
			return
		}
		if err := s.handlers.SignOut(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/test/") {
			signOut.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), personKey{}, r.Header.Get(personHeader))))
			return
		}
		inner.ServeHTTP(w, r)
	})
}

func (v *visitor) signOut() {
	v.t.Helper()
	v.post("/test/sign-out", url.Values{}).want(v.t, http.StatusOK)
}

// sameRows checks how many plays everybody has, once instances have looked again.
func (s *site) sameRows(t *testing.T, when string, want int, all map[string]*visitor) {
	t.Helper()
	s.forgetCache(t)
	for who, v := range all {
		a := v.get("/api/v1/receipt")
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s is told %s", when, who, a.body)
		} else if got := v.rows(); got != want {
			t.Errorf("%s: %s has %d plays, want %d", when, who, got, want)
		}
	}
}

// TestKeptDataOnALinkedDevice: one who keeps data, a phone that has it by a code and
// knows no account, and a laptop that has opened it from the account all follow each
// other, whoever of them adds or replaces.
func TestKeptDataOnALinkedDevice(t *testing.T) {
	for name, first := range map[string]func(person func(string) *visitor) (*visitor, string){
		"kept in the session that makes the code": func(person func(string) *visitor) (*visitor, string) { return keeps(person, 2020, 30) },
		"opened from the account": func(person func(string) *visitor) (*visitor, string) {
			_, id := keeps(person, 2020, 30)
			return opens(person, id), id
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, person := keeping(t, siteOptions{})
			desk, id := first(person)
			early := opens(person, id) // before there is a code
			phone := person("")
			phone.join(desk.code()).want(t, http.StatusOK)
			laptop := opens(person, id)
			all := map[string]*visitor{"the desk": desk, "the phone": phone, "the laptop": laptop, "the early one": early}
			s.sameRows(t, "linked", 30, all)

			desk.upload("add", someHistory(2011, 5)).want(t, http.StatusCreated)
			s.sameRows(t, "the desk added", 35, all)
			phone.upload("add", someHistory(2012, 5)).want(t, http.StatusCreated)
			s.sameRows(t, "the phone added", 40, all)
			laptop.upload("add", someHistory(2013, 5)).want(t, http.StatusCreated)
			s.sameRows(t, "the laptop added", 45, all)
			early.importFiles(url.Values{"file": {early.sendParts(someHistory(2014, 5), 2)}, "mode": {"add"}}).want(t, http.StatusCreated)
			s.sameRows(t, "the early one added in parts", 50, all)
			desk.importFiles(url.Values{"file": {desk.sendParts(someHistory(2015, 5), 2)}, "mode": {"add"}}).want(t, http.StatusCreated)
			s.sameRows(t, "the desk added in parts", 55, all)
			phone.upload("replace", someHistory(2016, 7)).want(t, http.StatusCreated)
			s.sameRows(t, "the phone replaced", 7, all)

			// Who comes later opens what the phone has left.
			later := opens(person, id)
			if got := later.rows(); got != 7 {
				t.Errorf("opened later: %d plays", got)
			}
			if a := later.account(http.MethodGet, "", nil, http.StatusOK); a.String() != "Listening of 2020 (7)" {
				t.Errorf("the list: %v", a)
			}
			phone.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
			s.forgetCache(t)
			for _, v := range []*visitor{desk, laptop, early, later} {
				v.get("/api/v1/receipt").refused(t, http.StatusGone, "data_gone")
			}
			desk.post("/gone", url.Values{}).want(t, http.StatusGone)
			if a := later.account(http.MethodGet, "", nil, http.StatusOK); !a.Open || len(a.Datasets) != 0 {
				t.Errorf("deleted on the phone, the account lists %v", a)
			}
		})
	}
}

// TestKeptAfterLinking: the phone that holds the data keeps it, and the device where
// it came from goes on holding the same.
func TestKeptAfterLinking(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	first := person("")
	first.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	phone := person("ada")
	phone.join(first.code()).want(t, http.StatusOK)
	a := phone.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated)
	laptop := opens(person, a.Datasets[0].ID)
	all := map[string]*visitor{"the first": first, "the phone": phone, "the laptop": laptop}
	laptop.upload("add", someHistory(2011, 5)).want(t, http.StatusCreated)
	s.sameRows(t, "the laptop added", 35, all)
	first.upload("add", someHistory(2012, 5)).want(t, http.StatusCreated)
	s.sameRows(t, "the first added", 40, all)

	// Taken over by a code, what is kept already is not kept twice.
	again := person("ada")
	again.account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK)
	again.join(phone.code()).want(t, http.StatusOK)
	if a = again.account(http.MethodPost, "/datasets", nil, http.StatusCreated); len(a.Datasets) != 1 || !a.Datasets[0].Current {
		t.Errorf("kept twice: %+v", a)
	}
}

// TestOpeningKeptDataEndsALink: the dataset that is opened is another one, and what is
// added to it concerns no linked device.
func TestOpeningKeptDataEndsALink(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	_, id := keeps(person, 2020, 30)
	first := person("")
	first.upload("", someHistory(2021, 5)).want(t, http.StatusCreated)
	phone := person("ada")
	phone.join(first.code()).want(t, http.StatusOK)
	phone.account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK)
	code := phone.code()
	phone.account(http.MethodPost, "/datasets/"+id+"/open", map[string]any{"discard": true}, http.StatusOK)
	if got := phone.linkState(); got != "none" {
		t.Errorf("the phone is told %s", got)
	}
	if text := phone.get("/receipt").page(t).Find("main").Text(); strings.Contains(text, "Other devices may hold") {
		t.Error("the opened data passes for linked")
	}
	person("").join(code).refused(t, http.StatusGone, "code_expired")
	phone.upload("add", someHistory(2011, 5)).want(t, http.StatusCreated)
	s.sameRows(t, "added to the opened data", 35, map[string]*visitor{"the phone": phone, "another": opens(person, id)})
	// What the phone had by the code stays with the device it came from.
	s.sameRows(t, "the phone has left it", 5, map[string]*visitor{"the first": first})
}

// TestJoiningLeavesWhatIsKept: data that is kept makes room in the session, and stays
// in the account.
func TestJoiningLeavesWhatIsKept(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	ada, id := keeps(person, 2020, 30)
	other := person("")
	other.upload("", someHistory(2021, 5)).want(t, http.StatusCreated)
	code := other.code()
	doc := ada.post("/link/open", url.Values{"code": {code}}).want(t, http.StatusOK).page(t)
	if warning := doc.Find(".link-warning").Text(); !strings.Contains(warning, "30 plays") || !strings.Contains(warning, "stays with your account") || strings.Contains(warning, "deleted") {
		t.Errorf("the page warns %q", warning)
	}
	ada.join(code, "replace").want(t, http.StatusOK)
	s.sameRows(t, "joined", 5, map[string]*visitor{"ada": ada, "the other": other})
	if a := ada.account(http.MethodGet, "", nil, http.StatusOK); a.String() != "Listening of 2020 (30)" || a.Datasets[0].Current {
		t.Errorf("the account keeps %v, %+v", a, a.Datasets)
	}
	ada.upload("add", someHistory(2011, 1)).want(t, http.StatusCreated)
	ada.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
	s.sameRows(t, "after what was joined is deleted", 30, map[string]*visitor{"ada": opens(person, id)})
	s.forgetCache(t)
	other.get("/api/v1/receipt").refused(t, http.StatusGone, "data_gone")
}

// TestSigningOutOfLinkedData: who has it by a code leaves it to the others; who has
// brought it deletes it for all, unless somebody keeps it.
func TestSigningOutOfLinkedData(t *testing.T) {
	t.Run("by a code", func(t *testing.T) {
		s, person := keeping(t, siteOptions{})
		s.signsOut()
		desk, id := keeps(person, 2020, 30)
		phone := person("ada")
		phone.join(desk.code()).want(t, http.StatusOK)
		handed := phone.code()
		phone.signOut()
		phone.get("/api/v1/receipt").want(t, http.StatusUnauthorized)
		s.sameRows(t, "the phone signed out", 30, map[string]*visitor{"the desk": desk, "another": opens(person, id)})
		person("").join(handed).refused(t, http.StatusGone, "code_expired")
	})
	t.Run("brought", func(t *testing.T) {
		s, person := keeping(t, siteOptions{})
		s.signsOut()
		desk, phone := person("ada"), person("")
		desk.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
		phone.join(desk.code()).want(t, http.StatusOK)
		desk.signOut()
		s.forgetCache(t)
		phone.get("/api/v1/receipt").refused(t, http.StatusGone, "data_gone")
	})
	t.Run("brought, and kept on the phone", func(t *testing.T) {
		s, person := keeping(t, siteOptions{})
		s.signsOut()
		desk, phone := person("ada"), person("ada")
		desk.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
		phone.join(desk.code()).want(t, http.StatusOK)
		phone.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated)
		desk.upload("add", someHistory(2011, 5)).want(t, http.StatusCreated)
		desk.signOut()
		s.sameRows(t, "the desk signed out", 35, map[string]*visitor{"the phone": phone})
	})
}

// TestLinkedDataLastsAsLongAsItIsKept: a device that has the data by a code follows its
// expiry, and what it adds lasts as long.
func TestLinkedDataLastsAsLongAsItIsKept(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	first := person("ada")
	first.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	phone := person("")
	phone.join(first.code()).want(t, http.StatusOK)
	a := first.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated)
	id := a.Datasets[0].ID
	phone.upload("add", someHistory(2011, 5)).want(t, http.StatusCreated)

	// A third one is told what is true now, not what was when the first linked.
	var offered struct{ Until time.Time }
	person("").post("/link/open", url.Values{"code": {phone.code()}}, "Accept", "application/json").want(t, http.StatusOK).json(t, &offered)
	if left := offered.Until.Sub(s.clock()); left < 85*24*time.Hour {
		t.Errorf("handed over until %s", offered.Until)
	}

	// Its owner opens the account, and not the dataset, so long after that the note which
	// leads from one to the other expires before the next time.
	for range 2 {
		s.now.Add(int64(80 * 24 * time.Hour))
		person("ada").account(http.MethodPost, "/open", map[string]any{"passphrase": passphrase}, http.StatusOK)
	}
	later := opens(person, id)
	if got := later.rows(); got != 35 {
		t.Fatalf("after 160 days: %d plays", got)
	}
	// And what the account lists as kept is so, however it was added.
	a = later.account(http.MethodGet, "", nil, http.StatusOK)
	s.now.Add(int64(a.Datasets[0].Expires.Sub(s.clock()) - time.Hour))
	s.sameRows(t, "an hour before what the account says", 35, map[string]*visitor{"ada": opens(person, id)})
}

// TestSignOutSaysWhoLosesTheData: each device is told what signing out does, before.
func TestSignOutSaysWhoLosesTheData(t *testing.T) {
	s, person := keeping(t, siteOptions{})
	s.signsOut()
	parting := func(who string, v *visitor, want web.Parting) {
		t.Helper()
		if got := string(v.get("/test/parting").want(t, http.StatusOK).body); got != strconv.Itoa(int(want)) {
			t.Errorf("%s: %s, want %d", who, got, want)
		}
	}
	desk, phone := person("ada"), person("ada")
	parting("without data", desk, web.NothingParts)
	desk.upload("", someHistory(2020, 30)).want(t, http.StatusCreated)
	parting("alone", desk, web.DataGoes)
	phone.join(desk.code()).want(t, http.StatusOK)
	parting("the desk", desk, web.DataGoesFromMore)
	parting("the phone", phone, web.DataStaysLinked)
	phone.account(http.MethodPost, "/passphrases", map[string]any{"passphrase": passphrase, "keep": true}, http.StatusCreated)
	parting("the phone keeps it", phone, web.DataStays)
	parting("the desk, once the phone keeps it", desk, web.DataStaysLinked)

	for parting, want := range map[web.Parting]string{
		web.NothingParts:     "There is no data in it. Sign out",
		web.DataStays:        "stays with your account",
		web.DataStaysLinked:  "stays on the devices that it is linked with",
		web.DataGoes:         "deletes the data in it. There is no copy",
		web.DataGoesFromMore: "every device that you have linked loses it, too",
	} {
		var page bytes.Buffer
		if err := signin.SignOut("", "", parting).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(&page)
		if err != nil {
			t.Fatal(err)
		}
		says := strings.Join(strings.Fields(doc.Text()), " ")
		if !strings.Contains(says, want) || strings.Contains(says, "delete my data") != parting.Deletes() || doc.Find("button.danger").Length() > 0 != parting.Deletes() {
			t.Errorf("%d: %s", parting, says)
		}
	}
}
