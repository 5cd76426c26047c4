package account

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// typed is a document of searches: each line is seconds, a text, and URIs.
func typed(t *testing.T, lines ...string) export.Document {
	t.Helper()
	var rows []string
	for _, line := range lines {
		at, text, _ := strings.Cut(line, " ")
		text, uris, _ := strings.Cut(text, " -> ")
		list := "[]"
		if uris != "" {
			list = `["` + strings.Join(strings.Fields(uris), `","`) + `"]`
		}
		var seconds int
		if _, err := fmt.Sscan(at, &seconds); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, fmt.Sprintf(`{"platform":"P","searchTime":"2025-01-01T00:%02d:%02dZ[UTC]","searchQuery":%q,"searchInteractionURIs":%s}`, seconds/60, seconds%60, text, list))
	}
	return doc(export.TopicSearches, "SearchQueries.json", "["+strings.Join(rows, ",")+"]")
}

func TestKeystrokesAreFolded(t *testing.T) {
	tests := []struct {
		name  string
		typed []string
		want  []string // text, keystrokes, seconds
	}{
		{"letter by letter", []string{"0 q", "1 qu", "3 que", "4 queen"}, []string{"queen 4 4"}},
		{"corrected", []string{"0 beatels", "1 beat", "2 beatles"}, []string{"beatles 3 2"}},
		{"erased", []string{"0 beatles", "1 beatl", "2 be", "3 b"}, []string{"beatles 4 3"}},
		{"erased, then anew", []string{"0 beatles", "1 be", "2 ", "3 queen"}, []string{"beatles 2 1", " 1 0", "queen 1 0"}},
		{"opened after erasing", []string{"0 beatles", "1 beat -> spotify:artist:b"}, []string{"beat 2 1"}},
		{"something else", []string{"0 queen", "5 abba"}, []string{"queen 1 0", "abba 1 0"}},
		{"a pause", []string{"0 queen", "31 queen"}, []string{"queen 1 0", "queen 1 0"}},
		{"no pause", []string{"0 queen", "30 Queen live"}, []string{"Queen live 2 30"}},
		{"other letters", []string{"0 кино", "1 кин", "2 кино группа"}, []string{"кино группа 3 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range Read([]export.Document{typed(t, tt.typed...)}).Searches {
				got = append(got, fmt.Sprint(s.Text, " ", s.Keystrokes, " ", (s.To-s.From)/1000))
			}
			same(t, "searches", got, tt.want)
		})
	}
}

func TestWhatWasOpenedBelongsToTheSearch(t *testing.T) {
	s := Read([]export.Document{typed(t, "0 que -> spotify:track:a spotify:artist:b", "2 queen -> spotify:track:a spotify:track:c")}).Searches
	same(t, "searches", len(s), 1)
	same(t, "URIs", s[0].URIs, []string{"spotify:track:a", "spotify:artist:b", "spotify:track:c"})
	same(t, "platform", s[0].Platform, "P")
}

func TestSearchesOfOverlappingPackagesCountOnce(t *testing.T) {
	old := aged(typed(t, "0 a", "1 b", "1 b"), "old.zip", 1_600_000_000)
	recent := typed(t, "1 b", "2 c", "2 c", "2 c")
	var got []string
	for _, s := range Read([]export.Document{old, recent}).Searches {
		got = append(got, fmt.Sprint(s.Text, " ", s.Keystrokes))
	}
	same(t, "searches", got, []string{"a 1", "b 2", "c 3"})
}
