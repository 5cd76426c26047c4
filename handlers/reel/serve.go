package reel

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

// maxPart is how much of a video is sent in answer to one range: a player asks for the
// rest when it gets there, and what lies in front of this site may hold an answer back
// until it is whole.
const maxPart = 2 << 20

// showClip serves a clip or its still.
func (s *Service) showClip(v *visit) error {
	name, isVideo := strings.CutSuffix(v.Param("file"), ".mp4")
	name, isStill := strings.CutSuffix(name, ".png")
	kind := reel.Kind(name)
	if isVideo == isStill || !kind.Known() {
		return web.ErrNotFound
	}
	look, own, err := parseLook(v.QueryParams(), usualLook, nil)
	if err != nil {
		return err
	}
	narrow(v.req)
	of := reel.Clip{Kind: kind, Lens: lensText(v.req.Lens), Choice: own[kind], Look: look}
	if isStill {
		content, err := s.still(v, of)
		return s.serve(v, content, "image/png", err)
	}
	content, err := s.video(v, of)
	return s.serve(v, content, "video/mp4", err)
}

// serve answers with what is stored, whole or in parts.
func (s *Service) serve(v *visit, content []byte, contentType string, err error) error {
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	h := v.Response().Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "private, no-store")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(v.Response(), inParts(v.Request(), int64(len(content))), "", time.Time{}, bytes.NewReader(content))
	return nil
}

// inParts is the request for no more than maxPart, where it asks for one range of
// something so long. Several ranges in one are answered with the whole.
func inParts(r *http.Request, size int64) *http.Request {
	asked, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	if !ok {
		return r
	}
	r = r.Clone(r.Context())
	if strings.Contains(asked, ",") {
		r.Header.Del("Range")
		return r
	}
	first, last, ok := strings.Cut(strings.TrimSpace(asked), "-")
	if !ok {
		return r
	}
	from, fromErr := strconv.ParseInt(first, 10, 64)
	to, toErr := strconv.ParseInt(last, 10, 64)
	switch {
	case first == "" && toErr == nil && to > 0: // the last so many bytes
		from, to = max(0, size-to), size-1
	case fromErr == nil && from >= 0 && last == "":
		to = size - 1
	case fromErr != nil || toErr != nil || from < 0 || to < from:
		return r // not to be satisfied, or no range: the standard library says which
	}
	if from < size {
		r.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(min(to, size-1, from+maxPart-1), 10))
	}
	return r
}
