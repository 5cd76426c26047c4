package export

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

// readDocuments reads inputs and returns a copy of every document.
func readDocuments(t *testing.T, limits Limits, inputs ...Input) (*Receipt, []Document) {
	t.Helper()
	var documents []Document
	r, err := Read(t.Context(), inputs, Options{Sinks: []Sink{newCollector()}, Limits: limits, Document: func(d Document) error {
		d.JSON = bytes.Clone(d.JSON)
		documents = append(documents, d)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return r, documents
}

func TestDocumentsOfAWholePackage(t *testing.T) {
	var b bytes.Buffer
	to := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	if _, err := sampletest.Account(&b, sampletest.Options{Plays: 500, Seed: 3, From: to.AddDate(-2, 0, 0), To: to}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	r, documents := readDocuments(t, Limits{}, loose("mine.zip", b.String()))
	topics := make(map[string]Topic)
	for _, d := range documents {
		topics[d.Name] = d.Topic
		want, err := z.Open(r.Files[d.File].Name)
		if err != nil {
			t.Fatal(err)
		}
		var whole bytes.Buffer
		if _, err := whole.ReadFrom(want); err != nil {
			t.Fatal(err)
		}
		text := whole.Bytes()
		if d.Topic == TopicAddress { // which is in Scala's notation
			text, _ = scalaJSON(text)
		}
		if !bytes.Equal(text, d.JSON) {
			t.Errorf("%s has become %s", d.Name, d.JSON)
		}
		if d.Package != "mine.zip" || d.Modified != to.Unix() {
			t.Errorf("%s: from %s, written at %d", d.Name, d.Package, d.Modified)
		}
	}
	want := map[string]Topic{
		"Follow.json": TopicFollow, "Identifiers.json": TopicIdentifiers, "Identity.json": TopicIdentity,
		"Inferences.json": TopicInferences, "Marquee.json": TopicMarquee, "Payments.json": TopicPayments,
		"Playlist1.json": TopicPlaylists, "SearchQueries.json": TopicSearches, "Userdata.json": TopicUserdata,
		"UserAddress.json": TopicAddress, "YourLibrary.json": TopicLibrary,
	}
	if !reflect.DeepEqual(topics, want) {
		t.Errorf("%v, want %v", topics, want)
	}
}

func TestAnyJSONIsADocument(t *testing.T) {
	utf16 := "\xFF\xFE{\x00}\x00"
	for name, c := range map[string]struct {
		content, json string
		topic         Topic
	}{
		"Playlist1.json.json":                      {`{"playlists":[]}`, `{"playlists":[]}`, TopicPlaylists},
		"renamed.json":                             {`{"playlists":[]}`, `{"playlists":[]}`, TopicPlaylists},
		"Wrapped2031.json":                         {"\xEF\xBB\xBF{\"new\":{}}\r\n", "{\"new\":{}}\r\n", TopicWrapped},
		"UserAddress.json":                         {`{"city":"x"}`, `{"city":"x"}`, TopicAddress},
		"UserAddress (1).json":                     {`List(Map(city -> x))`, `[{"city":"x"}]`, TopicAddress},
		"Something New (1).json":                   {`["x","\ud800"]`, `["x","\ud800"]`, TopicOther},
		"Payments.json":                            {`null`, `null`, TopicPayments},
		"YourSoundCapsule.json":                    {` 17`, ` 17`, TopicSoundCapsule},
		"UserPrompts.json":                         {utf16, `{}`, TopicPrompts},
		"MessageData.json":                         {"{\"a\":\"\xff\x81\"}", "{\"a\":\"\uFFFD\"}", TopicMessages},
		"PodcastInteractivityVotedPollOption.json": {`[]`, `[]`, TopicPodcastInteractivity},
	} {
		t.Run(name, func(t *testing.T) {
			r, documents := readDocuments(t, Limits{}, zipped(t, entry{"MyData/" + name, c.content}, entry{"MyData/Follow.json", "{}"}))
			if len(documents) != 2 {
				t.Fatalf("%+v", r.Files)
			}
			d := documents[0]
			if d.Name != name || string(d.JSON) != c.json || d.Topic != c.topic || d.File != 0 || d.Modified != 0 {
				t.Errorf("%+v", d)
			}
			if f := r.Files[0]; f.Status != StatusRead || f.Topic != c.topic {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestWhatIsNoWholeJSONIsNoDocument(t *testing.T) {
	deep := strings.Repeat("[", maxNesting+1) + strings.Repeat("]", maxNesting+1)
	// Valid as far as a first look goes.
	long := `{"playlists":[` + strings.Repeat(`{"name":"x"},`, maxSniffBytes/10)
	for name, c := range map[string]struct {
		entry *rawEntry
		code  Code
	}{
		"cut off":   {stored("Playlist1.json", long), CodeNotJSON},
		"two":       {stored("Playlist1.json", `{} {}`), CodeNotJSON},
		"too deep":  {stored("Playlist1.json", deep), CodeTooDeep},
		"other":     {stored("Playlist1.json", `List(Map(city -> x))`), CodeNotJSON},
		"empty":     {stored("Playlist1.json", ` `), CodeEmptyFile},
		"damaged":   {with(stored("Playlist1.json", `{}`), func(e *rawEntry) { e.CRC32++ }), CodeDamagedFile},
		"telemetry": {stored("x.json", `[{"timestamp_utc":"2023","context_time":1}]`), CodeTelemetry},
	} {
		t.Run(name, func(t *testing.T) {
			r, documents := readDocuments(t, Limits{}, loose("a.zip", string(rawZip(t, c.entry, stored("Follow.json", "{}")))))
			if f := r.Files[0]; len(documents) != 1 || documents[0].File != 1 || f.Status == StatusRead || f.Reason != reasonOf(c.code) || f.Topic != "" {
				t.Errorf("%d documents, %+v", len(documents), f)
			}
		})
	}
}

func TestDocumentsBeyondTheLimitsAreLeftOut(t *testing.T) {
	text := func(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }
	r, documents := readDocuments(t, Limits{DocumentBytes: 100, DocumentsBytes: 150}, zipped(t,
		entry{"Playlist1.json", text(101)}, entry{"Playlist2.json", text(100)},
		entry{"Playlist3.json", text(51)}, entry{"Playlist4.json", text(50)},
		entry{"endsong_0.json", goodRows},
	))
	if len(documents) != 2 || documents[0].Name != "Playlist2.json" || documents[1].Name != "Playlist4.json" {
		t.Errorf("%+v", documents)
	}
	for i, want := range []Reason{{CodeDocumentTooLarge, Figures{Limit: 100}}, {}, {CodeDocumentsTooLarge, Figures{Limit: 150}}, {}, {}} {
		if f := r.Files[i]; f.Reason != want || (want.Code == "") != (f.Status == StatusRead) || (want.Code != "") != (f.Status == StatusIgnored) {
			t.Errorf("%+v", f)
		}
	}
}

func TestAPackageOfDamagedDocumentsIsRefused(t *testing.T) {
	bad := with(stored("Playlist1.json", `{}`), func(e *rawEntry) { e.CRC32++ })
	_, err := Read(t.Context(), []Input{loose("a.zip", string(rawZip(t, bad)))}, Options{Sinks: []Sink{newCollector()}})
	var refused *InputError
	if !errors.As(err, &refused) || refused.Code != CodeDamaged || refused.File != "a.zip" {
		t.Error(err)
	}
}

func TestTheErrorOfWhoeverTakesDocumentsEndsARead(t *testing.T) {
	full := errors.New("full")
	_, err := Read(t.Context(), []Input{zipped(t, entry{"endsong_0.json", goodRows}, entry{"Follow.json", "{}"})},
		Options{Sinks: []Sink{newCollector()}, Document: func(Document) error { return full }})
	if !errors.Is(err, full) {
		t.Error(err)
	}
	_, err = Read(t.Context(), []Input{zipped(t, entry{"Follow.json", "{}"})},
		Options{Sinks: []Sink{newCollector()}, Document: func(Document) error { panic("broken") }})
	if err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a panic ends as %v", err)
	}
}

// BenchmarkWellFormed measures the check of a library of a few thousand songs;
// json.Valid beside it is the yardstick.
func BenchmarkWellFormed(b *testing.B) {
	song := `{"artist":"Some Artist","album":"Some Album","track":"Some Track","uri":"spotify:track:0123456789012345678901"},` + "\n"
	text := []byte(`{"tracks":[` + strings.Repeat(song, 5_000) + `{}]}`)
	for _, c := range []struct {
		name string
		ok   func() bool
	}{
		{"ours", func() bool { return wellFormed(text) == done }},
		{"encoding/json", func() bool { return json.Valid(text) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if !c.ok() {
					b.Fatal("not well formed")
				}
			}
		})
	}
}
