package reel

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// Reasons why a reel has no film, as the API names them.
const (
	failureNothing  = "nothing_to_show"
	failureTooLarge = "too_large"
)

// failures are the reasons in words.
var failures = map[string]string{
	failureNothing:  "There is too little in the selection for any of its clips.",
	failureTooLarge: "The clips are too long for one film. Leave one of them out.",
}

// A standing is a reel at one moment, with what there is of it.
type standing struct {
	reel.Reel
	state  reel.State
	stale  bool
	shelf  reel.Shelf
	clips  []reel.Clip
	videos []string // the names of the clips' videos
	film   string   // the name of the film of these clips
}

// stand looks where a reel stands.
func stand(a vault.Attached, r reel.Reel, shelf reel.Shelf) *standing {
	st := &standing{Reel: r, shelf: shelf}
	for _, kind := range r.Order {
		of := r.Clip(kind)
		st.clips, st.videos = append(st.clips, of), append(st.videos, of.Video(a))
	}
	st.film = reel.Film(a, r.ID, st.clips)
	st.state, st.stale = shelf.StateOf(r, st.videos, st.film)
	return st
}

// standings are the reels of the data, the newest first.
func standings(req *web.Request, a vault.Attached) ([]*standing, error) {
	ctx := req.Context()
	shelf, err := req.Reels.Look(ctx, a)
	if err != nil {
		return nil, err
	}
	list, err := req.Reels.List(ctx, a, shelf, req.Sample)
	all := make([]*standing, len(list))
	for i, r := range list {
		all[i] = stand(a, r, shelf)
	}
	return all, err
}

// look is stand for a reel that is named.
func (s *Service) look(v *visit, id string) (*standing, error) {
	r, err := s.Store.Get(v.ctx(), v.attached, id, v.req.Sample)
	if err != nil {
		return nil, err
	}
	shelf, err := s.Store.Look(v.ctx(), v.attached)
	return stand(v.attached, r, shelf), err
}

// page is the address of a reel.
func (st *standing) page() string { return web.PathReels + "/" + st.ID }

// underway reports whether somebody who looks brings the film closer.
func (st *standing) underway() bool { return st.state == reel.Making || st.state == reel.Stitching }

// ready is how many of the clips there are.
func (st *standing) ready() int { return st.shelf.Progress(st.videos) }

// playable is the name of the film to be played: that of these clips, or an older one.
func (st *standing) playable() string {
	if st.shelf.Has(st.film) {
		return st.film
	}
	return st.shelf.OldFilm(st.ID)
}

// want asks for the film of a reel. Clips that do not offer themselves any more are
// left out of it.
func (s *Service) want(v *visit, id string) (*standing, error) {
	r, err := s.Store.Update(v.ctx(), v.attached, id, v.req.Sample, func(r *reel.Reel) error {
		teller, err := v.tellerOf(r.Lens, r.HideNames)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrThin, err)
		}
		var order []reel.Kind
		for _, kind := range r.Order {
			_, ok := teller.tell(kind, r.Own[kind])
			if !ok && r.Own[kind] != "" {
				// What was chosen is not there any more.
				delete(r.Own, kind)
				_, ok = teller.tell(kind, "")
			}
			if ok {
				order = append(order, kind)
			}
		}
		if r.Failure = ""; len(order) == 0 {
			r.Failure = failureNothing
		} else {
			r.Order = order
		}
		r.Wanted = stand(v.attached, *r, reel.Shelf{}).film
		return nil
	})
	if err != nil {
		return nil, err
	}
	shelf, err := s.Store.Look(v.ctx(), v.attached)
	return stand(v.attached, r, shelf), err
}

// advance makes one thing that is missing of a film that was asked for. Whoever looks
// at a reel does so, on whichever instance: no job has an owner.
func (s *Service) advance(v *visit, st *standing) (*standing, error) {
	var err error
	switch st.state {
	case reel.Making:
		var missing []reel.Clip
		for i, name := range st.videos {
			if !st.shelf.Has(name) {
				missing = append(missing, st.clips[i])
			}
		}
		// Not always the first, so that several who look share the work.
		_, err = s.video(v, missing[rand.IntN(len(missing))]) //nolint:gosec // any will do
	case reel.Stitching:
		_, err = s.stitch(v, st)
	default:
		return st, nil
	}
	if err != nil {
		return st, err
	}
	return s.look(v, st.ID)
}

// lookOn is look that makes one thing that is missing, if an encoder is free for it.
func (s *Service) lookOn(v *visit) (*standing, error) {
	st, err := s.look(v, v.Param("id"))
	if err != nil {
		return nil, err
	}
	if st, err = s.advance(v, st); errors.Is(err, ErrBusy) {
		err = nil
	}
	return st, err
}

func (s *Service) stitch(v *visit, st *standing) ([]byte, error) {
	release, err := s.Work.Acquire(v.ctx(), filmBytes)
	if err != nil {
		return nil, fmt.Errorf("stitch film: %w", err)
	}
	defer release()
	film, err := s.Store.Stitch(v.ctx(), v.attached, st.ID, v.req.Sample, st.clips, func(clips [][]byte) ([]byte, error) {
		return clip.Stitch(clip.Limit{Time: reel.MaxFilmTime, Bytes: reel.MaxFilmBytes}, clips...)
	})
	switch {
	case errors.Is(err, reel.ErrMissing):
		return nil, nil // somebody made room for something else: it is made again
	case errors.Is(err, clip.ErrTooLarge):
		_, err = s.Store.Update(v.ctx(), v.attached, st.ID, v.req.Sample, func(r *reel.Reel) error {
			r.Failure = failureTooLarge
			return nil
		})
	}
	return film, err
}

// showFilm serves the film of a reel: the last that was stitched.
func (s *Service) showFilm(v *visit) error {
	st, err := s.look(v, v.Param("id"))
	if err != nil {
		return err
	}
	name := st.playable()
	if name == "" {
		return ErrNoFilm
	}
	content, err := s.Store.Find(v.ctx(), v.attached, name)
	if errors.Is(err, bucket.ErrNotFound) {
		return ErrNoFilm // it gave way in between
	}
	return s.serve(v, content, "video/mp4", err)
}

// showPoster serves the still of the last clip of a reel.
func (s *Service) showPoster(v *visit) error {
	r, err := s.Store.Get(v.ctx(), v.attached, v.Param("id"), v.req.Sample)
	if err != nil {
		return err
	}
	content, err := s.still(v, r.Clip(r.Order[len(r.Order)-1]))
	return s.serve(v, content, "image/png", err)
}
