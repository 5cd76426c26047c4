package platform

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// zipOfNames is a package of so many bytes of names that differ, in a few
// megabytes: each is long and ends in a number.
func zipOfNames(t *testing.T, megabytes int) []byte {
	t.Helper()
	const each = 1000
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, deflateFast)
	filler := strings.Repeat("name ", each/5-2)
	row := 0
	for file := range max(1, megabytes/40) {
		w, err := z.Create(fmt.Sprintf("Spotify Extended Streaming History/Streaming_History_Audio_2020_%d.json", file))
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		for i := range min(megabytes, 40) << 20 / (3 * each) {
			content.WriteString([]string{"[", ","}[min(i, 1)])
			fmt.Fprintf(&content, `{"ts":%q,"ms_played":60000,"master_metadata_track_name":"%st%d","master_metadata_album_artist_name":"%sa%d","master_metadata_album_album_name":"%sl%d"}`,
				time.Unix(1_500_000_000+int64(row)*100, 0).UTC().Format(time.RFC3339), filler, row, filler, row, filler, row)
			row++
		}
		content.WriteString("]")
		if _, err := w.Write(content.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// limited is an instance with the memory of deploy/compose.yaml, which it must not
// exceed: the system kills it there.
func limited(t *testing.T, env map[string]string) *instance {
	t.Helper()
	compose, shared := harness.DeployFile(t, "deploy/compose.yaml"), t.TempDir()
	all := map[string]string{"DATASET_URL": "file://" + shared}
	for _, name := range []string{"GOMEMLIMIT", "DATASET_CACHE_MB"} {
		all[name] = fmt.Sprint(harness.Dig[map[string]any](t, compose, "services", "one", "environment")[name])
	}
	maps.Copy(all, env)
	megabytes, err := strconv.ParseInt(strings.TrimSuffix(harness.Dig[string](t, compose, "services", "one", "mem_limit"), "m"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	one := startPlain(t, all, shared)
	t.Cleanup(func() {
		peak := one.process.Memory("VmHWM")
		t.Logf("peak of resident memory: %d MB", peak>>20)
		if peak > megabytes<<20 {
			t.Errorf("it took %d MB, of %d", peak>>20, megabytes)
		}
	})
	return one
}

// TestManyNamesAreRefused: a package of 200 MB of names in a few megabytes is
// more than a dataset may hold. It is refused, and others are served.
func TestManyNamesAreRefused(t *testing.T) {
	one := limited(t, nil)
	hostile, honest := zipOfNames(t, 200), harness.NewVisitor(t, one)
	if len(hostile) > 4<<20 {
		t.Fatalf("the package has %d bytes", len(hostile))
	}
	content, rows := harness.Package(t, 20_000)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			v := harness.NewVisitor(t, one)
			if resp, _ := v.Submit(hostile); resp.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("200 MB of names: %s", resp.Status)
			}
			if status, _ := v.Rows(); status != http.StatusUnauthorized {
				t.Errorf("afterwards there is data: %d", status)
			}
		})
	}
	if resp, _ := honest.Submit(content); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("an honest package: %s", resp.Status)
	}
	if status, got := honest.Rows(); status != http.StatusOK || got != rows {
		t.Errorf("an honest package: %d, %d rows", status, got)
	}
	all.Wait()
}

// TestLargeDatasetsTakeTurns: eight sessions, each with about as many names as a
// dataset may hold, look at them at the same time. None fits beside another.
func TestLargeDatasetsTakeTurns(t *testing.T) {
	for name, env := range map[string]map[string]string{"with a cache": nil, "without": {"DATASET_CACHE_MB": "0"}} {
		t.Run(name, func(t *testing.T) {
			one := limited(t, env)
			content := zipOfNames(t, 40)
			visitors := make([]*harness.Client, 8)
			var all sync.WaitGroup
			for i := range visitors {
				visitors[i] = harness.NewVisitor(t, one)
				all.Go(func() {
					if resp, _ := visitors[i].Submit(content); resp.StatusCode != http.StatusSeeOther {
						t.Errorf("import: %s", resp.Status)
					}
				})
			}
			all.Wait()
			served := 0
			var mu sync.Mutex
			for i := range 16 {
				all.Go(func() {
					for _, path := range []string{"/tracks", "/artists?q=name"} {
						resp, _ := visitors[i%len(visitors)].Do(http.MethodGet, path, nil)
						switch {
						case resp.StatusCode == http.StatusOK:
							mu.Lock()
							served++
							mu.Unlock()
						case resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "":
							t.Errorf("%s: %s", path, resp.Status)
						}
					}
				})
			}
			all.Wait()
			if served < 8 {
				t.Errorf("%d pages of 32 were served", served)
			}
		})
	}
}

// TestWithoutACacheOneReadingServesAll: sixteen requests at once for the same
// data share one dataset.
func TestWithoutACacheOneReadingServesAll(t *testing.T) {
	one := limited(t, map[string]string{"DATASET_CACHE_MB": "0"})
	v := harness.NewVisitor(t, one)
	content, rows := harness.Package(t, 70_000)
	if resp, _ := v.Submit(content); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("import: %s", resp.Status)
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if status, got := v.Rows(); status != http.StatusOK || got != rows {
				t.Errorf("%d, %d rows", status, got)
			}
			v.See("/tracks")
		})
	}
	all.Wait()
}

func deflateFast(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) }
