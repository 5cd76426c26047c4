package account

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Keystroke is one row of the searches: Spotify records what stands in the
// field after nearly every key.
type Keystroke struct {
	Time     int64 // Unix milliseconds, 0 when it cannot be read
	Platform string
	Query    string
	URIs     []string // what was opened from the results
}

// Search is what a person was looking for: a run of keystrokes.
type Search struct {
	Text       string // what the run came to
	From, To   int64  // Unix milliseconds of the first and last keystroke
	Keystrokes int
	Platform   string   // the first that was named
	URIs       []string // what was opened, each once, in order
}

// searchPause is the longest pause between two keystrokes of one search, in
// milliseconds.
const searchPause = 30_000

func (r *reading) readSearches(sources []Source) {
	var groups [][]Keystroke
	for _, handout := range handouts(sources) {
		var rows []Keystroke
		for i := range handout {
			rows = r.keystrokes(&handout[i], rows)
		}
		groups = append(groups, rows)
	}
	type row struct {
		time                  int64
		platform, query, uris string
	}
	all := uniteRows(groups, func(k Keystroke) row {
		return row{k.Time, k.Platform, k.Query, strings.Join(k.URIs, " ")}
	})
	slices.SortStableFunc(all, func(a, b Keystroke) int { return cmp.Compare(a.Time, b.Time) })
	r.account.Keystrokes = all
	r.account.Searches = foldSearches(r.account.Keystrokes)
}

func (r *reading) keystrokes(s *Source, rows []Keystroke) []Keystroke {
	c, done := r.open(s)
	defer done()
	timeless := 0
	c.objects(func() {
		var k Keystroke
		c.object(func(key []byte) {
			switch string(key) {
			case "platform":
				k.Platform = c.text()
			case "searchTime":
				k.Time = milliseconds(string(c.bytes()))
			case "searchQuery":
				k.Query = c.text()
			case "searchInteractionURIs":
				k.URIs = c.list()
			}
		})
		if k.Time == 0 {
			timeless++
		}
		rows = append(rows, k)
	})
	r.problem(s, ReasonNoTime, timeless)
	return rows
}

// uniteRows puts the rows of several packages together. Packages overlap, and
// one package may hold the very same row twice: each row counts as often as in
// the package that has it most often.
func uniteRows[T any, K comparable](groups [][]T, key func(T) K) []T {
	if len(groups) == 1 {
		return groups[0]
	}
	var all []T
	most := make(map[K]int)
	for _, rows := range groups {
		seen := make(map[K]int)
		for _, row := range rows {
			k := key(row)
			if seen[k]++; seen[k] > most[k] {
				most[k] = seen[k]
				all = append(all, row)
			}
		}
	}
	return all
}

// foldSearches makes searches of keystrokes in order of time.
func foldSearches(rows []Keystroke) []Search {
	var out []Search
	for i := 0; i < len(rows); {
		end := i + 1
		for end < len(rows) && goesOn(&rows[end-1], &rows[end]) {
			end++
		}
		out = append(out, foldRun(rows[i:end]))
		i = end
	}
	return out
}

// goesOn reports whether b edits what stood in the field at a.
func goesOn(a, b *Keystroke) bool {
	if b.Time-a.Time > searchPause {
		return false
	}
	x, y := strings.TrimSpace(strings.ToLower(a.Query)), strings.TrimSpace(strings.ToLower(b.Query))
	if x == "" || y == "" {
		return x == y // an emptied field begins anew
	}
	// Half of the shorter text stays: letters were added, erased or corrected.
	common := commonPrefix(x, y)
	return common > 0 && 2*common >= min(utf8.RuneCountInString(x), utf8.RuneCountInString(y))
}

// commonPrefix is how many characters a and b begin with alike.
func commonPrefix(a, b string) int {
	n := 0
	for a != "" && b != "" {
		r, i := utf8.DecodeRuneInString(a)
		s, j := utf8.DecodeRuneInString(b)
		if r != s {
			break
		}
		n++
		a, b = a[i:], b[j:]
	}
	return n
}

func foldRun(run []Keystroke) Search {
	s := Search{From: run[0].Time, To: run[len(run)-1].Time, Keystrokes: len(run)}
	opened := make(map[string]bool)
	for i := range run {
		if s.Platform == "" {
			s.Platform = run[i].Platform
		}
		for _, uri := range run[i].URIs {
			if !opened[uri] {
				opened[uri] = true
				s.URIs = append(s.URIs, uri)
			}
		}
	}
	// A run may end with the field being emptied letter by letter, which says
	// nothing about what was looked for. Something opened does.
	last := len(run) - 1
	for last > 0 && len(run[last].URIs) == 0 && erases(run[last-1].Query, run[last].Query) {
		last--
	}
	s.Text = strings.TrimSpace(run[last].Query)
	return s
}

// erases reports whether b is a with letters gone from its end.
func erases(a, b string) bool { return len(b) < len(a) && strings.HasPrefix(a, b) }
