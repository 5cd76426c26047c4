package account

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func seeds(f *testing.F, add func(topic export.Topic, json []byte)) {
	for _, name := range []string{"account-2024-same-person.zip", "account-2025-podcasts-audiobooks.zip"} {
		sources, err := packageDocuments(name)
		if err != nil {
			f.Logf("without the sample packages: %v", err)
		}
		for _, s := range sources {
			add(s.Topic, s.JSON[:min(len(s.JSON), 4_000)])
		}
	}
	add(export.TopicPlaylists, []byte(`{"playlists":[{"name":"a","items":[{"localTrack":{"uri":"spotify:local:%zz:b:c:1"}},{"track":"spotify:track:x"}]},{"name":"a"}]}`))
	add(export.TopicSearches, []byte(`[{"searchTime":"2025-06-21T23:02:25.565Z[UTC]","searchQuery":"\ud83d"},{"searchQuery":"a"},{"searchQuery":"ab","searchInteractionURIs":["x"]}]`))
	add(export.TopicSoundCapsule, []byte(`{"stats":[{"date":"2025-05"},{"date":"2025-05-02","topTracks":[{}]}],"highlights":[{"date":"x"}]}`))
	add(export.TopicWrapped, []byte(`{"topTracks":{"topTracks":[{"trackUri":"t","count":1e99}]},"x":{"totalMinutes":-1}}`))
	add(export.TopicMessages, []byte(`{"c":{"members":[{"name":"x"},null],"messages":[{"time":"1"}]}}`))
	add(export.TopicPodcastInteractivity, []byte(`{"ratedShows":[{"ratedAt":"1700000000000000"}]}`))
	add(export.TopicOther, []byte("\xef\xbb\xbf[{\"a\":\"\xff\"}]"))
}

// FuzzRead: whatever a document says, reading it neither fails nor forgets to
// say that something was wrong, and twice gives the same.
func FuzzRead(f *testing.F) {
	seeds(f, func(topic export.Topic, json []byte) { f.Add(string(topic), json) })
	h := history(f,
		play{"2024-03-01 10:00:00", 200, "spotify:track:1", "a", "x", ""},
		play{"2025-06-21 23:05:00", 100, "spotify:track:2", "ab", "x", ""},
	)
	f.Fuzz(func(t *testing.T, topic string, json []byte) {
		before := bytes.Clone(json)
		s := export.Document{Topic: export.Topic(topic), Name: "Wrapped2024.json", Package: "p", JSON: json}
		older := s
		older.Package, older.JSON = "o", json[:len(json)/2]
		a := Read([]export.Document{s, older})
		if !bytes.Equal(before, json) {
			t.Fatal("Read changed the document")
		}
		if again := Read([]export.Document{older, s}); !reflect.DeepEqual(a, again) {
			t.Fatalf("read again, another account:\n%+v\n%+v", a, again)
		}
		o := a.PlaylistOverview(len(a.PlaylistTracks()))
		if o.Tracks > o.Items {
			t.Fatalf("overview %+v", o)
		}
		ids := make(map[string]bool)
		for _, p := range a.Playlists {
			if ids[p.ID] {
				t.Fatalf("two playlists are %s", p.ID)
			}
			ids[p.ID] = true
		}
		for _, s := range a.Searches {
			if s.From > s.To {
				t.Fatalf("search %+v", s)
			}
		}
		for _, p := range a.PersonalFields() {
			if p.Count < len(p.Values) {
				t.Fatalf("field %+v", p)
			}
		}
		for _, p := range a.PlaylistPlays(h, usual) {
			if p.NeverPlayed > p.Items {
				t.Fatalf("plays %+v", p)
			}
		}
		a.LibraryPlays(h, usual)
		a.NotSaved(h, usual, 3)
		a.Segments()
		if len(a.SearchOutcomes(h, usual)) != len(a.Searches) {
			t.Fatal("searches were lost")
		}
		for _, w := range a.Audits(h, usual.Zone()) {
			sum := w.Cutoffs[len(w.Cutoffs)-1].AllMs
			for _, d := range w.Differences {
				sum += d.Ms
			}
			if w.Ms > 0 && sum != w.Ms {
				t.Fatalf("differences come to %d, not to %d", sum, w.Ms)
			}
		}
	})
}

// FuzzTree: a tree stays within its bounds and counts what it leaves out.
func FuzzTree(f *testing.F) {
	seeds(f, func(_ export.Topic, json []byte) { f.Add(json, uint8(3), uint8(4), uint8(20), uint8(8)) })
	f.Fuzz(func(t *testing.T, json []byte, depth, children, nodes, text uint8) {
		l := TreeLimits{int(depth), int(children), int(nodes), int(text)}
		n, err := Tree(json, l)
		if n == nil {
			if err == nil {
				t.Fatal("neither a tree nor an error")
			}
			return
		}
		count := 0
		var walk func(n *Node, level int)
		walk = func(n *Node, level int) {
			count++
			if level > max(l.Depth, 1) || len(n.Children) > l.Children || len(n.Text) > l.Text && n.Kind != NodeBool || n.Kind == "" {
				t.Fatalf("node %+v on level %d beyond %+v", n, level, l)
			}
			if table, ok := n.Table(); ok {
				for _, row := range table.Rows {
					if len(row) != len(table.Columns) {
						t.Fatalf("table %+v", table)
					}
				}
			}
			for i := range n.Children {
				walk(&n.Children[i], level+1)
			}
		}
		walk(n, 1)
		if count > max(l.Nodes, 1) {
			t.Fatalf("%d nodes, at most %d", count, l.Nodes)
		}
		if err != nil {
			return
		}
		whole, err := Tree(json, wholeLimits)
		if err != nil || whole.missing() > 0 {
			return
		}
		if n.missing() == 0 && !sameShape(n, whole) {
			t.Fatal("nothing was left out, and yet something is missing")
		}
	})
}

func sameShape(a, b *Node) bool {
	if a.Kind != b.Kind || len(a.Children) != len(b.Children) {
		return false
	}
	for i := range a.Children {
		if !sameShape(&a.Children[i], &b.Children[i]) {
			return false
		}
	}
	return true
}
