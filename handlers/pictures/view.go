package pictures

import (
	"slices"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
)

// View is the page on which a picture is chosen.
var View = web.View{
	Path: web.PathPictures, Title: "Pictures", Group: web.AboutLibrary,
	Holds: (*web.Request).HasPlays,
	Page: func(req *web.Request) (web.Page, error) {
		req.Lens = web.Kept(req.Lens)
		p, err := newChoosing(req)
		if err != nil {
			return web.Page{}, err
		}
		return web.Page{Title: "Pictures" + words.Selection(req.Lens), Content: page(p)}, nil
	},
	JSON: func(req *web.Request) (any, error) {
		req.Lens = web.Kept(req.Lens)
		c, err := parse(req)
		if err != nil {
			return nil, err
		}
		return newOffer(req, c), nil
	},
}

// A choosing is what the page shows: what can be chosen, and the picture as chosen.
type choosing struct {
	choice
	req     *web.Request
	offered []kind
	told    *teller // nil where there is too little
}

func newChoosing(req *web.Request) (*choosing, error) {
	c, err := parse(req)
	if err != nil {
		return nil, err
	}
	p := &choosing{choice: c, req: req, offered: offered(req)}
	if p.told, _ = tell(req, c); p.told == nil && req.Query.Get(fieldKind) == "" && len(p.offered) > 0 {
		p.kind = &p.offered[0]
		p.told, _ = tell(req, p.choice)
	}
	req.Own = p.fields()
	return p, nil
}

// offered are the kinds of which there is enough in the selection.
func offered(req *web.Request) []kind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k kind) bool {
		_, ok := k.find(req)
		return !ok
	})
}

// another is the page with another kind, of what stands out most.
func (p *choosing) another(k kind) string {
	c := p.choice
	c.kind, c.of = &k, ""
	return web.Address(web.PathPictures, c.fields(), p.req.Lens)
}

// offerJSON is what the API says can be made.
type offerJSON struct {
	Kinds  []kindJSON `json:"kinds"`
	Sizes  []string   `json:"sizes"`
	Themes []string   `json:"themes"`
	Hide   []string   `json:"hide"`
}

type kindJSON struct {
	Kind  string `json:"kind"`
	Of    string `json:"of,omitempty"` // a year, a day or an ID
	Title string `json:"title"`
	Alt   string `json:"alt"`
	PNG   string `json:"png"`
	SVG   string `json:"svg"`
}

// newOffer is what can be made of the selection: of each kind what stands out most.
func newOffer(req *web.Request, c choice) offerJSON {
	offer := offerJSON{Kinds: []kindJSON{}, Themes: []string{"light", "dark"}, Hide: []string{hideNames}}
	for _, s := range sizes {
		offer.Sizes = append(offer.Sizes, sizeName(s.Size))
	}
	for i := range kinds {
		one := c
		if one.kind = &kinds[i]; one.kind != c.kind || c.of == "" {
			of, ok := one.kind.find(req)
			if !ok {
				continue
			}
			one.of = of
		}
		if told, ok := tell(req, one); ok {
			offer.Kinds = append(offer.Kinds, kindJSON{one.kind.name, one.of, told.Title, told.Alt, one.address("png", req.Lens), one.address("svg", req.Lens)})
		}
	}
	return offer
}
