package export

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestMeasure(t *testing.T) {
	for _, tt := range []struct {
		json string
		want Extent
	}{
		{`17`, Extent{Text: 2}},
		{`[]`, Extent{}},
		{`{}`, Extent{}},
		{` [ {} , [ ] ,1, "ab" ,null ] `, Extent{Elements: 5, Text: 1 + 2 + 4}},
		{`{"a":1,"b":{"c":[{},{"d":"x,y:z{[\"]}"}]}}`, Extent{Elements: 2, Members: 4, Text: 1 + 11}},
		{`["\\","\\\"",""]`, Extent{Elements: 3, Text: 6}},
		{`{"a\"":"b","c":[true,-1.5e3]}`, Extent{Elements: 2, Members: 2, Text: 1 + 4 + 6}},
	} {
		if got := Measure([]byte(tt.json)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.json, got, tt.want)
		}
		if end, got := Fitting([]byte(tt.json), Room{1 << 30, 1 << 30, 1 << 30}); end != len(tt.json) || got != tt.want {
			t.Errorf("%s: %d bytes of it fit, %+v", tt.json, end, got)
		}
	}
}

func TestADocumentEndsBeforeWhatDoesNotFit(t *testing.T) {
	const much = 1 << 30
	for _, tt := range []struct {
		json string
		room Room
		want string
	}{
		{`[{},{},{}]`, Room{2, much, much}, `[{},{},`},
		{`{"a":[1,2],"b":[3,4]}`, Room{3, much, much}, `{"a":[1,2],"b":[3,`},
		{`{"a":[1,2],"b":3}`, Room{much, 3, much}, `{"a":[1,2],`},
		{`["abc","d"]`, Room{much, much, 3}, `["abc",`},
		{`["abcd","d"]`, Room{much, much, 3}, `[`},
		{`[[[1]]]`, Room{1, much, much}, `[[`},
		{`[]`, Room{}, `[]`},
	} {
		end, f := Fitting([]byte(tt.json), tt.room)
		if got := tt.json[:end]; got != tt.want || !tt.room.Holds(f) {
			t.Errorf("%s in %+v: %s with %+v", tt.json, tt.room, got, f)
		}
	}
}

// FuzzMeasure: a document measures what a parser finds in it, and what fits is
// the longest part that does.
func FuzzMeasure(f *testing.F) {
	f.Add([]byte(`{"playlists":[{"name":"a\\\"","items":[{},{"track":{"n":[1,2,null]}}]}]}`), uint8(3), uint8(5), uint8(9))
	f.Add([]byte(strings.Repeat("[", 200)), uint8(9), uint8(9), uint8(9))
	f.Add([]byte(`"\`), uint8(0), uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, elements, values, text uint8) {
		room := Room{int(elements), int(values), int(text)}
		end, held := Fitting(b, room)
		if end < 0 || end > len(b) || !room.Holds(held) {
			t.Fatalf("%d bytes with %+v fit into %+v", end, held, room)
		}
		all := Measure(b)
		if end == len(b) && held != all {
			t.Fatalf("all fits with %+v and holds %+v", held, all)
		}
		if part := Measure(b[:end]); part != held {
			t.Fatalf("what fits holds %+v, not %+v", part, held)
		}
		if wellFormed(b) != done {
			return
		}
		if end < len(b) && room.Holds(all) {
			t.Fatalf("%+v would fit into %+v, and is cut at %d", all, room, end)
		}
		var v any
		if json.Unmarshal(b, &v) != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.UseNumber()
		if got := count(t, d); got.Elements != all.Elements || got.Members != all.Members {
			t.Fatalf("measured %+v, found %+v", all, got)
		}
	})
}

// count measures with the parser of the standard library.
func count(t *testing.T, d *json.Decoder) Extent {
	var f Extent
	var value func(open json.Token)
	value = func(open json.Token) {
		switch open {
		case json.Delim('['):
			for d.More() {
				f.Elements++
				next, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				value(next)
			}
			_, _ = d.Token()
		case json.Delim('{'):
			for d.More() {
				f.Members++
				if _, err := d.Token(); err != nil {
					t.Fatal(err)
				}
				next, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				value(next)
			}
			_, _ = d.Token()
		}
	}
	open, err := d.Token()
	if err != nil {
		t.Fatal(err)
	}
	value(open)
	return f
}

func BenchmarkMeasure(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var playlist strings.Builder
	playlist.WriteString(`{"playlists":[{"items":[{}`)
	for range 100_000 {
		playlist.WriteString(",\n      {\"track\": {\"trackName\": \"" + strings.Repeat("x", r.IntN(40)) + "\", \"trackUri\": \"spotify:track:0000000000000000000000\"}, \"episode\": null}")
	}
	playlist.WriteString(`]}]}`)
	for name, doc := range map[string]string{
		"playlists": playlist.String(),
		"nothings":  "[{}" + strings.Repeat(",{}", 10_000_000) + "]",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			json := []byte(doc)
			for b.Loop() {
				Measure(json)
			}
		})
	}
}
