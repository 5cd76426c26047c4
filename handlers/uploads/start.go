package uploads

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/receipt"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// ShowStart is the page for somebody without data.
func (s *Service) ShowStart(c echo.Context) error {
	p := s.shell.PageView(c, "Your listening, told", nil)
	p.Share = s.shareView(c.Request())
	m := s.startView(c)
	m.NoData = c.QueryParams().Has(web.FieldNoData)
	return s.shell.Render(c, http.StatusOK, layout.Page(p, Start(m)))
}

// site is the address that people use.
func (s *Service) site(r *http.Request) string { return web.Site(r, s.PublicURL, s.SecureCookies) }

// shareView is what other sites show of a link to the start page. It needs absolute
// URLs.
func (s *Service) shareView(r *http.Request) *layout.ShareView {
	site := s.site(r)
	if site == "" {
		return nil
	}
	return &layout.ShareView{
		Title:       "Your listening, told like the sleeve of a record",
		Description: "Bring your Spotify export and read fifteen years of listening: hours, artists, albums and every play since the first. No account; gone when you say so.",
		URL:         site + web.PathHome,
		Image:       site + s.Asset("icons/share.png"),
	}
}

// showBring is the upload page for somebody who looks at the sample. The sample is
// deleted when their own data arrives.
func (s *Service) showBring(c echo.Context) error {
	err := s.shell.WithData(c, func(req *web.Request) error {
		if !req.Sample {
			return s.shell.Redirect(c, web.PathReceipt+"#more")
		}
		m := s.startView(c)
		m.Sample = true
		return s.shell.RenderPlain(c, http.StatusOK, "Bring your own data", Start(m))
	})
	if errors.Is(err, ErrNoSession) {
		return s.shell.Redirect(c, web.PathHome+"#bring")
	}
	return err
}

func (s *Service) startView(c echo.Context) StartView {
	return StartView{Upload: s.UploadView(c, false), Lifetime: words.Lifetime(s.Sessions.Lifetime())}
}

// UploadView is the form that takes packages, with what has arrived of earlier
// attempts.
func (s *Service) UploadView(c echo.Context, merge bool) list.UploadView {
	r := c.Request()
	loc := format.Locale{}
	m := list.UploadView{
		Action:     web.PathUpload,
		FilesURL:   web.PathFiles,
		ImportsURL: web.PathImports,
		// The script adds the id of its import.
		ProgressURL: progressURL(""),
		DiscardURL:  web.PathDiscard,
		DoneURL:     web.PathHome,
		ImportID:    newImportID(),
		Token:       s.shell.CSRFToken(c),
		PartBytes:   upload.PartBytes,
		MaxBytes:    s.UploadBytes,
		Accept:      ".zip,.json,application/zip,application/json",
		Limit:       "Up to " + strconv.FormatInt(s.UploadBytes>>20, 10) + " MB in one go.",
		Merge:       merge,
		Scripts:     []string{s.Asset("vendor/tus.min.js"), s.Asset("upload.js")},
	}
	if s.formBytes() < s.UploadBytes {
		m.PlainLimit = "Without JavaScript this site takes " + loc.Bytes(s.formBytes()) + " in one go. With it, files travel in parts."
	}
	files, err := s.files(r.Context())
	if err != nil {
		// The form works without what came before.
		s.Log.WarnContext(r.Context(), "list uploads", "error", err)
	}
	for _, f := range files {
		m.Files = append(m.Files, list.UploadFileView{
			ID: f.ID, Name: f.Name, Size: loc.Bytes(f.Size), Arrived: loc.Bytes(f.Offset),
			Bytes: f.Size, ArrivedBytes: f.Offset, Done: f.Done(),
		})
	}
	return m
}

// newImportID names an import. It is random, so that nobody can guess another one.
func newImportID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// RenderUploadError shows an error above the upload form, so that the person can try
// again at once: on the receipt for those who have data, else on the start page.
func (s *Service) RenderUploadError(c echo.Context, err error, f web.Failure, id string) error {
	alert := web.NewAlertView(f, id)
	var req *web.Request
	missing := err
	if !errors.Is(err, admission.ErrBusy) { // who has waited in vain for memory does not wait again
		req, missing = s.shell.Request(c.Request().Context(), c, url.Values{})
	}
	if missing == nil && !req.Sample {
		req.Path = web.PathReceipt
		req.Upload = func() list.UploadView {
			form := s.UploadView(c, true)
			form.Alert = &alert
			if refused := (*UploadError)(nil); errors.As(err, &refused) {
				form.Replace = refused.replace
			}
			return form
		}
		page, err := receipt.View.Page(req)
		if err != nil {
			return err
		}
		page.Title = f.Title
		return s.shell.RenderPage(c, f.Status, page, req)
	}
	m := s.startView(c)
	m.Upload.Alert, m.Sample = &alert, missing == nil
	return s.shell.RenderPlain(c, f.Status, f.Title, Start(m))
}
