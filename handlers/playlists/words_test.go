package playlists

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestUnplayedSentence(t *testing.T) {
	for want, n := range map[string][2]int{
		"You played every one of them.":   {3, 0},
		"You played it.":                  {1, 0},
		"You never played it.":            {1, 1},
		"You never played any of them.":   {3, 3},
		"You never played 1,000 of them.": {1001, 1000},
	} {
		if got := unplayedSentence(&web.Request{}, true, n[0], n[1], prose.Text.Accent).String(); got != want {
			t.Errorf("%v: got  %s, want %s", n, got, want)
		}
	}
	for want, n := range map[string][2]int{
		"In the time that your account data covers, you played every one of them.":   {3, 0},
		"In the time that your account data covers, you did not play it.":            {1, 1},
		"In the time that your account data covers, you did not play 1,000 of them.": {1001, 1000},
	} {
		if got := unplayedSentence(&web.Request{}, false, n[0], n[1], prose.Text.Accent).String(); got != want {
			t.Errorf("account data, %v: got  %s, want %s", n, got, want)
		}
	}
	year := &web.Request{Lens: lens.Lens{From: lens.Date{Year: 2024, Month: 1, Day: 1}, To: lens.Date{Year: 2024, Month: 12, Day: 31}}}
	for want, n := range map[string][2]int{
		"In this selection you played every one of them.": {3, 0},
		"In this selection you did not play any of them.": {3, 3},
		"In this selection you did not play 2 of them.":   {3, 2},
	} {
		if got := unplayedSentence(year, true, n[0], n[1], prose.Text.Strong).String(); got != want {
			t.Errorf("%v: got  %s, want %s", n, got, want)
		}
	}
}

func TestItemsNote(t *testing.T) {
	for lists, want := range map[int]string{1: "", 2: "1.5 a playlist, on average"} {
		if got := itemsNote(format.Locale{}, account.Overview{Playlists: lists, Average: 1.5}); got != want {
			t.Errorf("of %d playlists: %q, want %q", lists, got, want)
		}
	}
}
