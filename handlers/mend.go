package handlers

import (
	"net/url"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// A mendedField is a query parameter that a page could not use as it came.
type mendedField struct {
	field, value string
	// message says what became of it.
	message string
}

// maxMendedRunes is how much of a value is shown again.
const maxMendedRunes = 80

// mend takes a parameter that cannot be used out of a query, or puts the two
// days of a range into their order.
func mend(q url.Values, wrong *dataset.FieldError) mendedField {
	value := q.Get(wrong.Field)
	if runes := []rune(value); len(runes) > maxMendedRunes {
		value = string(runes[:maxMendedRunes]) + "…"
	}
	if wrong.Message == dataset.ReversedRange {
		q["from"], q["to"] = q["to"], q["from"]
		return mendedField{wrong.Field, value, "The first day came after the last, so the two have changed places."}
	}
	q.Del(wrong.Field)
	if wrong.Field == "page" {
		return mendedField{wrong.Field, value, "There is no page “" + value + "”. This is the first."}
	}
	return mendedField{wrong.Field, value, "“" + value + "” was not used. " + wrong.Message}
}

// typed is what a person wrote into a field that could not be used.
func (req *Request) typed(field string) (mendedField, bool) {
	for _, m := range req.Mended {
		if m.field == field {
			return m, true
		}
	}
	return mendedField{}, false
}
