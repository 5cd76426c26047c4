package dataset

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// keep merges documents into base, without a play.
func keep(t testing.TB, base *Dataset, documents ...export.Document) (*Dataset, error) {
	t.Helper()
	p := NewPart()
	for _, d := range documents {
		if err := p.AddDocument(d); err != nil {
			t.Fatal(err)
		}
	}
	return Merge(base, []*Part{p}, &export.Receipt{Files: make([]export.File, len(documents))})
}

func TestDocumentsAreInOrderAndOnceEach(t *testing.T) {
	a, b := []byte(`{"playlists":[]}`), []byte(`{"playlists":[1]}`)
	d, err := keep(t, nil,
		export.Document{Topic: export.TopicPlaylists, Name: "Playlist1.json", Package: "old.zip", Modified: 10, JSON: a},
		export.Document{Topic: export.TopicPlaylists, Name: "Playlist2.json", Package: "old.zip", Modified: 10, JSON: b},
		export.Document{Topic: export.TopicOther, Name: "New.json", JSON: a},
	)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = keep(t, d,
		export.Document{Topic: export.TopicPlaylists, Name: "Playlist3.json", Package: "new.zip", Modified: 20, JSON: b},
		export.Document{Topic: export.TopicPlaylists, Name: "Playlist1.json", JSON: a},
	); err != nil {
		t.Fatal(err)
	}
	if d, err = Decode(encode(t, d)); err != nil {
		t.Fatal(err)
	}
	of := func(topic export.Topic, name, pkg string, modified int64, json []byte) Document {
		f := export.Measure(json)
		return Document{topic, name, pkg, modified, len(json), sha256.Sum256(json), f, unweighed(f)}
	}
	want := []Document{
		of(export.TopicOther, "New.json", "", 0, a),
		of(export.TopicPlaylists, "Playlist3.json", "new.zip", 20, b),
		of(export.TopicPlaylists, "Playlist1.json", "old.zip", 10, a),
	}
	if got := d.Documents(); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	for i, want := range [][]byte{a, b, a} {
		if got, err := d.DocumentJSON(i); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d: %s, %v, want %s", i, got, err, want)
		}
	}
	for _, i := range []int{-1, 3} {
		if _, err := d.DocumentJSON(i); err == nil {
			t.Errorf("there is a document %d", i)
		}
	}
	if err := exercise(d); err != nil {
		t.Error(err)
	}
}

// A document says how much it holds, and what whoever added it says that reading
// takes. One that was stored before documents said so is measured.
func TestDocumentsSayHowMuchTheyHold(t *testing.T) {
	json := []byte(`{"items":[{},{},{"name":"abc"}]}`)
	extent := export.Extent{Elements: 3, Members: 2, Text: 3}
	d, err := keep(t, nil,
		export.Document{Topic: export.TopicFollow, JSON: []byte(`17`)},
		export.Document{Topic: export.TopicPlaylists, JSON: json, Extent: extent, Reading: 4_321},
	)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = Decode(encode(t, d)); err != nil {
		t.Fatal(err)
	}
	if got := d.Documents()[1]; got.Extent != extent || got.Reading != 4_321 {
		t.Errorf("%+v", got)
	}
	if got := d.Documents()[0]; got.Extent != (export.Extent{Text: 2}) || got.Reading != unweighed(got.Extent) {
		t.Errorf("%+v", got)
	}
	digest := d.Digest()
	for i := range d.documents {
		doc := &d.documents[i]
		doc.frame = doc.frame[:len(doc.frame)-extentFrame] // as it was stored before
	}
	if d, err = Decode(encode(t, d)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // and stored again
		if got := d.Documents()[1]; got.Extent != extent || got.Reading != unweighed(extent) {
			t.Errorf("%+v", got)
		}
		if got, err := d.DocumentJSON(1); err != nil || !bytes.Equal(got, json) {
			t.Errorf("%s, %v", got, err)
		}
		if d.Digest() != digest {
			t.Error("another digest")
		}
		if d, err = Decode(encode(t, d)); err != nil {
			t.Fatal(err)
		}
		if _, _, known := extentOf(d.documents[1].frame); !known {
			t.Error("its extent are not stored")
		}
	}
}

// The name of an upload says nothing of the person: sending the same ZIP again
// under another name changes nothing.
func TestTheDigestTellsDocumentsButNotTheirUpload(t *testing.T) {
	doc := export.Document{Topic: export.TopicFollow, Name: "Follow.json", Package: "a.zip", Modified: 5, JSON: []byte(`{}`)}
	digest := func(change func(*export.Document)) [32]byte {
		changed := doc
		change(&changed)
		d, err := keep(t, nil, changed)
		if err != nil {
			t.Fatal(err)
		}
		return d.Digest()
	}
	same := digest(func(*export.Document) {})
	if digest(func(d *export.Document) { d.Package = "a (1).zip" }) != same {
		t.Error("the upload's name changes the digest")
	}
	for what, change := range map[string]func(*export.Document){
		"topic":    func(d *export.Document) { d.Topic = export.TopicOther },
		"name":     func(d *export.Document) { d.Name = "Follow2.json" },
		"modified": func(d *export.Document) { d.Modified++ },
		"content":  func(d *export.Document) { d.JSON = []byte(`[]`) },
	} {
		if digest(change) == same {
			t.Errorf("%s: the same digest", what)
		}
	}
}

func TestADocumentOfAnotherContentIsCorrupt(t *testing.T) {
	d := small(t)
	d.documents[0].frame, d.documents[1].frame = d.documents[1].frame, d.documents[0].frame
	d.documents[0].Size, d.documents[1].Size = d.documents[1].Size, d.documents[0].Size
	d, err := Decode(encode(t, d))
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Documents() {
		if _, err := d.DocumentJSON(i); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestTooManyDocumentsAreRefused(t *testing.T) {
	d, err := keep(t, nil, export.Document{Topic: export.TopicOther, JSON: []byte(`""`), Extent: export.Extent{Text: 2 * MaxReading}})
	if err != nil {
		t.Fatal(err)
	}
	if d.Size() < MaxReading || d.Size() > MaxReading+8<<20 {
		t.Errorf("a cache is told of %d bytes", d.Size())
	}
	d.documents[0].Size = maxDocumentBytes - 3 // as if it had been so large
	if _, err := keep(t, d, export.Document{Topic: export.TopicOther, JSON: []byte(`"a"`)}); err != nil {
		t.Errorf("as much as may be: %v", err)
	}
	_, err = keep(t, d, export.Document{Topic: export.TopicOther, JSON: []byte(`"ab"`)})
	if in := (*export.InputError)(nil); !errors.As(err, &in) || in.Fault != export.FaultTooLarge || in.Code != export.CodeTooManyDocuments {
		t.Errorf("a byte more: %v", err)
	}
}

// TestQuestionsAreToldApart: what is remembered of one lens answers no other.
func TestQuestionsAreToldApart(t *testing.T) {
	if a, b := lensKey(lens.Lens{Filter: lens.Filter{Not: []string{"a\x00b"}}}), lensKey(lens.Lens{Filter: lens.Filter{Not: []string{"a", "b"}}}); a == b {
		t.Errorf("both are %q", a)
	}
	d := small(t)
	long := lens.Lens{Filter: lens.Filter{Not: []string{strings.Repeat("x", maxQueryBytes)}}}
	if got, want := d.Summary(long), d.Summary(lens.Lens{}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if n := len(d.memo.queries); n != 1 {
		t.Errorf("%d questions are kept, the long one among them", n)
	}
}

func TestRememberAsksOnce(t *testing.T) {
	d := small(t)
	asked := 0
	ask := func() []int { asked++; return []int{asked} }
	for range 3 {
		if got := Memoize(d, "x", ask); !slices.Equal(got, []int{1}) {
			t.Fatal(got)
		}
	}
	if got := Memoize(d, "y", func() int { return len(Memoize(d, "x", ask)) }); got != 1 || asked != 1 {
		t.Errorf("%d, asked %d times", got, asked)
	}
	if got := Memoize(d, "x", func() string { return "of another type" }); got != "of another type" {
		t.Error(got)
	}
	// Whatever a person asks for, what is remembered of the dataset stays.
	for i := range 10 * maxQueries {
		if got := MemoizeLatest(d, "z", i, func() int { return i }); got != i {
			t.Fatalf("got %d, want %d", got, i)
		}
		MemoizeLatest(d, "z", i, func() int { t.Fatal("asked twice"); return 0 })
	}
	Memoize(d, "y", func() int { t.Fatal("y was forgotten"); return 0 })
	if kept := len(d.memo.kept) + len(d.memo.latest); kept != 3 {
		t.Errorf("%d answers are kept, want x, y and the latest z", kept)
	}
}
