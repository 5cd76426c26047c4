package sample

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// maxAccountRows is where Spotify begins a new file.
const maxAccountRows = 10_000

// Document is a file of the account data that is no listening history. Its content
// is written as it is when it is a string, and as JSON otherwise.
type Document struct {
	Name    string
	Content any
}

// WriteAccount writes the "Account data" as a ZIP: the rows of the last year, as
// coarse as Spotify tells them there, and the documents.
func WriteAccount(w io.Writer, o Options, rows Rows, documents []Document) (Counts, error) {
	a := accountRows{from: o.To.AddDate(-1, 0, 0).Unix()}
	if err := rows(a.add); err != nil {
		return a.counts, err
	}
	var files []Document
	for kind, label := range []string{Music: "music", Podcast: "podcast", Audiobook: "audiobook"} {
		n := 0
		for rows := range slices.Chunk(a.rows[kind], maxAccountRows) {
			files = append(files, Document{fmt.Sprintf("StreamingHistory_%s_%d.json", label, n), rowList(rows)})
			n++
		}
	}
	a.counts.Files = len(files)
	z, err := newArchive(w, "Spotify Account Data", o)
	if err != nil {
		return a.counts, err
	}
	for _, d := range append(files, documents...) {
		content, ok := d.Content.(string)
		if !ok {
			if content, err = indented(d.Content); err != nil {
				return a.counts, fmt.Errorf("write %s: %w", d.Name, err)
			}
		}
		if err := z.write(d.Name, content); err != nil {
			return a.counts, err
		}
	}
	return a.counts, z.close()
}

// accountRows collects the rows of the last year.
type accountRows struct {
	from   int64
	rows   [Untitled][]string // by kind
	seen   map[string]bool    // rows of the current minute
	minute int64
	counts Counts
}

func (a *accountRows) add(p *Play, _ bool) error {
	t := p.Track
	if p.TS < a.from || t.Kind == Untitled {
		return nil
	}
	minute := p.TS - p.TS%60
	if minute != a.minute || a.seen == nil {
		a.minute, a.seen = minute, make(map[string]bool)
	}
	var names string
	switch t.Kind {
	case Podcast:
		names = members("podcastName", t.Artist, "episodeName", p.Name)
	case Audiobook:
		names = members("audiobookName", t.Album, "chapterName", p.Name, "authorName", t.Artist)
	default:
		names = members("artistName", t.Artist, "trackName", p.Name)
	}
	row := fmt.Sprintf("  {\n    \"endTime\": %q%s,\n    \"msPlayed\": %d\n  }", time.Unix(minute, 0).UTC().Format("2006-01-02 15:04"), names, p.MS)
	if !a.seen[row] {
		a.seen[row] = true
		a.rows[t.Kind] = append(a.rows[t.Kind], row)
		a.counts.add(minute, p.MS, false)
	}
	return nil
}

// members writes keys and values, given in turn, each pair after a comma.
func members(keysAndValues ...string) string {
	var b strings.Builder
	for i := 0; i < len(keysAndValues); i += 2 {
		b.WriteString(",\n    \"" + keysAndValues[i] + "\": " + keysAndValues[i+1])
	}
	return b.String()
}

// rowList is a JSON array of rows, each on lines of its own.
func rowList(rows []string) string { return "[\n" + strings.Join(rows, ",\n") + "\n]" }

// object is a JSON object whose members keep their order: keys and values
// alternate.
type object []any

// MarshalJSON writes the members.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, v := range o {
		if i > 0 {
			b = append(b, ",:"[i%2])
		}
		value, err := compact(v)
		if err != nil {
			return nil, err
		}
		b = append(b, value...)
	}
	return append(b, '}'), nil
}

// compact is JSON without spaces, and with & and < as they are.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// indented is JSON as Spotify lays out the files of the account data.
func indented(v any) (string, error) {
	line, err := compact(v)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = json.Indent(&b, line, "", "  ")
	return b.String(), err
}

// each maps a list. An empty list becomes an empty list, and not null in JSON.
func each[T, V any](list []T, make func(T) V) []V {
	out := []V{}
	for _, v := range list {
		out = append(out, make(v))
	}
	return out
}
