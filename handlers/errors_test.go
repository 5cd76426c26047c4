package handlers

import (
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
)

// TestAFullDiskIsNoFaultOfOurs: it passes, and whoever asks again is served. A
// full store is said to be the store's.
func TestAFullDiskIsNoFaultOfOurs(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "/tmp/upload-1", Err: syscall.ENOSPC}
	for _, c := range []struct {
		err  error
		code string
	}{
		{uploadReadError(fmt.Errorf("%w: %w", importer.ErrSpool, full)), "no_room"},
		{uploadReadError(fmt.Errorf("%w: %w", importer.ErrSpool, fs.ErrPermission)), "no_temporary_folder"},
		{fmt.Errorf("read part: %w", full), "no_room"},
		{fmt.Errorf("store part: %w: %w", bucket.ErrUnavailable, full), "store_unavailable"},
	} {
		if f := describe(c.err); f.Status != http.StatusServiceUnavailable || f.RetryAfter == 0 || f.Code != c.code {
			t.Errorf("%v: %+v", c.err, f)
		}
	}
}

func TestTheReceiptTellsOfEarlierRules(t *testing.T) {
	for _, c := range []struct {
		rules, current int
		want           bool
	}{{1, 1, false}, {1, 2, true}, {2, 3, true}, {3, 2, false}} {
		if got := strings.Contains(rulesNotice(c.rules, c.current), "Upload again for corrected figures"); got != c.want {
			t.Errorf("rules %d of %d: told %v", c.rules, c.current, got)
		}
	}
}
