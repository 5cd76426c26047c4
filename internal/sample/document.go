package sample

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// object is a JSON object whose members keep their order: keys and values in turn.
type object []any

// MarshalJSON writes the members.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := 0; i+1 < len(o); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, v := range o[i : i+2] {
			if j == 1 {
				b.WriteByte(':')
			}
			value, err := compact(v)
			if err != nil {
				return nil, err
			}
			b.Write(value)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// compact is JSON without spaces, and with & and < as they are.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// document writes a value the way Spotify lays out the files of the account data.
func (a *archive) document(name string, v any) error {
	line, err := compact(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, line, "", "  "); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return a.write(name, b.String())
}

// each makes one value of each element; none make an empty list, never null.
func each[T, V any](list []T, make func(T) V) []V {
	out := []V{}
	for _, v := range list {
		out = append(out, make(v))
	}
	return out
}
