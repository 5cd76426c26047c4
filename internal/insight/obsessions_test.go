package insight_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/insight"
)

func TestObsessions(t *testing.T) {
	eight := times(8, heard("2024-03-01 10:00", minute, "A", "X"))
	covered := evenings("2024-02-01", 90, "Other", "Y") // to 30 April
	for name, c := range map[string]struct {
		from, to string
		plays    []export.Play
		want     []string
	}{
		"nothing":              {},
		"eight plays on a day": {plays: eight, want: []string{"A 2024-03-01–2024-03-01 8/8 unknown"}},
		"seven are none":       {plays: eight[:7]},
		"short plays do not count": {
			plays: append(times(7, heard("2024-03-01 10:00", minute, "A", "X")), heard("2024-03-01 12:00", 29, "A", "X")),
		},
		"the seventh day is in the window": {
			plays: append(times(7, heard("2024-02-28 10:00", minute, "A", "X")), heard("2024-03-05 23:59", minute, "A", "X")),
			want:  []string{"A 2024-02-28–2024-03-05 8/8 unknown"},
		},
		"the eighth is not": {
			plays: append(times(7, heard("2024-02-28 10:00", minute, "A", "X")), heard("2024-03-06 00:00", minute, "A", "X")),
		},
		"of equal windows the later": {
			plays: together(eight, times(8, heard("2024-06-01 10:00", minute, "A", "X"))),
			want:  []string{"A 2024-06-01–2024-06-01 8/16 unknown"},
		},
		"burnt out": {plays: together(covered, eight), want: []string{"A 2024-03-01–2024-03-01 8/8 burnt out"}},
		"kept on the 30th day": {
			plays: together(covered, eight, evenings("2024-03-31", 1, "A", "X")),
			want:  []string{"A 2024-03-01–2024-03-01 8/9 kept"},
		},
		"burnt out when it comes on the 31st": {
			plays: together(covered, eight, evenings("2024-04-01", 1, "A", "X")),
			want:  []string{"A 2024-03-01–2024-03-01 8/9 burnt out"},
		},
		"not known when the 30th day is not covered": {
			plays: together(evenings("2024-02-01", 59, "Other", "Y"), eight),
			want:  []string{"A 2024-03-01–2024-03-01 8/8 unknown"},
		},
		"what came after the range is known": {
			from: "2024-03-01", to: "2024-03-01", plays: together(covered, eight, evenings("2024-03-20", 1, "A", "X")),
			want: []string{"A 2024-03-01–2024-03-01 8/8 kept"},
		},
		"two recordings of one song are one": {
			plays: together(eight[:4], elsewhere(eight[4:]...)), want: []string{"A 2024-03-01–2024-03-01 8/8 unknown"},
		},
		"the strongest first": {
			plays: together(eight, times(9, heard("2024-01-01 10:00", minute, "B", "X"))),
			want:  []string{"B 2024-01-01–2024-01-01 9/9 unknown", "A 2024-03-01–2024-03-01 8/8 unknown"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fates := map[insight.Fate]string{insight.FateUnknown: "unknown", insight.BurntOut: "burnt out", insight.Kept: "kept"}
			var got []string
			for _, o := range insight.Obsessions(between(selection(t, "", c.plays...), c.from, c.to)) {
				got = append(got, fmt.Sprintf("%s %s–%s %d/%d %s", o.Song.Name, day(o.First), day(o.Last), o.Plays, o.All, fates[o.Fate]))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// elsewhere is the same songs by other URIs.
func elsewhere(plays ...export.Play) []export.Play {
	list := slices.Clone(plays)
	for i := range list {
		list[i].URI = fmt.Appendf(nil, "spotify:track:%s from elsewhere", list[i].Title)
	}
	return list
}
