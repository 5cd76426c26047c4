package uploads

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// parseMode reads whether an upload replaces what is there or adds to it.
func parseMode(text string) (replace bool, err error) {
	switch text {
	case "", "add":
		return false, nil
	case "replace":
		return true, nil
	default:
		return false, &lens.FieldError{Field: "mode", Message: "Say “add” or “replace”."}
	}
}

// createImport imports uploaded files within this request. The client chooses the ID,
// so that a request that is sent twice is carried out once.
func (s *Service) createImport(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: %w", ErrBadForm, err)
	}
	replace, err := parseMode(r.PostForm.Get("mode"))
	if err != nil {
		return err
	}
	id := r.PostForm.Get("id")
	if id == "" {
		id = newImportID()
	}
	if !importer.ValidTaskID(id) {
		return &lens.FieldError{Field: "id", Message: "An import is named by 32 hexadecimal digits."}
	}
	task := importer.Task{Files: slices.Concat(r.PostForm["file"], r.PostForm["whole"]), Replace: replace, Expires: s.expires(ctx, false)}
	if len(task.Files) == 0 {
		return ErrNoFiles
	}
	ns, ok := s.namespace(ctx)
	if !ok {
		return upload.ErrNotFound
	}
	if err := s.meterImport(c, func() error { return s.Tasks.Ready(ctx, ns, id, task.Files) }); err != nil {
		return err
	}
	st, err := s.takeSnapshot(ctx)
	if err != nil {
		return err
	}
	if task.Line, err = s.importLine(ctx); err != nil {
		return err
	}
	task.Base, task.After = st.base().String(), st.after.String()
	return s.runImport(c, ns, id, &task)
}

// resumeImport carries out an import whose first request broke off.
func (s *Service) resumeImport(c echo.Context) error {
	ns, ok := s.namespace(c.Request().Context())
	if !ok {
		return importer.ErrNoTask
	}
	return s.runImport(c, ns, c.Param("id"), nil)
}

func (s *Service) runImport(c echo.Context, ns upload.Namespace, id string, fresh *importer.Task) error {
	ctx := c.Request().Context()
	release, err := s.place(c, s.imports)
	if err != nil {
		return err
	}
	defer release()
	task, res, err := s.Tasks.Run(ctx, ns, id, fresh)
	switch {
	case errors.Is(err, importer.ErrRunning):
		return s.answerRunning(c, id)
	case errors.Is(err, importer.ErrChanged):
		err = ErrChanged
	case err == nil:
		var left, signedOut bool
		if left, signedOut, err = s.shell.Left(ctx); err == nil && !left {
			err = s.adoptImport(ctx, ns, id, task, res)
		} else if err == nil {
			if err = s.leaveImport(ctx, res, s.Tasks.After(ns, task), namespace{Namespace: ns}, signedOut); err == nil {
				// The page of the import has the session that the browser has now.
				return s.answerRunning(c, id)
			}
		}
	}
	if err != nil {
		return &UploadError{err: s.checkForeignUploads(ctx, err), replace: task.Replace}
	}
	return s.answerImported(c, res.Dataset)
}

// answerRunning redirects to the page that shows a running import.
func (s *Service) answerRunning(c echo.Context, id string) error {
	switch r := c.Request(); {
	case web.WantsJSON(r):
		c.Response().Header().Set("Location", web.PathImports+"/"+id)
		return c.JSON(http.StatusAccepted, map[string]string{"import": web.PathImports + "/" + id})
	case r.Header.Get("HX-Request") == "true":
		return s.partialImport(c)
	default:
		return s.shell.Redirect(c, web.PathImports+"/"+id)
	}
}

// adoptImport makes ref, the result of an import, the session's data, unless the
// session has got other data meanwhile.
func (s *Service) adoptImport(ctx context.Context, ns upload.Namespace, id string, task importer.Task, res importer.Result) error {
	ref := res.Ref
	now, ok := s.Ref(ctx, KeyDataset)
	if ok && now.ID == ref.ID {
		return nil // an earlier request did it
	}
	may, err := s.mayAdopt(ctx, task, now, ref)
	if err != nil {
		return err
	}
	if left := s.Tasks.Finish(ctx, ns, id, task); left != nil {
		s.Log.WarnContext(ctx, "files of an import stay until they expire", "error", left)
	} else if waiting, unknown := s.Files.Waiting(ctx, ns); may && unknown == nil && !waiting {
		s.Sessions.Put(ctx, keyRead, true)
	}
	if !may {
		return ErrChanged
	}
	// This must come last: it renews the token, and an instance that dies before the
	// answer is sent leaves the browser with the old one.
	return s.adopt(ctx, ref, s.Tasks.After(ns, task), res.Dataset, false, namespace{Namespace: ns, line: task.Line})
}

// mayAdopt reports whether ref superseded now, the session's data, so that nothing that
// was added meanwhile is lost.
func (s *Service) mayAdopt(ctx context.Context, task importer.Task, now, ref vault.Ref) (bool, error) {
	if now.ID == "" || now.String() == task.Base || now.String() == task.After || s.Sessions.GetBool(ctx, keySample) {
		return true, nil
	}
	trail, err := s.Vault.Current(ctx, now, s.line(ctx))
	if errors.Is(err, vault.ErrDeleted) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for newer data: %w", err)
	}
	if trail.Ref.ID == ref.ID || slices.ContainsFunc(trail.Passed, func(passed vault.Ref) bool { return passed.ID == ref.ID }) {
		return true, nil
	}
	other, err := s.Vault.Exists(ctx, now)
	if err != nil {
		return false, fmt.Errorf("look for dataset: %w", err)
	}
	return !other, nil
}

// showImport is the page that shows an import, on any instance and after a reload.
// When the import is done but its answer got lost, a button here adopts its data.
func (s *Service) showImport(c echo.Context) error {
	ctx := c.Request().Context()
	id := c.Param("id")
	ns, ok := s.namespace(ctx)
	if !ok {
		return importer.ErrNoTask
	}
	st, err := s.Tasks.Look(ctx, ns, id)
	switch {
	case err != nil:
		return s.checkForeignUploads(ctx, err)
	case st.Stored:
		if now, ok := s.Ref(ctx, KeyDataset); ok && now.ID == st.Ref.ID {
			s.announceImport(c)
			return s.shell.Redirect(c, web.PathHome)
		}
		return s.shell.RenderPlain(c, http.StatusOK, "Your data is read", Stored(web.PathImports+"/"+id))
	case st.Task.Refused != nil:
		return &UploadError{err: st.Task.Refused, replace: st.Task.Replace}
	case st.Over:
		return importer.ErrNoTask
	}
	return s.shell.RenderPlain(c, http.StatusOK, "Reading your data", Import(web.PathImports+"/"+id, importView(id, st)))
}

// unheard is how often the progress of an unknown import is polled, since the request
// that starts it may still be on its way.
const unheard = 40

// partialImport is the progress of an import. It never writes the session; the page
// does, once the import is done.
func (s *Service) partialImport(c echo.Context) error {
	ctx := c.Request().Context()
	id := c.Param("id")
	if !importer.ValidTaskID(id) {
		return importer.ErrNoTask
	}
	ns, ok := s.namespace(ctx)
	if !ok {
		// The import has just renewed the session's token, and this request has the old
		// one. The browser loads the page again with the new one.
		return s.shell.Redirect(c, web.PathImports+"/"+id)
	}
	st, err := s.Tasks.Look(ctx, ns, id)
	if errors.Is(err, importer.ErrNoTask) {
		n, _ := strconv.Atoi(c.QueryParam("n"))
		if n >= unheard {
			return err
		}
		m := list.ProgressView{Sentence: "Waiting for the files", PollURL: progressURL(id) + "?n=" + strconv.Itoa(n+1)}
		return s.shell.Render(c, http.StatusOK, list.Progress(m))
	}
	if err != nil {
		return err
	}
	if st.Stored || st.Over || st.Task.Refused != nil {
		return s.shell.Redirect(c, web.PathImports+"/"+id)
	}
	return s.shell.Render(c, http.StatusOK, list.Progress(importView(id, st)))
}

func progressURL(id string) string { return web.PathPartials + web.PathImports + "/" + id }

// importView says how far an import is.
func importView(id string, st importer.State) list.ProgressView {
	p, loc := st.Progress, format.Locale{}
	m := list.ProgressView{Done: p.Bytes, All: p.BytesAll}
	switch p.Stage {
	case importer.StageReading:
		m.Sentence = "File " + loc.Number(min(p.Files+1, p.FilesAll)) + " of " + loc.Number(p.FilesAll) +
			" · " + loc.Count(int(p.Rows), "play", "plays") + " so far"
	case importer.StageStoring:
		m.Sentence = "Sealing " + loc.Count(int(p.Rows), "play", "plays")
	case importer.StageDone:
		m.Sentence = loc.Count(int(p.Rows), "play", "plays") + " read"
	case importer.StageFailed:
		// The cause is in the answer to the import itself.
		m.Sentence = "The reading stopped."
	default:
		m.Sentence = "Putting the files together"
	}
	if st.Running {
		m.PollURL = progressURL(id)
	} else {
		m.Sentence, m.TakeOverURL = "The reading broke off.", web.PathImports+"/"+id
	}
	return m
}

// answerImported is the answer to an import: for programs the receipt of all that there
// is now, for browsers the story, which begins with a line of it.
func (s *Service) answerImported(c echo.Context, d *dataset.Dataset) error {
	s.announceImport(c)
	if !web.WantsJSON(c.Request()) {
		return s.shell.Redirect(c, web.PathHome)
	}
	r := d.Receipt()
	// The import succeeded even if there is no memory to read the documents now.
	if err := s.shell.ReadAccount(c.Request().Context(), d); err == nil {
		r = web.ReceiptOf(d)
	}
	return c.JSON(http.StatusCreated, web.NewReceiptJSON(d, r))
}
