package handlers_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// TestCorruptedUploads sends damaged copies of what is there already. None may
// fail on our side or hang, and whether one is refused or gives what is left of
// it: nothing that was there is lost, and nothing that was not there comes.
func TestCorruptedUploads(t *testing.T) {
	to := time.Date(2025, 1, 10, 0, 0, 0, 0, time.UTC)
	packages := packagesOf(t, sampletest.Options{Plays: 40, Seed: 5, Small: true, From: to.AddDate(0, -1, 0), To: to})[:2]

	v := newSite(t).visitor(t)
	v.http.Timeout = 10 * time.Second
	v.upload("", packages...).want(t, http.StatusCreated)
	// The figures of the data, without the receipt, which names every upload.
	figures := func() string {
		var f map[string]any
		v.get("/api/v1/summary").want(t, http.StatusOK).json(t, &f)
		f["receipt"] = f["receipt"].(map[string]any)["kept"]
		return fmt.Sprint(f)
	}
	before := figures()

	random := rand.New(rand.NewPCG(1, 2))
	taken, refused := 0, 0
	// What damage does to a package by itself is tested where it is read.
	uploads, apart := 300, 97
	if testing.Short() {
		uploads, apart = 60, 997
	}
	for i := range uploads {
		pkg := packages[i%2]
		damaged := bytes.Clone(pkg.content)
		what := "cut off"
		if at := random.IntN(len(damaged)); i%5 == 0 {
			damaged = damaged[:at]
		} else {
			// The directory is a small part of a package, and most can go wrong in it.
			if i%5 > 2 {
				at = len(damaged) - 1 - random.IntN(min(len(damaged), 1_000))
			}
			damaged[at] ^= byte(1 + random.IntN(255))
			what = fmt.Sprintf("byte %d changed", at)
		}
		a := v.upload("add", file{pkg.name, damaged})
		switch {
		case a.StatusCode == http.StatusCreated:
			taken++
		case a.StatusCode >= 400 && a.StatusCode < 500:
			refused++
		default:
			t.Fatalf("%s, %s: %s\n%.500s", pkg.name, what, a.Status, a.body)
		}
		if after := figures(); after != before {
			t.Fatalf("%s, %s: %s\n got %s\nwant %s", pkg.name, what, a.Status, after, before)
		}
	}
	if taken == 0 || refused == 0 {
		t.Errorf("%d taken, %d refused", taken, refused)
	}
	v.get("/receipt").want(t, http.StatusOK)
	v.get("/documents").want(t, http.StatusOK)

	// Instead of what was there comes what is sound, or nothing changes.
	for at := 0; at < len(packages[0].content); at += apart {
		damaged := bytes.Clone(packages[0].content)
		damaged[at] ^= 0x55
		a := v.upload("replace", file{"history.zip", damaged})
		if a.StatusCode == http.StatusCreated {
			v.upload("replace", packages...).want(t, http.StatusCreated)
		} else if a.StatusCode >= 500 {
			t.Fatalf("replaced with byte %d changed: %s", at, a.Status)
		}
		if after := figures(); after != before {
			t.Fatalf("replaced with byte %d changed: %s\n got %s\nwant %s", at, a.Status, after, before)
		}
	}
}
