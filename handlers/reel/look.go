package reel

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

// Parameters beside the lens, of addresses, forms and JSON.
const (
	fieldSize  = "size"
	fieldTheme = "theme"
	fieldHide  = "hide_names"
	// What single kinds are about: whose months, which obsession and which day.
	fieldArtist = "artist"
	fieldSong   = "song"
	fieldDay    = "day"
	fieldTitle  = "title"
	fieldOrder  = "order"
)

// language is the only one there is; it is part of what a clip is made of.
const language = "en"

// choiceFields are the own choices of kinds.
var choiceFields = map[reel.Kind]string{reel.Months: fieldArtist, reel.Obsession: fieldSong, reel.Day: fieldDay}

// maxChoice is how long the value of an own choice may be.
const maxChoice = 64

// parseLook reads how clips are drawn and what single kinds are about, on top of what
// they are so far.
func parseLook(q url.Values, look reel.Look, own map[reel.Kind]string) (reel.Look, map[reel.Kind]string, error) {
	if q.Has(fieldSize) {
		look.Size = reel.Size(q.Get(fieldSize))
	}
	if q.Has(fieldTheme) {
		look.Theme = q.Get(fieldTheme)
	}
	if q.Has(fieldHide) {
		switch q.Get(fieldHide) {
		case "1", "true", "on":
			look.HideNames = true
		case "", "0", "false":
			look.HideNames = false
		default:
			return look, nil, &lens.FieldError{Field: fieldHide, Message: "Names are hidden (1) or shown (0)."}
		}
	}
	if !slices.Contains(reel.Sizes, look.Size) {
		return look, nil, &lens.FieldError{Field: fieldSize, Message: "A size is one of portrait, square, landscape."}
	}
	if !slices.Contains(reel.Themes, look.Theme) {
		return look, nil, &lens.FieldError{Field: fieldTheme, Message: "A theme is one of dark, light."}
	}
	all := make(map[reel.Kind]string)
	for kind, field := range choiceFields {
		value := own[kind]
		if q.Has(field) {
			value = q.Get(field)
		}
		if len(value) > maxChoice || !utf8.ValidString(value) {
			return look, nil, &lens.FieldError{Field: field, Message: "There is no such choice."}
		}
		if value != "" {
			all[kind] = value
		}
	}
	return look, all, nil
}

// usualLook is how clips are drawn that nobody has chosen anything of.
var usualLook = reel.Look{Size: reel.Sizes[0], Theme: reel.Themes[0], Language: language}

// ownFields are the parameters of a look and of own choices that are not the usual ones.
func ownFields(look reel.Look, own map[reel.Kind]string) []layout.FieldView {
	var fields []layout.FieldView
	if look.Size != usualLook.Size {
		fields = append(fields, layout.FieldView{Name: fieldSize, Value: string(look.Size)})
	}
	if look.Theme != usualLook.Theme {
		fields = append(fields, layout.FieldView{Name: fieldTheme, Value: look.Theme})
	}
	if look.HideNames {
		fields = append(fields, layout.FieldView{Name: fieldHide, Value: "1"})
	}
	for _, kind := range reel.Kinds {
		if value := own[kind]; value != "" {
			fields = append(fields, layout.FieldView{Name: choiceFields[kind], Value: value})
		}
	}
	return fields
}

// narrow makes the lens one that a reel is of: a year where no range is named.
func narrow(req *web.Request) {
	req.Lens = web.Kept(req.Lens)
	if req.Lens.HasRange() {
		return
	}
	years := insight.Years(req.Data.Select(req.Lens))
	last := 0
	for _, y := range years {
		if y.Plays >= web.Few && (y.Heard >= fullYear || last == 0) {
			last = y.Year
		}
	}
	if last != 0 {
		from, to := web.YearOf(last)
		req.Lens = req.Lens.WithRange(from, to)
	}
}

// fullYear is on how many days of a year there was music at least where it is told
// before an earlier one.
const fullYear = 60

// lensText is a lens as a query with its zone, wherever whoever looks is at home.
func lensText(l lens.Lens) string {
	l = web.Kept(l)
	l.Home = nil
	return l.Query().Encode()
}

// lensOf reads what lensText wrote.
func lensOf(text string) (lens.Lens, error) {
	q, err := url.ParseQuery(text)
	if err != nil {
		return lens.Lens{}, err
	}
	return lens.Parse(q)
}

// readBody reads a form, or a JSON object, into fields: lists become fields that
// repeat, and what is in choices fields of their own.
func readBody(r *http.Request) (url.Values, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		if err := r.ParseForm(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBody, err)
		}
		return r.PostForm, nil
	}
	var fields map[string]any
	if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBody, err)
	}
	q := make(url.Values)
	for name, value := range fields {
		if !slices.Contains([]string{fieldTitle, fieldOrder, fieldSize, fieldTheme, fieldHide, fieldArtist, fieldSong, fieldDay}, name) {
			return nil, &lens.FieldError{Field: name, Message: "A reel has no such field."}
		}
		switch v := value.(type) {
		case string:
			q.Set(name, v)
		case bool:
			q.Set(name, fmt.Sprint(v))
		case []any:
			q[name] = []string{}
			for _, item := range v {
				text, ok := item.(string)
				if !ok {
					return nil, &lens.FieldError{Field: name, Message: "This is a list of texts."}
				}
				q.Add(name, text)
			}
		default:
			return nil, &lens.FieldError{Field: name, Message: "This is a text, true or false, or a list of texts."}
		}
	}
	return q, nil
}

// parseChoices reads what a person changes of a reel.
func parseChoices(q url.Values, c reel.Choices) (reel.Choices, error) {
	var err error
	if q.Has(fieldTitle) {
		if c.Title, err = parseTitle(q.Get(fieldTitle)); err != nil {
			return c, err
		}
	}
	if q.Has(fieldOrder) {
		if c.Order, err = parseOrder(q[fieldOrder]); err != nil {
			return c, err
		}
	}
	c.Look, c.Own, err = parseLook(q, c.Look, c.Own)
	return c, err
}

func parseTitle(text string) (string, error) {
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	if n < 1 || n > reel.MaxTitle || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return "", &lens.FieldError{Field: fieldTitle, Message: fmt.Sprintf("A title has 1 to %d characters, on one line.", reel.MaxTitle)}
	}
	return text, nil
}

// parseOrder reads kinds in their order.
func parseOrder(values []string) ([]reel.Kind, error) {
	var order []reel.Kind
	for _, value := range values {
		kind := reel.Kind(value)
		if !kind.Known() {
			return nil, &lens.FieldError{Field: fieldOrder, Message: "An order has kinds of clips: " + kindList() + "."}
		}
		if slices.Contains(order, kind) {
			return nil, &lens.FieldError{Field: fieldOrder, Message: "An order has each clip once."}
		}
		order = append(order, kind)
	}
	if len(order) == 0 {
		return nil, &lens.FieldError{Field: fieldOrder, Message: "A reel has at least one clip."}
	}
	return order, nil
}

func kindList() string {
	names := make([]string, len(reel.Kinds))
	for i, kind := range reel.Kinds {
		names[i] = string(kind)
	}
	return strings.Join(names, ", ")
}

// placePrefix begins the field of a form with the place of a kind.
const placePrefix = "place-"

// placed puts what is ticked in a form in the order of the places beside it. Of equal
// places the first named comes first.
func placed(q url.Values) {
	place := func(kind string) int {
		n, err := strconv.Atoi(q.Get(placePrefix + kind))
		if err != nil {
			return len(reel.Kinds)
		}
		return n
	}
	slices.SortStableFunc(q[fieldOrder], func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	if !q.Has(fieldOrder) {
		q[fieldOrder] = []string{} // nothing is ticked, which is refused
	}
}

var (
	sizeNames  = map[reel.Size]string{reel.Portrait: "Portrait", reel.Square: "Square", reel.Landscape: "Landscape"}
	themeNames = map[string]string{"dark": "Dark", "light": "Light"}
)
