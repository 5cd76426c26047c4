package reel

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
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
			of := reel.Clip{Kind: c.Kind, Lens: answer.Lens, Choice: c.Choice, Look: look}
			j := offerJSON{Kind: c.Kind, Title: titles[c.Kind], Text: c.Text, Seconds: clip.Seconds(c.Story), Video: clipURL(of, ".mp4"), Still: clipURL(of, ".png")}
			for _, choice := range c.Choices {
				j.Choices = append(j.Choices, choiceJSON(choice))
			}
			answer.Clips = append(answer.Clips, j)
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
	Kind    reel.Kind    `json:"kind"`
	Title   string       `json:"title"`
	Text    string       `json:"text"`
	Seconds float64      `json:"seconds"`
	Choices []choiceJSON `json:"choices,omitempty"`
	Video   string       `json:"video_url"`
	Still   string       `json:"still_url"`
}

type choiceJSON struct {
	Value string `json:"value"`
	Label string `json:"label"`
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
	Clips    []clipView
	Create   string // where the form leads that makes a reel
	Title    string // of a new reel, until it is given another
	Hidden   []layout.FieldView
	Reels    []reelLineView
	Full     bool
}

// A lookView is the form of how clips are drawn.
type lookView struct {
	Action  string
	Hidden  []layout.FieldView
	Size    reel.Size
	Theme   string
	Hide    bool
	Choices []choiceView
}

// A choiceView is what a kind may be about.
type choiceView struct {
	Field, Label, Chosen string
	Usual                string // what it is about if nothing is chosen
	Options              []choice
}

// A clipView is a card.
type clipView struct {
	Kind          reel.Kind
	Title, Text   string
	Video, Still  string
	Name          string // of the file, without its extension
	Width, Height int
}

// A reelLineView is a reel in the list.
type reelLineView struct{ URL, Title, State, When string }

func newPageView(req *web.Request) (*pageView, error) {
	look, own, err := settings(req)
	if err != nil {
		return nil, err
	}
	t := newTeller(req, look.HideNames)
	m := &pageView{req: req, Title: t.usualTitle()}
	all := t.all(own)
	m.Look = newLookView(req.Path, req.Hidden(fieldSize, fieldTheme, fieldHide, fieldArtist, fieldSong, fieldDay), look, own, all)
	for _, c := range all {
		m.Clips = append(m.Clips, newClipView(c, reel.Clip{Kind: c.Kind, Lens: lensText(req.Lens), Choice: c.Choice, Look: look}))
	}
	m.Create, m.Hidden = web.Href(web.PathReels, req.Lens), ownFields(look, own)
	switch {
	case len(all) == 0:
		m.Headline = prose.Of("Too little for a clip" + words.Selection(req.Lens) + ".")
		m.Lede = prose.Of("Choose a longer range: a year is a good length.")
	default:
		m.Headline = prose.Of(words.Capital(t.span()) + " in ").Accent(words.Cardinal(req.Locale, len(all))).Plain(words.Plural(len(all), " clip.", " clips."))
		m.Lede = prose.Of("Each plays by itself. Together they are a reel of less than a minute, to keep or to send.")
	}
	return m, m.addReels()
}

func newLookView(action string, hidden []layout.FieldView, look reel.Look, own map[reel.Kind]string, all []told) lookView {
	v := lookView{Action: action, Hidden: hidden, Size: look.Size, Theme: look.Theme, Hide: look.HideNames}
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

func newClipView(c told, of reel.Clip) clipView {
	v := clipView{Kind: c.Kind, Title: titles[c.Kind], Text: c.Text, Video: clipURL(of, ".mp4"), Still: clipURL(of, ".png"), Name: "listening-" + string(c.Kind)}
	v.Width, v.Height = of.Size.Pixels()
	return v
}

// addReels lists the reels that there are, the newest first.
func (m *pageView) addReels() error {
	a, err := m.req.Attached()
	if err != nil {
		return err
	}
	list, err := standings(m.req, a)
	for _, st := range list {
		m.Reels = append(m.Reels, reelLineView{
			URL: web.PathReels + "/" + st.ID, Title: st.Title, State: stateWords(st),
			When: format.Date(reel.Seconds(st.Created).In(m.req.Lens.Zone())),
		})
	}
	m.Full = len(list) >= reel.MaxReels
	return err
}

// stateWords says where a reel stands.
func stateWords(st *standing) string {
	s := ""
	switch st.state {
	case reel.Draft:
		return "Not stitched yet"
	case reel.Making:
		s = "Clips ready, " + strconv.Itoa(st.ready()) + " of " + strconv.Itoa(len(st.clips))
	case reel.Stitching:
		s = "All clips are ready"
	case reel.Ready:
		if s = "A film"; st.stale {
			s = "The film is of other choices or older data"
		}
	case reel.Failed:
		s = failures[st.Failure]
	}
	return s
}

// A filmView is the film of a reel, or how far it has come.
type filmView struct {
	ID            string
	Line          string // where it stands
	State         reel.State
	Ready, Of     int
	Film, Poster  string
	Name          string
	Width, Height int
	Text          string
	Stitch        string // where the form leads that asks for it; "" where it is there
	Verb          string
	Poll          string
}

func newFilmView(st *standing) filmView {
	at := web.PathReels + "/" + st.ID
	v := filmView{
		ID: st.ID, Line: stateWords(st), State: st.state, Ready: st.ready(), Of: len(st.clips),
		Poster: at + "/film.png?r=" + strconv.Itoa(st.Revision), Name: "listening-reel", Text: st.Title,
	}
	v.Width, v.Height = st.Size.Pixels()
	if name := st.playable(); name != "" {
		v.Film = at + "/film.mp4?f=" + name[len(name)-8:]
	}
	switch st.state {
	case reel.Making, reel.Stitching:
		v.Poll = web.PathPartials + at
		v.Stitch, v.Verb = at+"/stitch", "Go on"
	case reel.Draft, reel.Failed:
		v.Stitch, v.Verb = at+"/stitch", "Stitch the film"
	case reel.Ready:
		if st.stale {
			v.Stitch, v.Verb = at+"/stitch", "Stitch it anew"
		}
	}
	return v
}

// A reelView is the page of a reel.
type reelView struct {
	req      *web.Request
	Reel     reel.Reel
	Headline prose.Text
	Lede     prose.Text
	Film     filmView
	Look     lookView
	Kinds    []orderView
	Action   string
	Delete   string
	Token    string // of forms
	Back     string
}

// An orderView is a kind in the form of a reel.
type orderView struct {
	Kind   reel.Kind
	Title  string
	In     bool
	Place  int
	Still  string
	Ready  bool
	Places int
	Text   string
}

// showReel is the page of a reel.
func (s *Service) showReel(v *visit) error {
	st, err := s.look(v, v.Param("id"))
	if err != nil {
		return err
	}
	m := &reelView{req: v.req, Reel: st.Reel, Film: newFilmView(st), Token: s.shell.CSRFToken(v)}
	teller, err := v.tellerOf(st.Lens, st.HideNames)
	if err != nil {
		return err
	}
	l, all := teller.req.Lens, teller.all(st.Own)
	v.req.Lens.From, v.req.Lens.To = l.From, l.To // where the navigation leads
	at := web.PathReels + "/" + st.ID
	m.Action, m.Delete, m.Back = at, at+"/delete", web.Href(web.PathReel, v.req.Lens)
	m.Look = newLookView(at, nil, st.Look, st.Own, all)
	m.Headline = prose.Text{}.Strong(st.Title)
	m.Lede = prose.Of(words.Capital(words.Cardinal(v.req.Locale, len(st.Order))) + words.Plural(len(st.Order), " clip", " clips") + words.Selection(l) + ".")
	for i, kind := range st.Order {
		m.Kinds = append(m.Kinds, orderView{Kind: kind, Title: titles[kind], In: true, Place: i + 1, Still: clipURL(st.clips[i], ".png"), Ready: st.shelf.Has(st.videos[i])})
	}
	for _, c := range all {
		if !slices.Contains(st.Order, c.Kind) {
			m.Kinds = append(m.Kinds, orderView{Kind: c.Kind, Title: titles[c.Kind], Place: len(m.Kinds) + 1, Still: clipURL(st.Clip(c.Kind), ".png")})
		}
	}
	for i := range m.Kinds {
		m.Kinds[i].Places = len(m.Kinds)
		for _, c := range all {
			if c.Kind == m.Kinds[i].Kind {
				m.Kinds[i].Text = c.Text
			}
		}
	}
	return s.shell.RenderPage(v, http.StatusOK, web.Page{Title: st.Title, Content: reelPage(m), Undated: true}, v.req)
}
