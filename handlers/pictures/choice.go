package pictures

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/picture"
)

// The parameters of a picture.
const (
	fieldKind  = "picture" // "kind" is of the lens
	fieldOf    = "of"
	fieldSize  = "size"
	fieldTheme = "theme"
	fieldHide  = "hide"

	hideNames = "names"
)

// A choice is which picture it is.
type choice struct {
	kind *kind
	of   string // what the kind is of; empty is what stands out most
	size picture.Size
	dark bool
	hide bool
}

// A size is a format, and what it is for.
type size struct {
	picture.Size
	label string
}

var sizes = []size{
	{picture.Post, "Post"}, {picture.Story, "Story"}, {picture.Square, "Square"}, {picture.Link, "Link"}, {picture.Landscape, "Landscape"},
}

// sizeName is how an address says a size: "1080x1350".
func sizeName(s picture.Size) string { return strconv.Itoa(s.Width) + "x" + strconv.Itoa(s.Height) }

// parse reads which picture is asked for. A parameter that is not there has a
// default; one that cannot be used is a [lens.FieldError].
func parse(req *web.Request) (choice, error) {
	q := req.Query
	c := choice{size: picture.Post, of: q.Get(fieldOf)}
	name := q.Get(fieldKind)
	for i := range kinds {
		if k := &kinds[i]; k.name == name || name == "" && c.kind == nil {
			c.kind = k
		}
	}
	if c.kind == nil {
		return c, &lens.FieldError{Field: fieldKind, Message: "There are pictures of: " + kindNames() + "."}
	}
	if value := q.Get(fieldSize); value != "" {
		i := slices.IndexFunc(sizes, func(s size) bool { return sizeName(s.Size) == value })
		if i < 0 {
			return c, &lens.FieldError{Field: fieldSize, Message: "A picture is 1080x1350, 1080x1920, 1080x1080, 1200x630 or 1920x1080."}
		}
		c.size = sizes[i].Size
	}
	switch q.Get(fieldTheme) {
	case "", "light":
	case "dark":
		c.dark = true
	default:
		return c, &lens.FieldError{Field: fieldTheme, Message: "A picture is light or dark."}
	}
	switch q.Get(fieldHide) {
	case "":
	case hideNames:
		c.hide = true
	default:
		return c, &lens.FieldError{Field: fieldHide, Message: "What a picture can hide is names."}
	}
	if c.of == "" {
		return c, nil
	}
	return c, c.kind.check(req, c.of)
}

func kindNames() string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

func (c choice) theme() string {
	if c.dark {
		return "dark"
	}
	return "light"
}

// own are the parameters of a choice, without its kind.
func (c choice) own() []layout.FieldView {
	var own []layout.FieldView
	if c.of != "" {
		own = append(own, layout.FieldView{Name: fieldOf, Value: c.of})
	}
	own = append(own, layout.FieldView{Name: fieldSize, Value: sizeName(c.size)}, layout.FieldView{Name: fieldTheme, Value: c.theme()})
	if c.hide {
		own = append(own, layout.FieldView{Name: fieldHide, Value: hideNames})
	}
	return own
}

// fields are all parameters of a choice.
func (c choice) fields() []layout.FieldView {
	return append([]layout.FieldView{{Name: fieldKind, Value: c.kind.name}}, c.own()...)
}

// address is where the picture is, as "svg" or "png".
func (c choice) address(format string, l lens.Lens) string {
	return web.Address(web.PathPictures+"/"+c.kind.name+"."+format, c.own(), l)
}

// fileName is what a download is called: "year-2025-1080x1350.png". It holds no name
// of what was heard.
func (c choice) fileName(format string) string {
	name := c.kind.name
	if c.kind.isDated && c.of != "" {
		name += "-" + c.of
	}
	return name + "-" + sizeName(c.size) + "." + format
}
