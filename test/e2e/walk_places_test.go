package e2e

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/viewtest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// newWalkPerson is who looks at the sample, or has uploaded the package that the
// walk is told.
func newWalkPerson(t *testing.T, base string) *walkPerson {
	t.Helper()
	c := harness.NewClient(t)
	name := "sample"
	if *walkPackage == "" {
		if resp, b := c.Do(http.MethodPost, base+"/sample", nil); resp.StatusCode != http.StatusCreated {
			t.Fatalf("sample: %s: %.300s", resp.Status, b)
		}
	} else {
		name = filepath.Base(*walkPackage)
		c.Upload(base, *walkPackage)
	}
	return &walkPerson{name: name, base: base, cookies: told(t, c, base)}
}

// told are the cookies of a client whose browser has told its zone. Otherwise the
// first page with JavaScript would tell it and load again.
func told(t *testing.T, c *harness.Client, base string) []*http.Cookie {
	t.Helper()
	if resp, b := c.Do(http.MethodPost, base+"/zone", strings.NewReader("told="+url.QueryEscape(walkZone)), "Content-Type", "application/x-www-form-urlencoded"); resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("zone: %s: %.300s", resp.Status, b)
	}
	return c.Cookies(base)
}

// pages are the pages of the views with their examples, over what the person has.
func (p *walkPerson) pages(t *testing.T) []place {
	t.Helper()
	listed, examples, err := viewtest.Shown(handlers.Views(), walkData(t), lens.LoadZone(walkZone))
	if err != nil {
		t.Fatal(err)
	}
	p.listed = listed
	var places []place
	for _, path := range append(viewtest.Pages(handlers.Views()), examples...) {
		places = append(places, place{p, path, true})
	}
	if len(examples) < 10 || len(listed) < 10 {
		t.Fatalf("%d examples, %d pages in the navigation: that cannot be all", len(examples), len(listed))
	}
	return places
}

// walkData reads the data that the person of the walk has, as the program does.
func walkData(t *testing.T) *dataset.Dataset {
	t.Helper()
	var inputs []export.Input
	add := func(name string, content []byte) {
		inputs = append(inputs, export.Input{Name: name, R: bytes.NewReader(content), Size: int64(len(content))})
	}
	if *walkPackage != "" {
		content, err := os.ReadFile(*walkPackage)
		if err != nil {
			t.Fatal(err)
		}
		add(filepath.Base(*walkPackage), content)
	} else {
		person, err := sample.NewPerson(time.Now().UTC().Truncate(24 * time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		var history, account, log bytes.Buffer
		_, err = person.Extended(&history)
		if err == nil {
			_, err = person.Account(&account)
		}
		if err == nil {
			_, err = person.TechnicalLog(&log)
		}
		if err != nil {
			t.Fatal(err)
		}
		add("history.zip", history.Bytes())
		add("account.zip", account.Bytes())
		add("log.zip", log.Bytes())
	}
	im := importer.New(importer.Config{Vault: vault.New(vault.Config{Bucket: memory.New(time.Now), Now: time.Now}), Now: time.Now})
	res, err := im.Import(t.Context(), importer.Job{Inputs: inputs, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return res.Dataset
}

// shellPlaces are the pages around the views: without data, with forms, and those
// that say what is wrong.
func shellPlaces(t *testing.T, owner *walkPerson) []place {
	t.Helper()
	none := &walkPerson{name: "nobody", base: owner.base}
	none.cookies = told(t, harness.NewClient(t), owner.base)
	var places []place
	for _, path := range []string{"/", "/?nodata", "/forgotten", "/nowhere", "/link", "/bring", "/gone", "/imports/" + strings.Repeat("0", 22)} {
		places = append(places, place{none, path, false})
	}
	for _, path := range []string{
		"/bring", "/link", "/forget", "/gone", "/nowhere", "/artists/nobody",
		"/?from=2001&to=2001", "/artists?from=monday&min=never&tz=Nowhere", "/history?q=nothing-is-called-this",
		"/search?q=a", "/artists?table=spine", "/?table=clock", "/privacy?reveal=1",
	} {
		places = append(places, place{owner, path, false})
	}
	// Who has brought data of their own shows a code for another device.
	c := harness.NewClient(t)
	c.Upload(owner.base, harness.SmallPackage(t, 600))
	if resp, b := c.Do(http.MethodPost, owner.base+"/link", nil); resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("code: %s: %.300s", resp.Status, b)
	}
	uploader := &walkPerson{name: "uploader", base: owner.base, cookies: told(t, c, owner.base)}
	// And they have made a reel, with its film.
	made := person{Client: c}.reel(owner.base, http.MethodPost, "", `{"title":"A walk","size":"square","order":["clock"]}`, http.StatusCreated)
	made, _ = person{Client: c}.stitched(owner.base, made.ID)
	for _, path := range []string{"/", "/link", "/artists", "/receipt", "/forget", "/opinions", "/reel", "/reels/" + made.ID} {
		places = append(places, place{uploader, path, false})
	}
	return places
}

// accountPlaces are the pages of sign-in and of accounts, which stand at a provider of
// their own.
func accountPlaces(t *testing.T) []place {
	t.Helper()
	provider := servers.StartOIDC(t)
	s := harness.StartServer(t, signInEnv(provider, "optional", "ACCOUNT_SECRET_KEY="+accountKey))
	var places []place
	see := func(name string, c *harness.Client, paths ...string) {
		who := &walkPerson{name: name, base: s.Base, cookies: told(t, c, s.Base)}
		for _, path := range paths {
			places = append(places, place{who, path, false})
		}
	}
	see("signed out", harness.NewClient(t), "/", "/signed-out")
	empty := newPerson(t, provider)
	empty.signIn(s.Base)
	see("signed in", empty.Client, "/", "/account", "/logout")
	anna := newPerson(t, provider)
	anna.signIn(s.Base)
	anna.Upload(s.Base, harness.SmallPackage(t, 20))
	anna.account(s.Base, http.MethodPost, "/passphrases", `{"passphrase":"marmalade tugboat seven lanterns","keep":true}`, http.StatusCreated)
	see("with an account", anna.Client, "/", "/account", "/account/delete", "/logout")
	again := newPerson(t, provider)
	again.signIn(s.Base)
	see("with a locked account", again.Client, "/account")
	return places
}
