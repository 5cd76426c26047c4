package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
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
	want := []Document{
		{export.TopicOther, "New.json", "", 0, len(a)},
		{export.TopicPlaylists, "Playlist3.json", "new.zip", 20, len(b)},
		{export.TopicPlaylists, "Playlist1.json", "old.zip", 10, len(a)},
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
	d, err := keep(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	big := []byte(`"` + strings.Repeat("x", 100<<20) + `"`)
	for i := range 3 {
		big[1]++
		next, err := keep(t, d, export.Document{Topic: export.TopicOther, JSON: big})
		var in *export.InputError
		if i == 2 && (!errors.As(err, &in) || in.Fault != export.FaultTooLarge || in.Code != export.CodeTooManyDocuments) || i < 2 && err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		if err == nil {
			d = next
		}
	}
	if d.Size() < 200<<20 {
		t.Errorf("a cache is told of %d bytes", d.Size())
	}
}

// TestQuestionsAreToldApart: what is remembered of one lens answers no other.
func TestQuestionsAreToldApart(t *testing.T) {
	if a, b := (Lens{Not: []string{"a\x00b"}}).key(), (Lens{Not: []string{"a", "b"}}).key(); a == b {
		t.Errorf("both are %q", a)
	}
	d := small(t)
	long := Lens{Not: []string{strings.Repeat("x", maxQuestion)}}
	if got, want := d.Summary(long), d.Summary(Lens{}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if n := len(d.answers.m); n != 1 {
		t.Errorf("%d questions are kept, the long one among them", n)
	}
}

func TestRememberAsksOnce(t *testing.T) {
	d := small(t)
	asked := 0
	ask := func() []int { asked++; return []int{asked} }
	for range 3 {
		if got := Remember(d, "x", ask); !slices.Equal(got, []int{1}) {
			t.Fatal(got)
		}
	}
	if got := Remember(d, "y", func() int { return len(Remember(d, "x", ask)) }); got != 1 || asked != 1 {
		t.Errorf("%d, asked %d times", got, asked)
	}
	if got := Remember(d, "x", func() string { return "of another type" }); got != "of another type" {
		t.Error(got)
	}
	for i := range 10 * maxRemembered {
		Remember(d, fmt.Sprint(i), func() int { return i })
	}
	if n := len(d.notes.m); n > maxRemembered {
		t.Errorf("%d answers are kept", n)
	}
	if len(d.notes.m) < maxRemembered {
		t.Errorf("of %d answers %d are kept", maxRemembered, len(d.notes.m))
	}
}
