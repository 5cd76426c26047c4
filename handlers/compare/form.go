package compare

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// wrongs is what could not be used of a side, by its parameters.
type wrongs map[string]string

// lensOf reads a side. What cannot be used is left out, and said beside its field.
func lensOf(req *web.Request, values url.Values) (lens.Lens, wrongs) {
	wrong := make(wrongs)
	for {
		l, err := lens.ParseAt(values, req.Home.Zone)
		var field *lens.FieldError
		if !errors.As(err, &field) {
			return l, wrong
		}
		wrong[field.Field] = web.Mend(values, field).Message
	}
}

// shownFields are the parameters of a side that the form has fields for.
var shownFields = []string{"from", "to", "weekday", "country", "kind"}

// kept are the other parameters of a side, which the form sends on.
func (s *side) kept(name string) (fields []layout.FieldView) {
	values, _ := url.ParseQuery(s.query)
	for _, field := range slices.Sorted(maps.Keys(values)) {
		if slices.Contains(shownFields, field) || s.wrong[field] != "" {
			continue
		}
		for _, v := range values[field] {
			fields = append(fields, layout.FieldView{Name: name + "." + field, Value: v})
		}
	}
	return fields
}

// elsewhere says what could not be used and has no field.
func (s *side) elsewhere() (messages []string) {
	for _, field := range slices.Sorted(maps.Keys(s.wrong)) {
		if !slices.Contains(shownFields, field) {
			messages = append(messages, s.wrong[field])
		}
	}
	return messages
}

// A pick is a field of a side with a few values.
type pick struct {
	field, label string
	options      []layout.OptionView
}

// picks are the choices of a side beside its days.
func (t *told) picks(s *side) []pick {
	list := []pick{{"weekday", "Weekdays", weekdayOptions(s.lens.Weekdays)}}
	if countries := t.countryOptions(s.lens.Country); len(countries) > 2 || s.lens.Country != "" {
		list = append(list, pick{"country", "Country", countries})
	}
	return append(list, pick{"kind", "What", kindOptions(s.lens.Kinds)})
}

// Weekdays that are asked for together.
const (
	workdays lens.Weekdays = 0b0011111
	weekend  lens.Weekdays = 0b1100000
)

func weekdayOptions(chosen lens.Weekdays) []layout.OptionView {
	options := []layout.OptionView{{Label: "Every day"}, {Value: weekdayValue(workdays), Label: "Monday to Friday"}, {Value: weekdayValue(weekend), Label: "Weekends"}}
	masks := []lens.Weekdays{0, workdays, weekend}
	for day := range 7 {
		options = append(options, layout.OptionView{Value: weekdayValue(1 << day), Label: words.Weekday(day) + "s"})
		masks = append(masks, 1<<day)
	}
	if !slices.Contains(masks, chosen) {
		options = append(options, layout.OptionView{Value: weekdayValue(chosen), Label: words.WeekdaysLabel(chosen)})
		masks = append(masks, chosen)
	}
	options[slices.Index(masks, chosen)].Checked = true
	return options
}

// weekdayValue is a set of days as it stands in addresses.
func weekdayValue(days lens.Weekdays) string {
	return valueOf(lens.Lens{Min: lens.DefaultMin, Filter: lens.Filter{Weekdays: days}}, "weekday")
}

// valueOf is a parameter of a lens as it stands in addresses.
func valueOf(l lens.Lens, field string) string {
	values, _ := url.ParseQuery(l.Encode())
	return values.Get(field)
}

func (t *told) countryOptions(chosen string) []layout.OptionView {
	known := slices.DeleteFunc(slices.Clone(insight.Countries(t.req.Data.Select(lens.Lens{}))), func(s insight.Share) bool {
		return s.Value == words.UnknownCountry
	})
	return web.ShareOptions(t.req, "Anywhere", chosen, known, words.CountryName)
}

func kindOptions(chosen lens.Kinds) []layout.OptionView {
	options := []layout.OptionView{{Label: "Everything", Checked: chosen == 0}}
	single := chosen == 0
	for _, k := range words.KindLabels {
		options = append(options, layout.OptionView{Value: k.Value, Label: k.Label, Checked: chosen == k.Kind})
		single = single || chosen == k.Kind
	}
	if !single {
		l := lens.Lens{Min: lens.DefaultMin, Filter: lens.Filter{Kinds: chosen}}
		options = append(options, layout.OptionView{Value: valueOf(l, "kind"), Label: words.Capital(strings.TrimPrefix(words.OfKinds(chosen), " of ")), Checked: true})
	}
	return options
}

// said ties a field to what could not be used of it.
func said(s *side, field string) templ.Attributes {
	if s.wrong[field] == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "wrong-" + s.name + "-" + field}
}
