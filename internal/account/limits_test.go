package account

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account/accounttest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset/datasettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// kept makes a dataset of documents, merged one upload after the other.
func kept(t testing.TB, uploads ...[]export.Document) *dataset.Dataset {
	t.Helper()
	var d *dataset.Dataset
	for _, documents := range uploads {
		part := dataset.NewPart()
		for _, doc := range documents {
			doc.Extent = export.Measure(doc.JSON)
			doc.Reading = DocumentMemory(doc.Topic, doc.Extent)
			if err := part.AddDocument(doc); err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if d, err = dataset.Merge(d, []*dataset.Part{part}, &export.Receipt{Files: make([]export.File, len(documents))}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func document(k accounttest.Kind, elements int, pkg string, modified int64) export.Document {
	return export.Document{Topic: k.Topic, Name: k.Name, Package: pkg, Modified: modified, JSON: k.JSON(elements)}
}

// built is how many elements an account was built of.
func built(a *Account) int {
	n := len(a.Searches) + len(a.Marquee) + len(a.Inferences) + len(a.Podcasts) + len(a.Capsule.Stats) + len(a.Changes) + a.Library.Saved()
	for i := range a.Searches {
		n += a.Searches[i].Keystrokes - 1
	}
	for i := range a.Playlists {
		n += 1 + len(a.Playlists[i].Items)
	}
	return n
}

func TestWhatIsBeyondTheBoundsIsCountedAndNotBuilt(t *testing.T) {
	const more = 1_234
	for i, k := range accounttest.Kinds {
		if testing.Short() && i%3 > 0 {
			continue
		}
		t.Run(k.Title, func(t *testing.T) {
			room := ruleOf(k.Topic)
			// Where members take room, those around the list do.
			whole := export.Measure(k.JSON(1))
			read := room.Elements - k.Others
			if room.Values < anyNumber {
				read = min(read, room.Values-whole.Members-whole.Elements+1)
			}
			d := kept(t, []export.Document{document(k, read, "p.zip", 5)})
			if beyond := beyond(Of(d)); len(beyond) > 0 {
				t.Errorf("what fits is beyond: %+v", beyond)
			}
			large := document(k, read+more, "p.zip", 5)
			d = kept(t, []export.Document{large})
			a := Of(d)
			// A document that nobody weighed is no lighter.
			if u := datasettest.Documents(t, large); u.Size() < d.Size() {
				t.Error("unweighed it is lighter")
			}
			same(t, "beyond", beyond(a), []Problem{{k.Name, "p.zip", export.CodeBeyondBounds, more, d.Documents()[0].Size}})
			for _, p := range a.Problems {
				if p.Code != CodeNoTime && p.Code != export.CodeBeyondBounds { // nothing has no time
					t.Errorf("problem %+v", p)
				}
			}
			if n := built(a); n > room.Elements {
				t.Errorf("built of %d elements", n)
			}
		})
	}
}

// beyond are the problems of documents that hold more than is read.
func beyond(a *Account) (list []Problem) {
	for _, p := range a.Problems {
		if p.Code == export.CodeBeyondBounds {
			list = append(list, p)
		}
	}
	return list
}

// A person with more of everything than anybody has is read whole.
func TestGenerousBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("makes large documents")
	}
	item := `{"track":{"trackName":"A track whose name is long enough %[1]d","artistName":"Some artist %[1]d","albumName":"An album of that artist %[1]d","trackUri":"spotify:track:%022[1]d"},"episode":null,"audiobook":null,"localTrack":null,"addedDate":"2024-01-02"}`
	lists := make([]export.Document, 10)
	for i := range lists {
		k := accounttest.Kind{Topic: export.TopicPlaylists, Name: fmt.Sprintf("Playlist%d.json", i+1),
			Before: fmt.Sprint(`{"playlists":[{"name":"`, i, `","collaborators":["x","y"],"items":[`), Element: item, After: `]}]}`}
		lists[i] = document(k, 10_000, "p.zip", int64(i))
	}
	library := accounttest.Kind{Topic: export.TopicLibrary, Name: "YourLibrary.json", Before: `{"tracks":[`,
		Element: `{"artist":"Some artist %[1]d","album":"An album of that artist %[1]d","track":"A track whose name is long enough %[1]d","uri":"spotify:track:%022[1]d"}`, After: `]}`}
	searches := accounttest.Kind{Topic: export.TopicSearches, Name: "SearchQueries.json", Before: `[`,
		Element: `{"platform":"IPHONE_ARM64","searchTime":"2025-06-21T23:02:25.565Z[UTC]","searchQuery":"query %d","searchInteractionURIs":[]}`, After: `]`}
	d := kept(t, append(lists, document(library, 50_000, "p.zip", 1), document(searches, 200_000, "p.zip", 1)))
	a := Of(d)
	same(t, "beyond", beyond(a), []Problem(nil))
	items, keys := 0, 0
	for i := range a.Playlists {
		items += len(a.Playlists[i].Items)
	}
	for i := range a.Searches {
		keys += a.Searches[i].Keystrokes
	}
	same(t, "items, saved, keystrokes", []int{items, len(a.Library.Tracks), keys}, []int{100_000, 50_000, 200_000})
}

// The bounds hold over all uploads, and whatever the uploads were, the account
// and the dataset are the same.
func TestBoundsDoNotDependOnTheUploads(t *testing.T) {
	rows := func(n, seed int) export.Document {
		k := accounttest.Kind{Topic: export.TopicMarquee, Name: "Marquee.json", Before: `[`, Element: fmt.Sprintf(`{"artistName":"%d a%%d"}`, seed), After: `]`}
		return document(k, n, "p.zip", int64(1_000_000*seed))
	}
	items := func(n, seed int) export.Document {
		k := accounttest.Kind{Topic: export.TopicPlaylists, Name: "Playlist1.json", Before: fmt.Sprintf(`{"playlists":[{"name":"%d","items":[`, seed),
			Element: fmt.Sprintf(`{"track":{"trackName":"%d t%%d"}}`, seed), After: `]}]}`}
		return document(k, n, fmt.Sprintf("p%d.zip", seed%2), int64(1_000_000*seed))
	}
	documents := []export.Document{
		items(50_000, 1), items(50_000, 2), items(50_000, 3), items(7, 4),
		rows(15_000, 1), rows(15_000, 2), document(accounttest.Kinds[3], 70_000, "l.zip", 3),
		{Topic: export.TopicUserdata, Name: "Userdata.json", Package: "p.zip", Modified: 4, JSON: []byte(`{"email":"a@x"}`)},
	}
	want := kept(t, documents)
	account := Of(want)
	same(t, "beyond", beyond(account), []Problem{
		{"YourLibrary.json", "l.zip", export.CodeBeyondBounds, 10_000, len(documents[6].JSON)},
		{"Playlist1.json", "p1.zip", export.CodeBeyondBounds, 50_000 + 1 - (120_000 - 100_000 - 2 - 7 - 1), len(documents[0].JSON)},
	})
	orders := 6
	if testing.Short() {
		orders = 2
	}
	for range orders {
		rand.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
		var uploads [][]export.Document
		for rest := documents; len(rest) > 0; {
			n := 1 + rand.IntN(len(rest))
			uploads = append(uploads, rest[:n])
			rest = rest[n:]
		}
		d := kept(t, uploads...)
		if d.Digest() != want.Digest() {
			t.Fatal("another order, another dataset")
		}
		if !reflect.DeepEqual(Of(d), account) {
			t.Fatal("another order, another account")
		}
	}
}

// What an account takes, with all that is joined with it, is no more than the
// dataset says that it does.
func TestSizeIsNoLessThanWhatIsKept(t *testing.T) {
	if testing.Short() {
		t.Skip("makes large documents")
	}
	plays := make([]play, 30_000)
	for i := range plays {
		plays[i] = play{"2024-01-01 10:00:00", 100 + i, fmt.Sprintf("spotify:track:%022d", i), fmt.Sprint("t", i), fmt.Sprint("a", i), fmt.Sprint("b", i)}
	}
	tracks := history(t, plays...)
	check := func(t *testing.T, documents ...export.Document) {
		part := dataset.NewPart()
		for i := range documents {
			documents[i].Extent = export.Measure(documents[i].JSON)
			documents[i].Reading = DocumentMemory(documents[i].Topic, documents[i].Extent)
			if err := part.AddDocument(documents[i]); err != nil {
				t.Fatal(err)
			}
			documents[i].JSON = nil
		}
		// What was played has the names and URIs of the documents.
		merged, err := dataset.Merge(tracks, []*dataset.Part{part}, &export.Receipt{Files: make([]export.File, len(documents))})
		if err != nil {
			t.Fatal(err)
		}
		blob := encoded(t, merged)
		before := heapAlive()
		d, err := dataset.Decode(blob)
		if err != nil {
			t.Fatal(err)
		}
		remembered := use(d)
		held := heapAlive() - before
		t.Logf("%d kB are held, the cache is changeValue of %d kB, of them %d kB for documents", held>>10, d.Size()>>10, (d.Size()-tracks.Size())>>10)
		if held > d.Size() {
			t.Errorf("%d bytes are held, the cache is changeValue of %d", held, d.Size())
		}
		runtime.KeepAlive(blob)
		runtime.KeepAlive(merged)
		runtime.KeepAlive(remembered)
		runtime.KeepAlive(d)
	}
	for _, k := range accounttest.Kinds {
		t.Run(k.Title, func(t *testing.T) { check(t, document(k, ruleOf(k.Topic).Elements+1000, "p.zip", 5)) })
	}
	for _, k := range accounttest.Full {
		t.Run("full of "+k.Title, func(t *testing.T) { check(t, document(k, ruleOf(k.Topic).Elements+1000, "p.zip", 5)) })
	}
	for name, elements := range map[string]func(k accounttest.Kind) int{
		"everything":         func(k accounttest.Kind) int { return ruleOf(k.Topic).Elements + 1000 },
		"some of everything": func(accounttest.Kind) int { return 3_000 },
	} {
		t.Run(name, func(t *testing.T) {
			var all []export.Document
			seen := make(map[export.Topic]bool)
			for _, k := range accounttest.Full {
				if !seen[k.Topic] {
					seen[k.Topic] = true
					all = append(all, document(k, elements(k), "p.zip", 5))
				}
			}
			check(t, all...)
		})
	}
}

// use asks for everything that is remembered of an account.
func use(d *dataset.Dataset) any {
	a := Of(d)
	all := lens.Lens{}
	a.PlaylistPlays(d, all)
	tracks := a.PlaylistTracks()
	a.TrackPlays(d, all, tracks)
	a.SavedPlays(d, all)
	a.GroupPlays(d, all, lens.Album, "albums", a.Library.Albums)
	a.In(d).TrackURI("", "")
	a.NotSaved(d, all, 10)
	return []any{a, tracks, a.SearchOutcomes(d, all), a.ResolvedChanges(d)}
}

func encoded(t testing.TB, d *dataset.Dataset) []byte {
	t.Helper()
	b, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func heapAlive() int64 {
	runtime.GC()
	runtime.GC() // the first only moves pools aside
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// The documents of the tests are what they are said to be.
func TestKindsAreJSON(t *testing.T) {
	for _, k := range append(accounttest.Kinds, accounttest.Full...) {
		if b := k.JSON(3); !json.Valid(b) {
			t.Errorf("%s: %s", k.Title, b)
		}
	}
}
