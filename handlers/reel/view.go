package reel

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

// View is the page of the clips of a year, or of what the lens looks at.
var View = web.View{
	Path: web.PathReel, Title: "Reel", Group: web.AboutData, Covers: []string{web.PathReels},
	Holds: func(req *web.Request) bool { return req.Reels != nil && req.HasPlays() },
	Page: func(req *web.Request) (web.Page, error) {
		m, err := newPageView(req)
		if err != nil {
			return web.Page{}, err
		}
		return web.Page{Title: "Reel" + words.Selection(req.Lens), Content: page(m)}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		look, own, err := settings(req)
		if err != nil {
			return nil, err
		}
		answer := offersJSON{Lens: lensText(req.Lens), Look: look, Clips: []offerJSON{}}
		for _, c := range newTeller(req, look.HideNames).all(own) {
			of := c.of(req, look)
			answer.Clips = append(answer.Clips, offerJSON{
				Kind: c.Kind, Title: titles[c.Kind], Text: c.Text, Seconds: clip.Seconds(c.Story), Choices: c.Choices,
				Video: clipURL(of, ".mp4"), Still: clipURL(of, ".png"),
			})
		}
		return answer, nil
	},
}

type offersJSON struct {
	Lens string `json:"lens"` // as a query
	reel.Look
	Clips []offerJSON `json:"clips"`
}

type offerJSON struct {
	Kind    reel.Kind `json:"kind"`
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	Seconds float64   `json:"seconds"`
	Choices []choice  `json:"choices,omitempty"`
	Video   string    `json:"video_url"`
	Still   string    `json:"still_url"`
}

// settings narrows a request to what its clips are of, and reads how they are drawn.
func settings(req *web.Request) (reel.Look, map[reel.Kind]string, error) {
	if req.Reels == nil {
		return reel.Look{}, nil, web.ErrNotFound
	}
	look, own, err := parseLook(req.Query, usualLook, nil)
	if err != nil {
		return look, nil, err
	}
	narrow(req)
	// What is chosen is of this range: links to others do without.
	req.Own = ownFields(look, nil)
	return look, own, newTeller(req, look.HideNames).check(own, nil)
}

// A pageView is the page of clips.
type pageView struct {
	req      *web.Request
	Headline prose.Text
	Lede     prose.Text
	Look     lookView
	Clips    []told
	Title    string // of a new reel, until it is given another
	Hidden   []layout.FieldView
	Reels    []*standing
}

// A lookView is the form of how clips are drawn.
type lookView struct {
	reel.Look
	Action  string
	Hidden  []layout.FieldView
	Choices []choiceView
}

// A choiceView is what a kind may be about.
type choiceView struct {
	Field, Label, Chosen string
	Usual                string // what it is about if nothing is chosen
	Options              []choice
}

func newPageView(req *web.Request) (*pageView, error) {
	look, own, err := settings(req)
	if err != nil {
		return nil, err
	}
	t := newTeller(req, look.HideNames)
	all := t.all(own)
	m := &pageView{req: req, Clips: all, Title: t.usualTitle(), Hidden: ownFields(look, own)}
	m.Look = newLookView(req.Path, req.Hidden(fieldSize, fieldTheme, fieldHide, fieldArtist, fieldSong, fieldDay), look, own, all)
	if len(all) == 0 {
		m.Headline = prose.Of("Too little for a clip" + words.Selection(req.Lens) + ".")
		m.Lede = prose.Of("Choose a longer range: a year is a good length.")
	} else {
		m.Headline = prose.Of(words.Capital(t.span()) + " in ").Accent(words.Cardinal(req.Locale, len(all))).Plain(words.Plural(len(all), " clip.", " clips."))
		m.Lede = prose.Of("Each plays by itself. Together they are a reel of less than a minute, to keep or to send.")
	}
	a, err := req.Attached()
	if err != nil {
		return nil, err
	}
	m.Reels, err = standings(req, a)
	return m, err
}

func newLookView(action string, hidden []layout.FieldView, look reel.Look, own map[reel.Kind]string, all []told) lookView {
	v := lookView{Look: look, Action: action, Hidden: hidden}
	for _, c := range all {
		usual := "As the figures suggest"
		if c.Kind == reel.Months {
			usual = "Everything"
		} else if len(c.Choices) < 2 {
			continue // there is nothing to choose from
		}
		if len(c.Choices) > 0 {
			v.Choices = append(v.Choices, choiceView{choiceFields[c.Kind], titles[c.Kind], own[c.Kind], usual, c.Choices})
		}
	}
	return v
}

// words say where a reel stands.
func (st *standing) words() string {
	switch st.state {
	case reel.Making:
		return "Clips ready, " + strconv.Itoa(st.ready()) + " of " + strconv.Itoa(len(st.clips))
	case reel.Stitching:
		return "All clips are ready"
	case reel.Ready:
		if st.stale {
			return "The film is of other choices or older data"
		}
		return "A film"
	case reel.Failed:
		return failures[st.Failure]
	}
	return "Not stitched yet"
}

// verb is on the button that asks for the film, "" where it is there.
func (st *standing) verb() string {
	switch {
	case st.underway():
		return "Go on"
	case st.state != reel.Ready:
		return "Stitch the film"
	case st.stale:
		return "Stitch it anew"
	}
	return ""
}

// A reelView is the page of a reel.
type reelView struct {
	*standing
	Lede  prose.Text
	Look  lookView
	Kinds []reel.Kind // first those that are in it
	Texts map[reel.Kind]string
	Token string // of forms
	Back  string
}

// showReel is the page of a reel.
func (s *Service) showReel(v *visit) error {
	st, err := s.look(v, v.Param("id"))
	if err != nil {
		return err
	}
	teller, err := v.tellerOf(st.Lens, st.HideNames)
	if err != nil {
		return err
	}
	l, all := teller.req.Lens, teller.all(st.Own)
	v.req.Lens.From, v.req.Lens.To = l.From, l.To // where the navigation leads
	m := &reelView{
		standing: st, Kinds: slices.Clone(st.Order), Texts: make(map[reel.Kind]string), Token: s.shell.CSRFToken(v),
		Look: newLookView(st.page(), nil, st.Look, st.Own, all), Back: web.Href(web.PathReel, v.req.Lens),
		Lede: prose.Of(words.Capital(words.Cardinal(v.req.Locale, len(st.Order))) + words.Plural(len(st.Order), " clip", " clips") + words.Selection(l) + "."),
	}
	for _, c := range all {
		m.Texts[c.Kind] = c.Text
		if !slices.Contains(st.Order, c.Kind) {
			m.Kinds = append(m.Kinds, c.Kind)
		}
	}
	return s.shell.RenderPage(v, http.StatusOK, web.Page{Title: st.Title, Content: reelPage(m), Undated: true}, v.req)
}
