package account

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
)

// keystroke is one row of the searches: Spotify records the content of the
// field after nearly every key.
type keystroke struct {
	time     int64 // Unix milliseconds, 0 when it cannot be read
	platform string
	query    string
	uris     []string // what was opened from the results
	day      bool     // only the day is known: time is its beginning in UTC
}

// Search is what a person was looking for: a run of keystrokes.
type Search struct {
	Text       string // what the run came to
	From, To   int64  // Unix milliseconds of the first and last keystroke
	Keystrokes int
	Platform   string   // the first that was named
	URIs       []string // what was opened, each once, in order
	DayOnly    bool     // packages of 2018 and 2019 give a day: From and To are its beginning in UTC
}

// searchPause is the longest pause between two keystrokes of one search, in
// milliseconds.
const searchPause = 30_000

func (r *reading) readSearches(sources []source) {
	all := uniteRows(perPackage(r, sources, (*cursor).keystrokes), func(h *xxhash.Digest, k *keystroke) {
		hashTexts(h, strconv.FormatInt(k.time, 10), k.platform, k.query)
		hashTexts(h, k.uris...)
	})
	slices.SortStableFunc(all, func(a, b keystroke) int { return cmp.Compare(a.time, b.time) })
	r.account.Searches = foldSearches(all)
}

func (c *cursor) keystrokes(s *source, rows []keystroke) []keystroke {
	rows = slices.Grow(rows, s.Extent.Elements) // of which the opened results take some
	c.objects(func() {
		var k keystroke
		c.object(func(key []byte) {
			switch string(key) {
			case "platform":
				k.platform = c.text()
			case "searchTime":
				k.time, k.day = c.time(), false
			case "date":
				// Until 2019: one row a search, under its day.
				if ms := c.time(); ms != 0 && k.time == 0 {
					k.time, k.day = ms, true
				}
			case "searchQuery":
				k.query = c.text()
			case "typedQuery":
				k.query = cmp.Or(c.text(), k.query)
			case "selectedQuery":
				k.query = cmp.Or(k.query, c.text())
			case "searchInteractionURIs":
				k.uris = c.list()
			}
		})
		if k.time == 0 {
			c.timeless++
		}
		rows = append(rows, k)
	})
	return rows
}

// perPackage reads the rows of each package, the newest package first.
func perPackage[T any](r *reading, sources []source, read func(*cursor, *source, []T) []T) (groups [][]T) {
	for _, documents := range byPackage(sources) {
		var rows []T
		for i := range documents {
			r.read(&documents[i], func(c *cursor) { rows = read(c, &documents[i], rows) })
		}
		groups = append(groups, rows)
	}
	return groups
}

// uniteRows puts the rows of several packages together. Packages overlap, and
// one package may hold the very same row twice: each row counts as often as in
// the package that has it most often. Rows are told apart by hashes of what
// they say, because texts of all of them would take more room than the rows.
func uniteRows[T any](groups [][]T, write func(*xxhash.Digest, *T)) []T {
	if len(groups) == 1 {
		return groups[0]
	}
	var all []T
	most := make(map[uint64]int32)
	h := xxhash.New()
	for _, rows := range groups {
		seen := make(map[uint64]int32)
		for i := range rows {
			h.Reset()
			write(h, &rows[i])
			k := h.Sum64()
			if seen[k]++; seen[k] > most[k] {
				most[k] = seen[k]
				all = append(all, rows[i])
			}
		}
	}
	return all
}

// hashTexts writes texts with their lengths, so that different lists of texts
// never give the same bytes.
func hashTexts(h *xxhash.Digest, texts ...string) {
	for _, s := range texts {
		_, _ = h.WriteString(strconv.Itoa(len(s)))
		_, _ = h.WriteString("\x00")
		_, _ = h.WriteString(s) // a hash takes everything
	}
}

// foldSearches makes searches of keystrokes in order of time.
func foldSearches(rows []keystroke) []Search {
	var out []Search
	for i := 0; i < len(rows); {
		end := i + 1
		for end < len(rows) && goesOn(&rows[end-1], &rows[end]) {
			end++
		}
		out = append(out, foldRun(rows[i:end]))
		i = end
	}
	return slices.Clone(out) // without the room that it grew into
}

// goesOn reports whether b edits what stood in the field at a.
func goesOn(a, b *keystroke) bool {
	if a.day || b.day || b.time-a.time > searchPause {
		return false
	}
	x, y := strings.TrimSpace(strings.ToLower(a.query)), strings.TrimSpace(strings.ToLower(b.query))
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

func foldRun(run []keystroke) Search {
	s := Search{From: run[0].time, To: run[len(run)-1].time, Keystrokes: len(run), DayOnly: run[0].day}
	var opened map[string]bool
	for i := range run {
		if s.Platform == "" {
			s.Platform = run[i].platform
		}
		for _, uri := range run[i].uris {
			if !opened[uri] {
				if opened == nil {
					opened = make(map[string]bool)
				}
				opened[uri] = true
				s.URIs = append(s.URIs, uri)
			}
		}
	}
	// A run may end with the field being emptied letter by letter, which says
	// nothing about what was searched for, unless something was opened then.
	last := len(run) - 1
	for last > 0 && len(run[last].uris) == 0 && erases(run[last-1].query, run[last].query) {
		last--
	}
	s.Text = strings.TrimSpace(run[last].query)
	return s
}

// erases reports whether b is a with letters gone from its end.
func erases(a, b string) bool { return len(b) < len(a) && strings.HasPrefix(a, b) }
