package handlers

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/pages"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
)

func (s *Server) showStart(c echo.Context) error {
	return s.render(c, http.StatusOK, pages.Start(s.pageView(c, "Your listening, told", nil), s.startView(nil)))
}

func (s *Server) startView(alert *partials.AlertView) pages.StartView {
	m := pages.StartView{
		Upload:    s.uploadView(false),
		SampleURL: pathSample,
		Lifetime:  lifetime(s.Sessions.Lifetime),
	}
	m.Upload.Alert = alert
	return m
}

// lifetime says how long data is kept.
func lifetime(d time.Duration) string {
	if days := int(d / (24 * time.Hour)); days >= 1 {
		return format.Locale{}.Count(days, "day", "days")
	}
	return format.Locale{}.HoursInWords(d.Milliseconds())
}

// uploadView is the form that takes packages. Each form gets an id of its own,
// under which the progress of its upload can be asked for.
func (s *Server) uploadView(merge bool) partials.UploadView {
	id := newProgressID()
	return partials.UploadView{
		Action:      pathUpload + "?progress=" + id,
		ProgressURL: pathUpload + "/" + id + "/progress",
		DoneURL:     pathReceipt,
		Accept:      ".zip,.json,application/zip,application/json",
		Limit:       "Up to " + strconv.FormatInt(s.UploadBytes>>20, 10) + " MB in one go.",
		Merge:       merge,
	}
}

func newProgressID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// renderUploadError shows what went wrong in the page with the form, so that
// the person can try again at once: the receipt for those who have data.
func (s *Server) renderUploadError(c echo.Context, err error, f failure, id string) error {
	alert := newAlertView(f, id)
	if v, missing := s.look(c, url.Values{}); missing == nil {
		v.path = pathReceipt
		m := newReceiptPageView(v)
		m.Upload = s.uploadView(!v.sample)
		m.Upload.Alert = &alert
		if upload := (*uploadError)(nil); errors.As(err, &upload) {
			m.Upload.Replace = upload.replace
		}
		return s.render(c, f.Status, pages.Receipt(s.pageView(c, f.Title, &v), m))
	}
	return s.render(c, f.Status, pages.Start(s.pageView(c, f.Title, nil), s.startView(&alert)))
}

// showProgress is the partial that follows an import; any instance can answer.
func (s *Server) showProgress(c echo.Context) error {
	p, err := s.Importer.Progress(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	loc := format.ForLanguages(c.Request().Header.Get("Accept-Language"))
	return s.render(c, http.StatusOK, partials.Progress(newProgressView(p, c.Request().URL.Path, loc)))
}

func newProgressView(p importer.Progress, url string, loc format.Locale) partials.ProgressView {
	m := partials.ProgressView{PollURL: url, Done: p.Bytes, All: p.BytesAll}
	switch p.Stage {
	case importer.StageReading:
		m.Sentence = "File " + loc.Number(min(p.Files+1, p.FilesAll)) + " of " + loc.Number(p.FilesAll) +
			" · " + loc.Count(int(p.Rows), "play", "plays") + " so far"
	case importer.StageStoring:
		m.Sentence = "Sealing " + loc.Count(int(p.Rows), "play", "plays")
	case importer.StageDone:
		m.Sentence, m.Finished = loc.Count(int(p.Rows), "play", "plays")+" read", true
	case importer.StageFailed:
		// What went wrong is in the answer to the upload itself.
		m.Sentence, m.Finished = "The reading stopped.", true
	default:
		m.Sentence = "Waiting for the files"
	}
	return m
}
