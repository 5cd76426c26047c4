package story

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestLedeOfFewPlays(t *testing.T) {
	req := &web.Request{Lens: lens.Lens{Min: lens.DefaultMin}}
	for want, sum := range map[string]dataset.Summary{
		"Something started playing once and went on for at least half a minute.":               {Rows: 1, Plays: 1},
		"Something started playing once, and did not go on for at least half a minute.":        {Rows: 1},
		"Something started playing twice, and never went on for at least half a minute.":       {Rows: 2},
		"Something started playing 3 times; once it went on for at least half a minute.":       {Rows: 3, Plays: 1},
		"Something started playing 3 times and went on for at least half a minute every time.": {Rows: 3, Plays: 3},
		"Something started playing 1,003 times; twice it went on for at least half a minute.":  {Rows: 1003, Plays: 2},
	} {
		if got := inShort(req, sum)[0].String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for want, sum := range map[string]dataset.Summary{
		"You skipped none of what started.":             {Rows: 2, Plays: 2, Ended: 2},
		"You skipped 1 of what started.":                {Rows: 3, Plays: 2, Ended: 3, Skips: 1},
		"You skipped 25% of what started.":              {Rows: 20, Plays: 20, Ended: 20, Skips: 5},
		"You skipped 25% of the 20 whose end is known.": {Rows: 40, Plays: 40, Ended: 20, Skips: 5},
	} {
		if got := inShort(req, sum)[1].String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
