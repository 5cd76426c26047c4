package handlers

import (
	"fmt"
	"io/fs"
	"net/http"
	"syscall"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// TestAFullDiskIsNoFaultOfOurs: it passes, and whoever asks again is served. A
// full store is said to be the store's.
func TestAFullDiskIsNoFaultOfOurs(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "/tmp/upload-1", Err: syscall.ENOSPC}
	for _, c := range []struct {
		err  error
		code string
	}{
		{uploads.UploadReadError(fmt.Errorf("%w: %w", importer.ErrSpool, full)), "no_room"},
		{uploads.UploadReadError(fmt.Errorf("%w: %w", importer.ErrSpool, fs.ErrPermission)), "no_temporary_folder"},
		{fmt.Errorf("read part: %w", full), "no_room"},
		{fmt.Errorf("store part: %w: %w", bucket.ErrUnavailable, full), "store_unavailable"},
	} {
		if f := describe(c.err); f.Status != http.StatusServiceUnavailable || f.RetryAfter == 0 || f.Code != c.code {
			t.Errorf("%v: %+v", c.err, f)
		}
	}
}

func TestABadFormIsTheFaultOfItsSender(t *testing.T) {
	for _, err := range []error{uploads.ErrBadForm, upload.ErrTooManyFiles, &lens.FieldError{Field: "mode"}} {
		if f := describe(fmt.Errorf("read upload: %w", err)); f.Status < 400 || f.Status >= 500 {
			t.Errorf("%v: %+v", err, f)
		}
	}
}
