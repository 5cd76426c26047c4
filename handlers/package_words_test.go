package handlers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

func TestHumanized(t *testing.T) {
	for key, want := range map[string]string{
		"topArtistFanPercentage": "Top artist fan percentage", "postal_code": "Postal code", "capsule2024": "Capsule 2024",
		"eras 1 key": "Eras 1 key", "": "", "email": "Email", "a.b": "A b", "URL": "URL", "über_uns": "Über uns", "__x": "X",
	} {
		if got := humanized(key); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
}

func TestSearchesHeadline(t *testing.T) {
	at := func(day int) account.SearchOutcome {
		ms := time.Date(2024, 5, day, 12, 0, 0, 0, time.UTC).UnixMilli()
		return account.SearchOutcome{Search: &account.Search{From: ms, To: ms}, Row: -1}
	}
	played := func(s account.SearchOutcome) account.SearchOutcome { s.Row = 0; return s }
	timeless := account.SearchOutcome{Search: &account.Search{}, Row: -1}
	var many []account.SearchOutcome
	for i := range 12 {
		s := at(3)
		if i%3 == 0 {
			s = played(s)
		}
		many = append(many, s)
	}
	for want, all := range map[string][]account.SearchOutcome{
		"You searched twice from 3 May 2024 to 9 May 2024. After none of them did you play what you had looked for.":   {at(9), at(3)},
		"You searched 4 times from 3 May 2024 to 9 May 2024. After none of them did you play what you had looked for.": {at(9), at(3), timeless, timeless}, // the newest first
		"You searched once. You did not play what you looked for.":                                                     {timeless},
		"You searched once on 3 May 2024. Then you played something you had looked for.":                               {played(at(3))},
		"You searched twice on 3 May 2024. After every one of them you played something you had looked for.":           {played(at(3)), played(at(3))},
		"You searched twice on 3 May 2024. After 1 of them you played something you had looked for.":                   {played(at(3)), at(3)},
		"You searched 12 times on 3 May 2024. After 33.3% of them you played something you had looked for.":            many,
	} {
		if got := searchesHeadline(&Request{}, all, true).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	const unknown = "You searched once on 3 May 2024. What you played then is not known: your packages hold no plays."
	if got := searchesHeadline(&Request{}, []account.SearchOutcome{at(3)}, false).String(); got != unknown {
		t.Errorf("without a history: %s", got)
	}
}

func TestCoverageSentence(t *testing.T) {
	day := func(month time.Month, d int) dataset.Date { return dataset.Date{Year: 2024, Month: month, Day: d} }
	for want, days := range map[string]dataset.CoverageDays{
		"The plays are all of one day.": {First: day(1, 1), Last: day(1, 1)},
		"Every one of the 31 days is covered; pauses of up to a week count as silence.": {First: day(1, 1), Last: day(1, 31)},
		"21 of 31 days are covered. The other 10 lie in 1 pause of more than a week: silence, or a file that is not here. 2 days are in both packages and counted once.": {
			First: day(1, 1), Last: day(1, 31),
			Gaps:     []dataset.DayStretch{{First: day(1, 2), Last: day(1, 11)}},
			Overlaps: []dataset.DayStretch{{First: day(1, 20), Last: day(1, 20)}, {First: day(1, 22), Last: day(1, 22)}},
		},
	} {
		if got := coverageSentence(format.Locale{}, days); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWrappedSentence(t *testing.T) {
	const m = 60_000
	req := &Request{}
	cut := func(month time.Month, d int, ms int64) account.Cutoff {
		return account.Cutoff{To: dataset.Date{Year: 2024, Month: month, Day: d}, AllMs: ms, PlayedMs: ms}
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

// Of one thing there is no average, and of no thing nothing is said.
func TestNoAverageOfOne(t *testing.T) {
	labels := func(facts []partials.FactView) (s string) {
		for _, f := range facts {
			s += f.Label + ": " + f.Value.String() + " " + f.Note + ". "
		}
		return s
	}
	once := account.SearchOutcome{Search: &account.Search{Text: "a", Keystrokes: 1}}
	typed := account.SearchOutcome{Search: &account.Search{Text: "abc", Keystrokes: 4}}
	for want, searches := range map[string][]account.SearchOutcome{
		"Searches: 1 . Different searches: 1 . ": {once},
		"Searches: 2 . Different searches: 2 . Records in the file: 5 . Records of a search: 2.5 on average. ": {once, typed},
		"Searches: 1 . Different searches: 1 . Records in the file: 4 . ":                                      {typed},
	} {
		if got := labels(searchFacts(format.Locale{}, searches)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for highlights, want := range map[int]string{
		0: "Spotify’s own count of your listening.",
		1: "Spotify’s own count of your listening. 1 highlight it found remarkable is in the document.",
		2: "Spotify’s own count of your listening. 2 highlights it found remarkable are in the document.",
	} {
		if got := capsuleSentence(format.Locale{}, highlights).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for lists, want := range map[int]string{1: "", 2: "1.5 a playlist, on average"} {
		if got := itemsNote(format.Locale{}, account.Overview{Playlists: lists, Average: 1.5}); got != want {
			t.Errorf("of %d playlists: %q, want %q", lists, got, want)
		}
	}
}

func TestWhyTimeNamesEveryCause(t *testing.T) {
	const m = 60_000
	a := account.Audit{
		Best: 0, Cutoffs: []account.Cutoff{{To: dataset.Date{Year: 2024, Month: 11, Day: 15}}},
		Differences: []account.Difference{
			{Cause: account.CauseCutoff, Ms: -40 * m}, {Cause: account.CauseShortPlays, Ms: -3 * m}, {Cause: account.CauseRest, Ms: 7 * m},
			{Cause: account.CauseRest, Ms: 10}, {Cause: account.CauseNoHistory, Days: 12},
		},
	}
	want := "40 minutes you played after 15 November 2024, when it seems to have stopped counting. " +
		"3 minutes are plays under 30 seconds, which it does not count. " +
		"7 minutes more are in its count than in your packages, and nothing here says why. " +
		"12 days of its year are not in your packages."
	if got := whyTime(&Request{}, a).String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Who adds up what is shown comes to what is shown, though each is rounded.
func TestWrappedStepsAddUp(t *testing.T) {
	const m = 60_000
	year := dataset.Date{Year: 2024, Month: 12, Day: 31}
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
	if got, want := wrappedSentence(&Request{}, a).String(), "Spotify tells you 19,547 minutes, 1,402 less than all you played in that year."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := whyTime(&Request{}, a).String(); !strings.Contains(got, "158 minutes are") || !strings.Contains(got, "1,244 minutes it leaves out") {
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

func TestUnplayedSentence(t *testing.T) {
	for want, n := range map[string][2]int{
		"You played every one of them.":   {3, 0},
		"You played it.":                  {1, 0},
		"You never played it.":            {1, 1},
		"You never played any of them.":   {3, 3},
		"You never played 1,000 of them.": {1001, 1000},
	} {
		if got := unplayedSentence(&Request{}, true, n[0], n[1], prose.Text.Accent).String(); got != want {
			t.Errorf("%v: got  %s, want %s", n, got, want)
		}
	}
	for want, n := range map[string][2]int{
		"In the time that your account data covers, you played every one of them.":   {3, 0},
		"In the time that your account data covers, you did not play it.":            {1, 1},
		"In the time that your account data covers, you did not play 1,000 of them.": {1001, 1000},
	} {
		if got := unplayedSentence(&Request{}, false, n[0], n[1], prose.Text.Accent).String(); got != want {
			t.Errorf("account data, %v: got  %s, want %s", n, got, want)
		}
	}
	year := &Request{Lens: dataset.Lens{From: dataset.Date{Year: 2024, Month: 1, Day: 1}, To: dataset.Date{Year: 2024, Month: 12, Day: 31}}}
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

func TestShortened(t *testing.T) {
	for text, want := range map[string]string{"a letter": "a letter", "a longer letter": "a longer …", "überlängenwort": "überlängen …", "夜の歌夜の歌夜の歌夜の歌": "夜の歌夜の歌夜の歌夜 …"} {
		if got := shortened(text, 10); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAgreement(t *testing.T) {
	pair := func(m partials.Match) partials.PairView { return partials.PairView{Yours: partials.SideView{Match: m}} }
	for want, pairs := range map[string][]partials.PairView{
		"No name is in both lists.":                        {pair(partials.MatchNone)},
		"1 of 2 is in both lists, 1 in the same place.":    {pair(partials.MatchSame), pair(partials.MatchNone)},
		"All 2 are in both lists, none in the same place.": {pair(partials.MatchOther), pair(partials.MatchOther)},
	} {
		if got := agreement(format.Locale{}, pairs); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestBandsOfDaysAreReadAtAGlance joins a listener of a few evenings a month to
// one band; only a whole month of nothing parts two.
func TestBandsOfDaysAreReadAtAGlance(t *testing.T) {
	day := func(year, month, day int) dataset.Date {
		return dataset.Date{Year: year, Month: time.Month(month), Day: day}
	}
	list := []dataset.DayStretch{
		{First: day(2021, 11, 2), Last: day(2021, 11, 4), Rows: 3},
		{First: day(2021, 12, 20), Last: day(2021, 12, 20), Rows: 1},
		{First: day(2022, 1, 9), Last: day(2022, 1, 31), Rows: 20},
		{First: day(2022, 3, 1), Last: day(2022, 3, 2), Rows: 2},
	}
	want := []dataset.DayStretch{
		{First: day(2021, 11, 2), Last: day(2022, 1, 31), Rows: 24},
		{First: day(2022, 3, 1), Last: day(2022, 3, 2), Rows: 2},
	}
	if got := joined(list); !slices.Equal(got, want) {
		t.Errorf("joined to %v, want %v", got, want)
	}
	if got := joined(nil); len(got) != 0 {
		t.Errorf("nothing is joined to %v", got)
	}
}
