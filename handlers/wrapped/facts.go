package wrapped

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
)

// wrappedShown are the places in the document that are told above.
var wrappedShown = []string{
	"yearlyMetrics.totalMsListened", "yearlyMetrics.mostListenedDay", "topArtists.numUniqueArtists",
	"topArtists.topArtistMilliseconds", "topArtists.topArtistMsPlayed", "topTracks.numUniqueTracks",
	"topTracks.distinctTracksPlayed", "topTracks.topTrackPlayCount",
}

// wrappedLabels are the keys of Wrapped that mean something by themselves, in
// words. All others are shown under their keys, in a tree.
var wrappedLabels = map[string]string{
	"mostListenedDayMinutes":           "Time on the day with most listening",
	"percentGreaterThanWorldwideUsers": "Listened longer than",
	"topTrackFirstPlayedDate":          "Top track first played",
	"topArtistFanPercentage":           "Among listeners of the top artist",
	"topPodcastMilliseconds":           "Time with the top podcast",
	"totalPodcastMilliseconds":         "Time with podcasts",
	"totalNumGenres":                   "Different genres",
	"numCompletedAlbums":               "Albums heard to the end",
	"numListenedAlbums":                "Albums listened to",
	"listeningAge":                     "Listening age",
	"soundTown":                        "Sound town",
	"character":                        "Character",
}

const eraPath = "musicEvolution."

// wrappedRest are the facts that no play can check, and a tree of those that
// only their keys name.
func wrappedRest(loc format.Locale, facts []account.Fact) ([]list.FactView, *list.NodeView) {
	var out []list.FactView
	var others []account.Fact
	eras := make(map[string]map[string]string)
	var order []string
	for _, f := range facts {
		if slices.Contains(wrappedShown, f.Path) || strings.HasPrefix(f.Text, "spotify:") {
			continue
		}
		steps := strings.Split(f.Path, ".")
		key := steps[len(steps)-1]
		if label, ok := wrappedLabels[key]; ok {
			out = append(out, list.FactView{Label: label, Value: prose.Of(factValue(loc, key, f.Text))})
			continue
		}
		if parent := strings.TrimSuffix(f.Path, "."+key); strings.HasPrefix(f.Path, eraPath) && slices.Contains(eraKeys, key) {
			if eras[parent] == nil {
				eras[parent] = make(map[string]string)
				order = append(order, parent)
			}
			eras[parent][key] = f.Text
			continue
		}
		others = append(others, f)
	}
	for _, parent := range order {
		if era, ok := eraFact(eras[parent]); ok {
			out = append(out, era)
		}
	}
	if len(others) == 0 {
		return out, nil
	}
	return out, new(factTree(loc, "", others, 0))
}

// eraKeys are what Wrapped says of a phase of the year.
var eraKeys = []string{"peakMonth", "descriptor", "mood", "genre"}

// eraFact is a phase of the year, by the month in which it was strongest.
func eraFact(era map[string]string) (list.FactView, bool) {
	month, err := strconv.Atoi(era["peakMonth"])
	if err != nil || month < 1 || month > 12 {
		return list.FactView{}, false
	}
	var words []string
	for _, key := range eraKeys[1:] {
		if era[key] != "" {
			words = append(words, era[key])
		}
	}
	if words == nil {
		return list.FactView{}, false
	}
	return list.FactView{Label: "Phase around " + time.Month(month).String(), Value: prose.Of(strings.Join(words, ", "))}, true
}

// factTree puts facts back under the keys of their paths, of which so many are
// taken already.
func factTree(loc format.Locale, label string, facts []account.Fact, taken int) list.NodeView {
	m := list.NodeView{Label: label, Kind: list.NodeBranch}
	for i := 0; i < len(facts); {
		steps := strings.Split(facts[i].Path, ".")
		key := steps[taken]
		end := i + 1
		for end < len(facts) {
			other := strings.Split(facts[end].Path, ".")
			if len(other) <= taken || !slices.Equal(other[:taken+1], steps[:taken+1]) {
				break
			}
			end++
		}
		if len(steps) == taken+1 {
			m.Children = append(m.Children, list.NodeView{Label: key, Text: facts[i].Text})
			i++
			continue
		}
		deeper := facts[i:end]
		if cut := slices.IndexFunc(deeper, func(f account.Fact) bool { return strings.Count(f.Path, ".") == taken }); cut > 0 {
			deeper = deeper[:cut] // a key with dots of its own
		}
		m.Children = append(m.Children, factTree(loc, key, deeper, taken+1))
		i += len(deeper)
	}
	m.Summary = loc.Count(len(m.Children), "field", "fields")
	return m
}

// factValue is a value as people would write it, where the key says what it is.
func factValue(loc format.Locale, key, text string) string {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return format.Date(day)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) {
		return text
	}
	switch key {
	case "topArtistFanPercentage":
		return "the top " + strconv.FormatFloat(f*100, 'g', 2, 64) + "%"
	case "percentGreaterThanWorldwideUsers":
		return strconv.FormatFloat(f, 'f', 0, 64) + "% of all listeners"
	}
	if unit := unitOf(key); unit > 0 && math.Abs(f*unit) <= 1e15 { // more is no time that anybody listened
		return loc.HoursInWords(int64(f * unit))
	}
	if f != math.Trunc(f) || strings.Contains(text, ".") {
		return strconv.FormatFloat(f, 'g', 3, 64)
	}
	if n, err := strconv.Atoi(text); err == nil {
		return loc.Number(n)
	}
	return text
}

// unitOf is how many milliseconds one of a key's unit is, 0 for a count. Only a
// whole word of the key is a unit: albums and streams end in "ms", too.
func unitOf(key string) float64 {
	for _, word := range keyWords(key) {
		switch word {
		case "ms", "milliseconds", "millis":
			return 1
		case "minutes":
			return 60_000
		case "seconds":
			return 1000
		}
	}
	return 0
}

// keyWords are the words of a key, in lower case: "totalMsListened" has three.
func keyWords(key string) []string {
	var words []string
	from := 0
	runes := []rune(key)
	add := func(to int) {
		if to > from {
			words = append(words, strings.ToLower(string(runes[from:to])))
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			add(i)
			from = i + 1
		case i > from && unicode.IsUpper(r) && !unicode.IsUpper(runes[i-1]):
			add(i)
			from = i
		}
	}
	add(len(runes))
	return words
}
