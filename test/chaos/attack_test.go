package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/viewtest"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// suiteAttacks is how many hostile uploads the suite sends. More are for the task
// that attacks, which has the time for whatever takes minutes.
const suiteAttacks = 48

var (
	attacks    = flag.Int("attacks", suiteAttacks, "how many hostile uploads TestHostileUploads sends")
	attackSeed = flag.Uint64("attackseed", 1, "where the hostile uploads begin")
	attackFrom = flag.Int("attackfrom", 0, "the number of the first hostile upload: with -attacks=1 the one to send again")
	attackKind = flag.String("attackkind", "", "the one kind of hostile uploads to send, by its name")
)

const (
	// attackMemory is what deploy/compose.yaml gives an instance, and
	// attackGoal what it tells the program to stay within.
	attackMemory = 512 << 20
	attackGoal   = "400MiB"
	// attackPatience is how long one request may take before it counts as hung.
	attackPatience = 30 * time.Second
	// attackWorkers send at the same time.
	attackWorkers = 4
	// attacksASession is after how many a session ends and another begins.
	attacksASession = 12
)

// pagesAsked are asked for between the uploads.
var pagesAsked = append(viewtest.Addresses(handlers.Views()),
	"/albums?sort=plays", "/tracks?page=2", "/library?part=never", "/library?part=unsaved", "/api/v1/top/tracks?limit=1000",
	"/files", "/forget", "/imports/00000000000000000000000000000000")

// A siege is one run of hostile uploads against the real program.
type siege struct {
	t         *testing.T
	process   *harness.Program
	transport *http.Transport

	busy, accepted, refused atomic.Int64
	slowest                 atomic.Int64 // page, in nanoseconds
	underWay                [attackWorkers]atomic.Pointer[string]
}

// TestHostileUploads sends what is made to hurt, over and over, to the real
// program with the memory it has in deploy/compose.yaml. Whatever comes, it
// answers in time and without a failure of its own, loses nobody's data, keeps
// within its memory, and leaves neither a file nor a descriptor behind.
func TestHostileUploads(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("memory and descriptors are read where Linux tells of them")
	}
	shared := t.TempDir()
	s := &siege{t: t, transport: &http.Transport{MaxIdleConnsPerHost: 2 * attackWorkers}}
	s.process = harness.StartListening(t, map[string]string{
		"APP_ENV": "production", "GOMEMLIMIT": attackGoal,
		"DATASET_URL": "file://" + shared, "DATASET_CACHE_MB": "192", "UPLOAD_MAX_MB": "128",
		"UPLOAD_HOURLY_MB": "0", "CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
	}, shared)
	stopWatching := s.watchMemory()

	bystander := s.join(-1)
	before := s.descriptors()
	first, last := *attackFrom, *attackFrom+*attacks
	var next atomic.Int64
	next.Store(int64(first))
	var workers sync.WaitGroup
	for worker := range attackWorkers {
		workers.Go(func() {
			for {
				from := int(next.Add(attacksASession)) - attacksASession
				if from >= last || t.Failed() {
					return
				}
				a := s.join(worker)
				if a == nil {
					return
				}
				for n := from; n < min(from+attacksASession, last) && !t.Failed(); n++ {
					a.worker = worker
					a.attack(n)
				}
				a.leave()
			}
		})
	}
	workers.Wait()
	peak := stopWatching()
	t.Logf("%d uploads: %d answers 2xx or 3xx, %d refused, %d busy; slowest page %s; peak %d MB",
		last-first, s.accepted.Load(), s.refused.Load(), s.busy.Load(), time.Duration(s.slowest.Load()), peak>>20)
	if t.Failed() {
		return
	}
	if peak > attackMemory {
		t.Errorf("%d MB of memory at the peak, %d are there", peak>>20, attackMemory>>20)
	}
	if busy := s.busy.Load(); int(busy) > max(5, (last-first)/10) {
		t.Errorf("%d uploads found no place: that shows little", busy)
	}
	bystander.check("at the end")
	if len(harness.BlobNames(t, shared, "datasets")) == 0 || len(before) == 0 || peak == 0 {
		t.Errorf("nothing is measured: %d descriptors, %d bytes, and no dataset of somebody who has one", len(before), peak)
	}
	bystander.leave()
	s.transport.CloseIdleConnections()
	var after []string
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if after = s.descriptors(); len(after) <= len(before) || time.Now().After(deadline) {
			break
		}
	}
	if len(after) > len(before) {
		t.Errorf("descriptors: %d before, %d after: %v", len(before), len(after), after)
	}
	if left := append(harness.BlobNames(t, shared, "datasets"), harness.BlobNames(t, shared, "parts")...); len(left) > 0 {
		t.Errorf("%d blobs are left of sessions that have ended: %.500s", len(left), strings.Join(left, " "))
	}
	if strings.Contains(s.process.Log.String(), hostileMark) || strings.Contains(s.process.Log.String(), "192.0.2.") {
		t.Error("the log repeats a name or an address")
	}
}

// watchMemory ends the program when it has taken far too much, for the sake of
// the machine. The function it returns gives the peak.
func (s *siege) watchMemory() (stop func() (peak int64)) {
	done, ended := make(chan struct{}), make(chan int64, 1)
	status := fmt.Sprintf("/proc/%d/status", s.process.PID())
	go func() {
		var peak int64
		for {
			content, _ := os.ReadFile(status)
			if _, text, ok := strings.Cut(string(content), "VmHWM:"); ok {
				kilobytes, _ := strconv.ParseInt(strings.Fields(text)[0], 10, 64)
				if kilobytes<<10 > peak+16<<20 && kilobytes<<10 > attackMemory/2 {
					var doing []string
					for i := range s.underWay {
						if p := s.underWay[i].Load(); p != nil {
							doing = append(doing, *p)
						}
					}
					s.t.Logf("%d MB while: %s", kilobytes>>10, strings.Join(doing, "; "))
				}
				peak = max(peak, kilobytes<<10)
			}
			if peak > 4*attackMemory {
				s.t.Errorf("%d MB of memory: ended", peak>>20)
				s.process.Kill()
				ended <- peak
				return
			}
			select {
			case <-done:
				ended <- peak
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() int64 { close(done); return <-ended }
}

// descriptors lists what the program has open beside its connections.
func (s *siege) descriptors() (open []string) {
	links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", s.process.PID()))
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && !strings.HasPrefix(target, "socket:") {
			open = append(open, target)
		}
	}
	return open
}

// RoundTrip ends TLS, as a proxy would.
func (s *siege) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.Host = r.URL.Host
	out.URL.Scheme, out.URL.Host = "http", s.process.Address
	return s.transport.RoundTrip(out)
}

// An attacker is a session that holds honest data and is sent hostile uploads.
type attacker struct {
	siege   *siege
	client  *http.Client
	address string
	worker  int
	number  int // of the upload, for messages
	kind    string

	rows, documents int
	created         bool // a request since the last check has stored something
	replaced        bool
}

type answered struct {
	status int
	header http.Header
	body   []byte
}

func (s *siege) visitor(worker int) *attacker {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &attacker{siege: s, address: fmt.Sprintf("192.0.2.%d", worker+2), number: -1, kind: "honest", client: &http.Client{
		Transport: s, Jar: jar, Timeout: attackPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// join begins a session with honest data. It returns nil when that fails.
func (s *siege) join(worker int) *attacker {
	a := s.visitor(worker)
	content, rows := harness.Generate(500)
	body, contentType := harness.Form("add", harness.File("my_spotify_data.zip", content), harness.File("Playlist1.json", []byte(`{"playlists":[{"name":"mine","items":[]}]}`)))
	if got := a.send(http.MethodPost, "/uploads", body, "Content-Type", contentType); got.status != http.StatusCreated {
		s.t.Errorf("honest data: %d: %.300s", got.status, got.body)
		return nil
	}
	a.replaced = true
	a.check("at the beginning")
	if a.rows != rows || a.documents != 1 {
		s.t.Errorf("%d rows and %d documents of honest data, want %d and 1", a.rows, a.documents, rows)
		return nil
	}
	return a
}

// outsider is another session from the same address, with nothing in it.
func (a *attacker) outsider() *attacker {
	o := a.siege.visitor(0)
	o.address, o.number, o.kind = a.address, a.number, a.kind
	return o
}

// send sends one request and judges its answer. Headers come in pairs; an empty
// value takes one away.
func (a *attacker) send(method, path string, body []byte, headers ...string) (got answered) {
	s := a.siege
	ctx, cancel := context.WithTimeout(s.t.Context(), attackPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, harness.Site+path, bytes.NewReader(body))
	if err != nil {
		s.t.Errorf("upload %d, %s: %v", a.number, a.kind, err)
		return got
	}
	r.Header.Set("X-Forwarded-For", a.address)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	begun := time.Now()
	resp, err := a.client.Do(r)
	if err == nil {
		got.status, got.header = resp.StatusCode, resp.Header
		got.body, err = io.ReadAll(resp.Body)
		err = errors.Join(err, resp.Body.Close())
	}
	took := time.Since(begun)
	if method == http.MethodGet {
		for slowest := s.slowest.Load(); int64(took) > slowest && !s.slowest.CompareAndSwap(slowest, int64(took)); slowest = s.slowest.Load() {
		}
	}
	switch {
	case err != nil && (strings.Contains(err.Error(), "invalid header field") || wasRefusedEarly(err, len(body))):
		// Not sent at all, or refused while it was still being sent.
	case err != nil:
		s.t.Errorf("upload %d, %s: %s %.80s after %s: %v", a.number, a.kind, method, path, took, err)
	case got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != "" && (method == http.MethodHead || bytes.Contains(got.body, []byte(`"code":"busy"`))):
		s.busy.Add(1)
	case got.status >= 500:
		s.t.Errorf("upload %d, %s: %s %.80s: %d: %.300s", a.number, a.kind, method, path, got.status, got.body)
	case got.status >= 400:
		s.refused.Add(1)
	default:
		s.accepted.Add(1)
		a.created = a.created || method == http.MethodPost && (got.status == http.StatusCreated || got.status == http.StatusAccepted) && path != "/files"
	}
	return got
}

// wasRefusedEarly: an answer to a body that is still on its way is followed by
// the end of the connection, and the client may hear of that first.
func wasRefusedEarly(err error, bodyBytes int) bool {
	return bodyBytes > 64<<10 && (strings.Contains(err.Error(), "connection reset") || strings.Contains(err.Error(), "broken pipe"))
}

// attack carries out the hostile upload of that number and looks at some pages.
func (a *attacker) attack(n int) {
	r := rand.New(rand.NewPCG(*attackSeed, uint64(n)))
	mode := pick(r, "add", "add", "add", "replace")
	which := n % (len(hostileKinds) + len(hostileTalks))
	a.number = n
	if which < len(hostileKinds) {
		a.kind = hostileKinds[which].name
	} else {
		a.kind = hostileTalks[which-len(hostileKinds)].name
	}
	if *attackKind != "" && *attackKind != a.kind {
		return
	}
	doing := fmt.Sprintf("%s (%d)", a.kind, n)
	a.siege.underWay[a.worker].Store(&doing)
	if which < len(hostileKinds) {
		kind := hostileKinds[which]
		// As many small ones as large ones, at every scale.
		size := int(math.Exp2(10 + 15*r.Float64()))
		files := kind.make(r, size)
		a.replaced = mode == "replace"
		if r.IntN(3) == 0 {
			a.inParts(mode, files)
		} else {
			body, contentType := harness.Form(mode, files...)
			a.send(http.MethodPost, "/uploads", body, "Content-Type", contentType)
		}
	} else {
		a.replaced = true // some ask for it
		hostileTalks[which-len(hostileKinds)].talk(a, r)
	}
	for range 3 {
		page := pick(r, pagesAsked...)
		accept := "application/json"
		if !strings.HasPrefix(page, "/api/") {
			accept = "text/html"
		}
		if got := a.send(http.MethodGet, page, nil, "Accept", accept); got.status == http.StatusUnauthorized || got.status == http.StatusGone {
			a.siege.t.Errorf("upload %d, %s: %s: %d: the data is lost", n, a.kind, page, got.status)
		}
	}
	a.check("afterwards")
}

// inParts sends files by tus and imports them.
func (a *attacker) inParts(mode string, files []harness.FormFile) {
	form := []string{"mode=" + mode}
	for _, f := range files {
		path := a.send(http.MethodPost, "/files", nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(len(f.Content))).header.Get("Location")
		if path == "" {
			continue
		}
		for offset := 0; offset < len(f.Content); offset += harness.PartSize {
			a.send(http.MethodPatch, path, f.Content[offset:min(offset+harness.PartSize, len(f.Content))], "Tus-Resumable", "1.0.0",
				"Upload-Offset", strconv.Itoa(offset), "Content-Type", "application/offset+octet-stream")
		}
		form = append(form, "file="+strings.TrimPrefix(path, "/files/"))
	}
	a.send(http.MethodPost, "/imports", []byte(strings.Join(form, "&")), "Content-Type", "application/x-www-form-urlencoded")
	a.send(http.MethodPost, "/files/discard", nil, "Content-Type", "application/x-www-form-urlencoded")
}

// check compares what the session holds with what it held: after a refusal the
// same, after an import that adds no less.
func (a *attacker) check(when string) {
	var summary struct{ Rows int }
	var documents struct{ Total int }
	for path, into := range map[string]any{"/api/v1/summary": &summary, "/api/v1/documents": &documents} {
		got := a.send(http.MethodGet, path, nil)
		for tries := 0; got.status == http.StatusServiceUnavailable && tries < 5; tries++ {
			time.Sleep(time.Second)
			got = a.send(http.MethodGet, path, nil)
		}
		if got.status != http.StatusOK || json.Unmarshal(got.body, into) != nil {
			a.siege.t.Errorf("upload %d, %s, %s: %s: %d: %.300s", a.number, a.kind, when, path, got.status, got.body)
			return
		}
	}
	lost := summary.Rows < a.rows || documents.Total < a.documents
	changed := summary.Rows != a.rows || documents.Total != a.documents
	if lost && !(a.created && a.replaced) && a.rows > 0 || changed && !a.created {
		a.siege.t.Errorf("upload %d, %s, %s: %d rows and %d documents, before it were %d and %d", a.number, a.kind, when, summary.Rows, documents.Total, a.rows, a.documents)
	}
	a.rows, a.documents, a.created, a.replaced = summary.Rows, documents.Total, false, false
}

// leave deletes the session's data.
func (a *attacker) leave() {
	if got := a.send(http.MethodPost, "/reset", nil); got.status != http.StatusOK {
		a.siege.t.Errorf("upload %d, %s: deleting: %d: %.300s", a.number, a.kind, got.status, got.body)
	}
}
