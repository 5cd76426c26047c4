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
	var options []layout.OptionView
	add := func(label string, days lens.Weekdays) {
		value := lens.Lens{Filter: lens.Filter{Weekdays: days}}.Query().Get("weekday")
		options = append(options, layout.OptionView{Value: value, Label: label, Checked: days == chosen})
	}
	add("Every day", 0)
	add("Monday to Friday", workdays)
	add("Weekends", weekend)
	for day := range 7 {
		add(words.Weekday(day)+"s", 1<<day)
	}
	if !slices.ContainsFunc(options, func(o layout.OptionView) bool { return o.Checked }) {
		add(words.WeekdaysLabel(chosen), chosen)
	}
	return options
}

func (t *told) countryOptions(chosen string) []layout.OptionView {
	known := slices.DeleteFunc(slices.Clone(insight.Countries(t.req.Data.Select(lens.Lens{}))), func(s insight.Share) bool {
		return s.Value == words.UnknownCountry
	})
	return web.ShareOptions(t.req, "Anywhere", chosen, known, words.CountryName)
}

func kindOptions(chosen lens.Kinds) []layout.OptionView {
	options := []layout.OptionView{{Label: "Everything", Checked: chosen == 0}}
	for _, k := range words.KindLabels {
		options = append(options, layout.OptionView{Value: k.Value, Label: k.Label, Checked: chosen == k.Kind})
	}
	if !slices.ContainsFunc(options, func(o layout.OptionView) bool { return o.Checked }) {
		value := lens.Lens{Filter: lens.Filter{Kinds: chosen}}.Query().Get("kind")
		options = append(options, layout.OptionView{Value: value, Label: words.Capital(strings.TrimPrefix(words.OfKinds(chosen), " of ")), Checked: true})
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
