package export

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestScalaJSON(t *testing.T) {
	for text, want := range map[string]string{
		"List(Map(city -> Springfield, street -> Evergreen Terrace 742, postal_code -> 00000, country -> US))\n": `[{"city":"Springfield","street":"Evergreen Terrace 742","postal_code":"00000","country":"US"}]`,
		"List()":      `[]`,
		"List(Map())": `[{}]`,
		"Map(street -> 1 High Street, Flat 2, city -> )": `{"street":"1 High Street, Flat 2","city":""}`,
		"Map(street -> Hof (hinten), x -> y)":            `{"street":"Hof (hinten)","x":"y"}`,
		"List(a, b , Some(c), None)":                     `["a","b","c",null]`,
		"Map(a -> List(Map(b -> true), Map(b -> null)))": `{"a":[{"b":true},{"b":null}]}`,
		`Map(name -> "A" \ <b>ö</b>)`:                    `{"name":"\"A\" \\ \u003cb\u003eö\u003c/b\u003e"}`,
	} {
		got, ok := scalaJSON([]byte(text))
		if !ok || string(got) != want {
			t.Errorf("%s:\n got %s, %v\nwant %s", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "x", "List", "List(", "List(Map(", "List(Map(a))", "Map(a -> b", "List(a))", "List(a) b", "Map(, a -> b)", `{"a":1}`,
		strings.Repeat("List(", 1000) + strings.Repeat(")", 1000),
	} {
		if got, ok := scalaJSON([]byte(text)); ok {
			t.Errorf("%.40s becomes %s", text, got)
		}
	}
}

// FuzzScalaJSON: whatever is taken for Scala's notation becomes JSON, of a size
// that its own bounds.
func FuzzScalaJSON(f *testing.F) {
	for _, s := range []string{"List(Map(city -> Springfield, street -> A, B))", "Map(a -> Some(None))", "List(a,,b)", "Map(a->(b), c -> d"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := scalaJSON(text)
		if !ok {
			return
		}
		if !json.Valid(got) {
			t.Fatalf("%q becomes %q", text, got)
		}
		if len(got) > 8*len(text)+8 {
			t.Fatalf("%d bytes become %d", len(text), len(got))
		}
	})
}
