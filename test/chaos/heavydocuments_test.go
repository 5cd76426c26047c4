package chaos

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account/accounttest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

const (
	// hostileMemory is how much the process may grow above what it takes at rest.
	hostileMemory = 250 << 20
	// hostileTime is how long a page may take.
	hostileTime = 2 * time.Second
	// hostileCrowd is how many ask for a page at once.
	hostileCrowd = 16
	// suiteCrowd is the kind of document, saved tracks, that the suite has that
	// many people bring. The task that attacks has them bring every kind.
	suiteCrowd = 3
)

// hostileZIP is a package with one document of that size, which is a few hundred
// kilobytes packed: white space keeps it below the ratio of a bomb.
func hostileZIP(t *testing.T, k accounttest.Kind, size int) (packed []byte, elements int) {
	t.Helper()
	space := make([]byte, size/25)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range space {
		space[i] = " \t\n\r"[r.IntN(4)]
	}
	elements = (size - len(space) - len(k.Before) - len(k.After)) / (len(k.Element) + 1)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	w, err := z.Create("Spotify Account Data/" + k.Name)
	if err == nil {
		_, err = w.Write(slices.Concat(k.JSON(elements), space))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), elements
}

// TestHeavyDocuments uploads documents that were made to hurt, and asks for
// every page of them, once and by many at once: the process stays small, and
// every answer comes soon.
func TestHeavyDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("uploads large documents")
	}
	dir := t.TempDir()
	p := harness.StartListening(t, map[string]string{"DATASET_URL": "file://" + dir, "GOMEMLIMIT": "400MiB", "UPLOAD_HOURLY_MB": "0", "LOG_FORMAT": "json"}, dir)
	base := "http://" + p.Address
	harness.NewClient(t).Do(http.MethodGet, base+"/", nil)
	rest := p.Memory("VmRSS")
	// What it took at most so far does not count, where the system lets it be forgotten.
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.PID()), []byte("5"), 0)

	paths := []string{"/", "/receipt", "/playlists", "/playlists/tracks", "/library", "/searches", "/changes", "/opinions", "/wrapped", "/privacy", "/privacy?reveal=1", "/documents"}
	for _, api := range []string{"/receipt", "/playlists", "/playlists/overview", "/playlists/tracks", "/library", "/searches", "/changes", "/opinions", "/wrapped", "/privacy", "/documents"} {
		paths = append(paths, "/api/v1"+api)
	}
	var slowest time.Duration
	for n, k := range accounttest.Kinds {
		if *attacks <= suiteAttacks && n%3 != 0 {
			continue // those that take most are left: items, saved tracks, guesses, ratings
		}
		// Of most a quarter is many times the bounds, and takes less of a test.
		size := int(export.DefaultLimits.DocumentBytes)
		if *attacks <= suiteAttacks && n > 0 {
			size /= 4
		}
		packed, elements := hostileZIP(t, k, size)
		body, form := harness.Form("replace", harness.File("my_spotify_data.zip", packed))
		bring := func() *harness.Client {
			person := harness.NewClient(t)
			if resp, b := person.Do(http.MethodPost, base+"/uploads", bytes.NewReader(body), "Content-Type", form); resp.StatusCode != http.StatusCreated {
				t.Fatalf("%s: upload: %s: %s", k.Title, resp.Status, b)
			}
			return person
		}
		before := time.Now()
		person := bring()
		imported := time.Since(before)
		all := slices.Clone(paths)
		var documents struct{ Items []struct{ ID string } }
		if _, b := person.Do(http.MethodGet, base+"/api/v1/documents", nil); json.Unmarshal(b, &documents) != nil || len(documents.Items) != 1 {
			t.Fatalf("%s: documents: %s", k.Title, b)
		}
		id := documents.Items[0].ID
		all = append(all, "/documents/"+id, "/documents/"+id+"?reveal=1", "/api/v1/documents/"+id, "/api/v1/documents/"+id+"?reveal=1")
		var lists struct{ Items []struct{ ID string } }
		if _, b := person.Do(http.MethodGet, base+"/api/v1/playlists", nil); json.Unmarshal(b, &lists) != nil {
			t.Fatalf("%s: playlists: %s", k.Title, b)
		}
		if len(lists.Items) > 0 {
			all = append(all, "/playlists/"+lists.Items[0].ID, "/api/v1/playlists/"+lists.Items[0].ID)
		}
		var kind time.Duration
		for _, path := range all {
			for _, crowd := range []int{1, hostileCrowd} {
				if crowd > 1 && n > 0 && !strings.Contains(path, k.Page) && !strings.Contains(path, id) && path != "/receipt" {
					continue // as with the first kind
				}
				kind = max(kind, askInTime(t, p, k.Title, base+path, slices.Repeat([]*harness.Client{person}, crowd)))
			}
		}
		if n == suiteCrowd || *attacks > suiteAttacks {
			// Nobody shares anything with anybody: each has data of their own. They
			// take turns, so this is about memory, and about an answer for everybody.
			people := []*harness.Client{person}
			for len(people) < hostileCrowd {
				people = append(people, bring())
			}
			took, work := askAtOnce(t, p, base+k.Page, people)
			t.Logf("%s: %d people with data of their own took %v", k.Title, len(people), took.Round(time.Millisecond))
			if work > 5*hostileTime {
				t.Errorf("%s: %v of each core for %d people", k.Title, work, len(people))
			}
		}
		slowest = max(slowest, kind)
		_, receipt := person.Do(http.MethodGet, base+"/api/v1/receipt", nil)
		if !strings.Contains(string(receipt), `"beyond_bounds"`) {
			t.Errorf("%s: the receipt says nothing of %d elements: %s", k.Title, elements, receipt)
		}
		peak := p.Memory("VmHWM")
		t.Logf("%s: %d elements, %d kB packed, imported in %v, at most %v a page, peak %d MB above rest", k.Title, elements, len(packed)>>10, imported.Round(time.Millisecond), kind.Round(time.Millisecond), (peak-rest)>>20)
		if peak-rest > hostileMemory {
			t.Errorf("%s: %d MB above the %d MB at rest", k.Title, (peak-rest)>>20, rest>>20)
		}
	}
	t.Logf("the slowest took %v", slowest)
}

// askInTime asks for a page, once for each of the people and all at once, and
// returns how long the last answer took, which is to be soon.
func askInTime(t *testing.T, p *harness.Program, title, address string, people []*harness.Client) time.Duration {
	t.Helper()
	took, work := askAtOnce(t, p, address, people)
	if took > hostileTime { // others may have been busy
		took, work = askAtOnce(t, p, address, people)
	}
	// Where others keep the machine busy, it is the work that counts.
	if took > hostileTime && work > hostileTime || took > attackPatience {
		t.Errorf("%s: %s took %v and %v of each core, asked %d times at once", title, address, took, work, len(people))
	}
	return took
}

// askAtOnce also returns for how long the process kept every core busy.
func askAtOnce(t *testing.T, p *harness.Program, address string, people []*harness.Client) (took, work time.Duration) {
	t.Helper()
	before, worked := time.Now(), workOf(t, p)
	var asked sync.WaitGroup
	for _, person := range people {
		asked.Go(func() {
			req, err := http.NewRequest(http.MethodGet, address, nil)
			if err != nil {
				t.Error(err)
				return
			}
			if strings.Contains(address, "/api/") {
				req.Header.Set("Accept", "application/json")
			}
			resp, err := person.HTTP.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %s, %v", address, resp.Status, err)
			}
		})
	}
	asked.Wait()
	return time.Since(before), (workOf(t, p) - worked) / time.Duration(runtime.NumCPU())
}

// workOf is how long the process has been at work, on all cores together.
func workOf(t *testing.T, p *harness.Program) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	if err != nil {
		t.Fatal(err)
	}
	_, fields, _ := strings.Cut(string(stat), ") ")
	var ticks int64 // of a hundredth of a second
	for _, field := range strings.Fields(fields)[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
