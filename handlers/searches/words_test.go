package searches

import (
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
)

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
		if got := searchesHeadline(&web.Request{}, all, true).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	const unknown = "You searched once on 3 May 2024. What you played then is not known: your packages hold no plays."
	if got := searchesHeadline(&web.Request{}, []account.SearchOutcome{at(3)}, false).String(); got != unknown {
		t.Errorf("without a history: %s", got)
	}
}

// Of one thing there is no average, and of no thing nothing is said.
func TestFactsOfFewSearches(t *testing.T) {
	labels := func(facts []list.FactView) (s string) {
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
}
