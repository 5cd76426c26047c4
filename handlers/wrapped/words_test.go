package wrapped

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

func TestWrappedSentence(t *testing.T) {
	const m = 60_000
	req := &web.Request{}
	cut := func(month time.Month, d int, ms int64) account.Cutoff {
		return account.Cutoff{To: lens.Date{Year: 2024, Month: month, Day: d}, AllMs: ms, PlayedMs: ms}
	}
	audit := func(theirs int64, best int, cuts ...account.Cutoff) account.Audit {
		return account.Audit{Wrapped: account.Wrapped{Year: 2024, Ms: theirs}, Best: best, Cutoffs: cuts}
	}
	for want, a := range map[string]account.Audit{
		"Your packages have no play of 2024, so there is nothing to hold it against.":                                                               audit(9*m, -1, cut(12, 31, 0)),
		"The document does not say how long you listened. You played 9 minutes in that year.":                                                       audit(0, -1, cut(12, 31, 9*m)),
		"Spotify tells you 5 minutes, 4 less than all you played in that year. Its count comes nearest to yours when it stops on 15 November 2024.": audit(5*m, 0, cut(11, 15, 5*m), cut(12, 31, 9*m)),
		"Spotify tells you 12 minutes, 3 more than your packages have of that year.":                                                                audit(12*m, 0, cut(12, 31, 9*m)),
		"Spotify tells you 9 minutes, as many as you played in that year.":                                                                          audit(9*m+1, 0, cut(12, 31, 9*m)),
		"Spotify tells you 10 minutes, as many as you played in that year.":                                                                         audit(10*m, 0, cut(11, 15, 10*m), cut(12, 31, 10*m)),
	} {
		if got := wrappedSentence(req, a).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWhyTimeNamesEveryCause(t *testing.T) {
	const m = 60_000
	a := account.Audit{
		Best: 0, Cutoffs: []account.Cutoff{{To: lens.Date{Year: 2024, Month: 11, Day: 15}}},
		Differences: []account.Difference{
			{Cause: account.CauseCutoff, Ms: -40 * m}, {Cause: account.CauseShortPlays, Ms: -3 * m}, {Cause: account.CauseRest, Ms: 7 * m},
			{Cause: account.CauseRest, Ms: 10}, {Cause: account.CauseNoHistory, Days: 12},
		},
	}
	want := "40 minutes you played after 15 November 2024, when it seems to have stopped counting. " +
		"3 minutes are plays under 30 seconds, which it does not count. " +
		"7 minutes more are in its count than in your packages, and nothing here says why. " +
		"12 days of its year are not in your packages."
	if got := whyTime(&web.Request{}, a).String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Who adds up what is shown comes to what is shown, though each is rounded.
func TestWrappedStepsAddUp(t *testing.T) {
	const m = 60_000
	year := lens.Date{Year: 2024, Month: 12, Day: 31}
	a := account.Audit{
		Wrapped: account.Wrapped{Year: 2024, Ms: 19_546*m + 31_000}, Best: 0,
		Cutoffs: []account.Cutoff{{To: year, AllMs: 20_948*m + 50_000, PlayedMs: 20_791*m + 25_000}},
	}
	for _, cause := range []struct {
		cause    account.DifferenceCause
		from, to int64
	}{
		{account.CauseShortPlays, a.Cutoffs[0].AllMs, a.Cutoffs[0].PlayedMs}, {account.CauseRest, a.Cutoffs[0].PlayedMs, a.Ms},
	} {
		a.Differences = append(a.Differences, account.Difference{Cause: cause.cause, Ms: cause.to - cause.from})
	}
	if got, want := wrappedSentence(&web.Request{}, a).String(), "Spotify tells you 19,547 minutes, 1,402 less than all you played in that year."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := whyTime(&web.Request{}, a).String(); !strings.Contains(got, "158 minutes are") || !strings.Contains(got, "1,244 minutes it leaves out") {
		t.Errorf("the steps do not add up to 1,402: %s", got)
	}
}

func TestFactValue(t *testing.T) {
	for _, c := range []struct{ key, text, value string }{
		{"topPodcastMilliseconds", "61560000", "17.1 hours"},
		{"mostListenedDayMinutes", "515", "8.6 hours"},
		{"msPlayed", "3600000", "1 hour"},
		{"totalMs", "3600000", "1 hour"},
		{"topArtistMs", "3600000", "1 hour"},
		{"total_ms", "3600000", "1 hour"},
		{"secondsPlayed", "3600", "1 hour"},
		{"numStreams", "22", "22"},
		{"numCompletedAlbums", "132", "132"},
		{"numListenedAlbums", "48", "48"},
		{"items", "7", "7"},
		{"msgCount", "7", "7"},
		{"topTrackFirstPlayedDate", "2024-02-19", "19 February 2024"},
		{"topArtistFanPercentage", "0.011589752", "the top 1.2%"},
		{"percentGreaterThanWorldwideUsers", "81.31533", "81% of all listeners"},
		{"topPodcastPercentage", "0.0", "0"},
		{"peakMonth", "12", "12"},
		{"color", "nan", "nan"},
		{"mostListenedDayMinutes", "1e15", "1e15"}, // beyond what a count of milliseconds holds
		{"msPlayed", "-1e300", "-1e300"},
		{"msPlayed", "NaN", "NaN"},
	} {
		if value := factValue(format.Locale{}, c.key, c.text); value != c.value {
			t.Errorf("%s %s: %q, want %q", c.key, c.text, value, c.value)
		}
	}
}

func TestWrappedRest(t *testing.T) {
	facts, tree := wrappedRest(format.Locale{}, []account.Fact{
		{Path: "topAlbums.numCompletedAlbums", Text: "132"},
		{Path: "yearlyMetrics.totalMsListened", Text: "7"}, // told above
		{Path: "musicEvolution.eras.1.key", Text: "0"},
		{Path: "musicEvolution.eras.1.peakMonth", Text: "2"},
		{Path: "musicEvolution.eras.1.genre", Text: "house"},
		{Path: "musicEvolution.eras.1.mood", Text: "calm"},
		{Path: "monthly.1.numStreams", Text: "22"},
		{Path: "odd.", Text: "x"},
	})
	var got []string
	for _, f := range facts {
		got = append(got, f.Label+": "+f.Value.String())
	}
	if want := []string{"Albums heard to the end: 132", "Phase around February: calm, house"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if tree == nil || len(tree.Children) != 3 || tree.Children[1].Children[0].Children[0].Text != "22" {
		t.Errorf("%+v", tree)
	}
}

func TestAgreement(t *testing.T) {
	pair := func(m list.Match) list.PairView { return list.PairView{Yours: list.SideView{Match: m}} }
	for want, pairs := range map[string][]list.PairView{
		"No name is in both lists.":                        {pair(list.MatchNone)},
		"1 of 2 is in both lists, 1 in the same place.":    {pair(list.MatchSame), pair(list.MatchNone)},
		"All 2 are in both lists, none in the same place.": {pair(list.MatchOther), pair(list.MatchOther)},
	} {
		if got := agreement(format.Locale{}, pairs); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
