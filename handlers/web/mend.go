package web

import (
	"errors"
	"net/url"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A MendedField is a query parameter that a page could not use as it came.
type MendedField struct {
	Field, value string
	// message says what became of it.
	Message string
}

// maxMendedRunes is how much of a value is shown again.
const maxMendedRunes = 80

// Mend takes a parameter that cannot be used out of a query, or puts the two
// days of a range into their order.
func Mend(q url.Values, wrong *lens.FieldError) MendedField {
	value := q.Get(wrong.Field)
	if runes := []rune(value); len(runes) > maxMendedRunes {
		value = string(runes[:maxMendedRunes]) + "…"
	}
	if wrong.Message == lens.ReversedRange {
		q["from"], q["to"] = q["to"], q["from"]
		return MendedField{wrong.Field, value, "The first day came after the last, so the two have changed places."}
	}
	q.Del(wrong.Field)
	if wrong.Field == "page" {
		return MendedField{wrong.Field, value, "There is no page “" + value + "”. This is the first."}
	}
	return MendedField{wrong.Field, value, "“" + value + "” was not used. " + wrong.Message}
}

// typed is what a person wrote into a field that could not be used.
func (req *Request) typed(field string) (MendedField, bool) {
	for _, m := range req.Mended {
		if m.Field == field {
			return m, true
		}
	}
	return MendedField{}, false
}

// A RefusedError is a parameter that is not left out: what is made is exactly what
// was asked for.
type RefusedError struct{ Field lens.FieldError }

func (e *RefusedError) Error() string { return e.Field.Error() }

// Refuse keeps a parameter from being mended. Other errors stay as they are.
func Refuse(err error) error {
	if field, ok := errors.AsType[*lens.FieldError](err); ok {
		return &RefusedError{*field}
	}
	return err
}

// RefuseMended is the error where a parameter was mended, for what is made exactly as
// it was asked for.
func (req *Request) RefuseMended() error {
	if len(req.Mended) == 0 {
		return nil
	}
	m := req.Mended[0]
	return &RefusedError{lens.FieldError{Field: m.Field, Message: m.Message}}
}
