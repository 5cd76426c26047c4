package reel

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

// createReel makes a reel of the clips that offer themselves under the lens.
func (s *Service) createReel(v *visit) error {
	q, err := readBody(v.Request())
	if err != nil {
		return err
	}
	narrow(v.req)
	c := reel.Choices{Lens: lensText(v.req.Lens), Look: usualLook}
	if c, err = parseChoices(q, c); err != nil {
		return err
	}
	t := newTeller(v.req, c.HideNames)
	if err := t.check(c.Own, nil); err != nil {
		return err
	}
	offers := t.all(c.Own)
	if len(offers) == 0 {
		return ErrThin
	}
	if len(c.Order) == 0 {
		for _, o := range offers {
			c.Order = append(c.Order, o.Kind)
		}
	}
	if c.Title == "" {
		c.Title = t.usualTitle()
	}
	r, err := s.Store.Create(v.ctx(), v.attached, c, v.req.Sample)
	if err != nil {
		return err
	}
	if web.WantsJSON(v.Request()) {
		v.Response().Header().Set("Location", web.PathAPI+web.PathReels+"/"+r.ID)
		return s.answerChanged(v, http.StatusCreated, r.ID)
	}
	return s.shell.Redirect(v, web.PathReels+"/"+r.ID)
}

// usualTitle is what a reel is called that nobody has named.
func (t *teller) usualTitle() string {
	if len(t.cal.Days) == 0 {
		return "My listening"
	}
	return "My " + t.span()
}

// revisionTag is how a program names the revision of a reel.
func revisionTag(r reel.Reel) string { return `"` + r.ID + "-" + strconv.Itoa(r.Revision) + `"` }

// fieldRevision is where a form has the revision that it changes.
const fieldRevision = "revision"

// changeReel changes what a person has chosen of a reel, if it is still what they saw.
func (s *Service) changeReel(v *visit) error {
	q, err := readBody(v.Request())
	if err != nil {
		return err
	}
	r, err := s.Store.Update(v.ctx(), v.attached, v.Param("id"), v.req.Sample, func(r *reel.Reel) error {
		match := v.Request().Header.Get("If-Match")
		if v.Request().Method == http.MethodPost {
			match = `"` + r.ID + "-" + q.Get(fieldRevision) + `"`
			if !q.Has(fieldHide) { // a box that is not ticked
				q.Set(fieldHide, "")
			}
			placed(q)
		}
		if match != revisionTag(*r) {
			return ErrPrecondition
		}
		changed, err := parseChoices(q, r.Choices)
		if err != nil {
			return err
		}
		teller, err := v.tellerOf(changed.Lens, changed.HideNames)
		if err != nil {
			return err
		}
		before := r.Own
		r.Choices = changed
		return teller.check(changed.Own, before)
	})
	if err != nil {
		return err
	}
	if v.Request().Method == http.MethodPatch {
		return s.answerChanged(v, http.StatusOK, r.ID)
	}
	return s.shell.Redirect(v, web.PathReels+"/"+r.ID)
}

// stitchReel asks for the film of a reel. A browser with script, and a program, looks
// until it is there, and makes a clip each time. Without script everything that is
// missing is made here.
func (s *Service) stitchReel(v *visit) error {
	st, err := s.want(v, v.Param("id"))
	if err != nil {
		return err
	}
	r := v.Request()
	switch {
	case web.WantsJSON(r):
		return v.JSON(http.StatusAccepted, newReelJSON(st))
	case r.Header.Get("HX-Request") == "true":
		return s.shell.Render(v, http.StatusOK, filmSection(st))
	}
	for st.underway() {
		if st, err = s.advance(v, st); err != nil {
			return err
		}
	}
	return s.shell.Redirect(v, st.page())
}

// partialReel is the progress of a film. Each look makes one thing that is missing.
func (s *Service) partialReel(v *visit) error {
	st, err := s.lookOn(v)
	if err != nil {
		return err
	}
	return s.shell.Render(v, http.StatusOK, filmSection(st))
}

// deleteReel deletes a reel with its film.
func (s *Service) deleteReel(v *visit) error {
	if err := s.Store.Delete(v.ctx(), v.attached, v.Param("id"), v.req.Sample); err != nil {
		return err
	}
	if v.Request().Method == http.MethodDelete {
		return v.NoContent(http.StatusNoContent)
	}
	return s.shell.Redirect(v, web.PathReel+"#reels")
}

// listReels is the reels for programs, the newest first.
func (s *Service) listReels(v *visit) error {
	list, err := standings(v.req, v.attached)
	if err != nil {
		return err
	}
	answer := listJSON{Reels: []reelJSON{}, MaxReels: reel.MaxReels}
	for _, st := range list {
		answer.Reels = append(answer.Reels, newReelJSON(st))
	}
	return v.JSON(http.StatusOK, answer)
}

// showReelJSON is a reel for programs. A film that was asked for comes closer each time.
func (s *Service) showReelJSON(v *visit) error {
	st, err := s.lookOn(v)
	if err != nil {
		return err
	}
	return answer(v, http.StatusOK, st)
}

// answerChanged is a reel for the program that has changed it.
func (s *Service) answerChanged(v *visit, status int, id string) error {
	st, err := s.look(v, id)
	if err != nil {
		return err
	}
	return answer(v, status, st)
}

// answer is a reel with the tag by which it can be changed.
func answer(v *visit, status int, st *standing) error {
	v.Response().Header().Set("ETag", revisionTag(st.Reel))
	return v.JSON(status, newReelJSON(st))
}

type listJSON struct {
	Reels    []reelJSON `json:"reels"`
	MaxReels int        `json:"max_reels"`
}

type reelJSON struct {
	ID       string     `json:"id"`
	Revision string     `json:"revision"` // as If-Match takes it
	Title    string     `json:"title"`
	State    reel.State `json:"state"`
	Stale    bool       `json:"stale"` // the film is one of other choices or other data
	Reason   string     `json:"reason,omitempty"`
	Message  string     `json:"message,omitempty"`
	Ready    int        `json:"clips_ready"`
	Of       int        `json:"clips"`
	Lens     string     `json:"lens"` // as a query
	reel.Look
	Artist  string            `json:"artist,omitempty"`
	Song    string            `json:"song,omitempty"`
	Day     string            `json:"day,omitempty"`
	Order   []reelClipJSON    `json:"order"`
	Film    *filmJSON         `json:"film"`
	Created time.Time         `json:"created"`
	Changed time.Time         `json:"changed"`
	Links   map[string]string `json:"links"`
}

type reelClipJSON struct {
	Kind  reel.Kind `json:"kind"`
	Title string    `json:"title"`
	Ready bool      `json:"ready"`
	Video string    `json:"video_url"`
	Still string    `json:"still_url"`
}

type filmJSON struct {
	URL string `json:"url"`
}

func newReelJSON(st *standing) reelJSON {
	at := web.PathAPI + st.page()
	j := reelJSON{
		ID: st.ID, Revision: revisionTag(st.Reel), Title: st.Title, State: st.state, Stale: st.stale, Ready: st.ready(), Of: len(st.clips),
		Lens: st.Lens, Look: st.Look, Artist: st.Own[reel.Months], Song: st.Own[reel.Obsession], Day: st.Own[reel.Day], Order: []reelClipJSON{},
		Created: reel.Seconds(st.Created), Changed: reel.Seconds(st.Changed),
		Links: map[string]string{"self": at, "page": st.page()},
	}
	if st.state == reel.Failed {
		j.Reason, j.Message = st.Failure, failures[st.Failure]
	}
	for i, of := range st.clips {
		j.Order = append(j.Order, reelClipJSON{of.Kind, titles[of.Kind], st.shelf.Has(st.videos[i]), clipURL(of, ".mp4"), clipURL(of, ".png")})
	}
	if st.playable() != "" {
		j.Film = &filmJSON{at + "/film.mp4"}
	}
	return j
}

// clipURL is the address of a clip, whatever the lens of the page.
func clipURL(of reel.Clip, extension string) string {
	q, err := url.ParseQuery(of.Lens)
	if err != nil {
		q = make(url.Values)
	}
	if !q.Has("tz") {
		q.Set("tz", time.UTC.String()) // whoever looks may be at home elsewhere
	}
	for _, f := range ownFields(of.Look, map[reel.Kind]string{of.Kind: of.Choice}) {
		q.Set(f.Name, f.Value)
	}
	return web.PathClips + "/" + string(of.Kind) + extension + "?" + q.Encode()
}
