package handlers_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"testing"
	"time"
)

// marked is a file whose rows are told from those of all others.
func marked(n int) file {
	at := time.Date(2015, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n)
	return file{fmt.Sprintf("endsong_%d.json", n), history(play{ts: at.Format(time.RFC3339), ms: 100_000, track: fmt.Sprint("Marked ", n), artist: "One", uri: fmt.Sprintf("spotify:track:%022d", n)})}
}

// holds reports whether the data of a visitor has the rows of a file.
func (v *visitor) holds(n int) bool {
	v.t.Helper()
	var plays struct{ Total int }
	v.get("/api/v1/plays?q="+url.QueryEscape(fmt.Sprint("Marked ", n))+"&from=2015&to=2016").want(v.t, http.StatusOK).json(v.t, &plays)
	day := time.Date(2015, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format(time.DateOnly)
	v.get("/api/v1/plays?from="+day+"&to="+day).want(v.t, http.StatusOK).json(v.t, &plays)
	return plays.Total == 1
}

// TestImportsSideBySide: imports of one session run at once, by forms and in
// parts, adding and replacing, and their answers arrive in any order. Each that is
// answered 201 lasts: unless something was replaced or deleted after it began, its
// rows are in the data that the session leads to.
func TestImportsSideBySide(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 9))
			s := newSite(t)
			v := s.visitor(t)
			first := rng.IntN(2) == 0
			if !first {
				v.upload("", marked(0)).want(t, http.StatusCreated)
			}
			const uploads = 6
			replaces := rng.IntN(2) == 0
			ids := make([]string, uploads)
			for i := range uploads {
				if i%2 == 0 || first && i == 1 {
					ids[i] = v.sendParts(marked(i+1), 1)
				}
			}
			start := v.http.Jar.Cookies(s.address)
			answers := make([]answer, uploads)
			var group sync.WaitGroup
			for i := range uploads {
				who := &visitor{t: t, site: s, http: &http.Client{Jar: &frozenJar{start}}}
				mode := "add"
				if replaces && i == uploads-1 {
					mode = "replace"
				}
				group.Go(func() {
					if ids[i] != "" {
						answers[i] = who.importFiles(url.Values{"file": {ids[i]}, "mode": {mode}, "id": {fmt.Sprintf("%032x", i+1)}})
					} else {
						answers[i] = who.upload(mode, marked(i+1))
					}
				})
			}
			group.Wait()

			// The answers arrive in any order; the last session to arrive is the
			// browser's.
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			jar.SetCookies(s.address, start)
			for _, i := range rng.Perm(uploads) {
				jar.SetCookies(s.address, answers[i].Cookies())
			}
			browser := &visitor{t: t, site: s, http: &http.Client{Jar: jar}}
			s.forgetCache(t)
			replaced := replaces && answers[uploads-1].StatusCode == http.StatusCreated
			for i, a := range answers {
				switch {
				case a.StatusCode == http.StatusConflict && replaces && i == uploads-1:
				case a.StatusCode != http.StatusCreated:
					t.Errorf("%d: %s %.300s", i, a.Status, a.body)
				case replaced && i < uploads-1:
					// It may have been done before the one that replaces began.
				case !browser.holds(i + 1):
					t.Errorf("%d was answered 201, and its rows are not there", i)
				}
			}
			if !first && !replaced && !browser.holds(0) {
				t.Error("what was there is not")
			}
			browser.get("/receipt").want(t, http.StatusOK)
			if n := len(s.keys(t, "datasets/")); n != 1 {
				t.Errorf("%d datasets, want the newest alone", n)
			}

			// In the middle of more, everything is deleted: nothing comes back.
			more := browser.sendParts(marked(20), 1)
			start = jar.Cookies(s.address)
			for i := range 3 {
				who := &visitor{t: t, site: s, http: &http.Client{Jar: &frozenJar{start}}}
				group.Go(func() {
					if i == 0 {
						answers[i] = who.importFiles(url.Values{"file": {more}, "id": {importID}})
					} else {
						answers[i] = who.upload("add", marked(20+i))
					}
				})
			}
			time.Sleep(time.Duration(rng.IntN(4)) * time.Millisecond)
			who := &visitor{t: t, site: s, http: &http.Client{Jar: &frozenJar{start}, CheckRedirect: v.http.CheckRedirect}}
			who.post("/reset", url.Values{}).want(t, http.StatusSeeOther)
			group.Wait()
			s.forgetCache(t)
			begunAfter := 0
			for i, a := range answers[:3] {
				for _, cookies := range [][]*http.Cookie{start, a.Cookies()} {
					if len(cookies) == 0 {
						continue
					}
					later := &visitor{t: t, site: s, http: &http.Client{Jar: &frozenJar{cookies}}}
					// An upload that began after the deletion may be there, alone.
					var sum struct{ Rows int }
					if got := later.get("/api/v1/summary"); got.StatusCode == http.StatusOK {
						if got.json(t, &sum); sum.Rows > 2 {
							t.Errorf("%d: after the deletion %.200s", i, got.body)
						}
						begunAfter++
					}
				}
			}
			if n := len(s.keys(t, "datasets/")); n > begunAfter {
				t.Errorf("%d datasets are left, %d of them begun after the deletion: first %t, replaces %t, answers %d %d %d\n%s", n, begunAfter, first, replaces, answers[0].StatusCode, answers[1].StatusCode, answers[2].StatusCode, s.logs)
			}
		})
	}
}
