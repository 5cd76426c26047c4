package export

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// decoder is the seam that the scanner stands behind: it reads a history file
// and gives each readable row to add.
type decoder func(src []byte, class Class, l *Limits, add func(*Play) error) (rowCounts, ending, error)

// scanDecoder returns the scanner as a decoder that reads chunk bytes at a time.
func scanDecoder(chunk int) decoder {
	return func(src []byte, class Class, l *Limits, add func(*Play) error) (rowCounts, ending, error) {
		s := newScanner(l)
		s.chunk = chunk
		end, err := s.scan(bytes.NewReader(src), class, add, func(int) error { return nil })
		return s.tally, end, err
	}
}

// errAmbiguous: the row is beyond the limits and no JSON. What the scanner makes
// of it depends on which it notices first, and either is right.
var errAmbiguous = errors.New("too large and malformed")

// jsontextDecoder reads a history the plain way: a JSON library finds the rows
// and the values, a map holds them, the standard library reads the times.
func jsontextDecoder(src []byte, class Class, l *Limits, add func(*Play) error) (t rowCounts, _ ending, _ error) {
	src = bytes.TrimPrefix(src, utf8BOM)
	d := jsontext.NewDecoder(bytes.NewReader(src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	switch text := bytes.TrimLeft(src, " \t\r\n"); {
	case len(text) == 0:
		return t, endEmpty, nil
	case text[0] == '{':
		return t, endNotList, nil
	case text[0] != '[':
		return t, endNotJSON, nil
	}
	for {
		if kind := d.PeekKind(); kind != '[' {
			if _, err := d.ReadToken(); errors.Is(err, io.EOF) {
				return t, endWhole, nil
			}
			return t, endInvalid, nil
		}
		if _, err := d.ReadToken(); err != nil {
			return t, endInvalid, nil
		}
		for d.PeekKind() != ']' {
			start := d.InputOffset()
			raw, err := d.ReadValue()
			if err != nil {
				row := bytes.TrimLeft(src[start:], " \t\r\n,")
				if len(row) > l.RowBytes || tooDeepAt(row, maxNesting) >= 0 {
					return t, endInvalid, errAmbiguous
				}
				if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
					return t, endEarly, nil
				}
				return t, endInvalid, nil
			}
			if raw.Kind() == '0' && d.InputOffset() == int64(len(src)) {
				return t, endEarly, nil // the number may have been longer
			}
			t.rows++
			p, bad := plainRow(raw, class, l)
			if bad != problemNone {
				t.fail(bad)
				continue
			}
			t.seen(p.TS)
			if err := add(p); err != nil {
				return t, endWhole, err
			}
		}
		if _, err := d.ReadToken(); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
				return t, endEarly, nil
			}
			return t, endInvalid, nil
		}
	}
}

// tooDeepAt is where the bracket stands with which a piece of JSON, broken or
// not, has more than limit of them open; -1 if there is none.
func tooDeepAt(raw []byte, limit int) int {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

// plainRow makes a play of a row, one rule after the other.
func plainRow(raw jsontext.Value, class Class, l *Limits) (*Play, problem) {
	isObject := raw.Kind() == '{'
	allowed := maxNesting
	if isObject {
		allowed++ // the row's own braces are not inside a value
	}
	// A row may be too deep and too long; what comes first is what is noticed.
	if at := tooDeepAt(raw, allowed); at >= 0 && at <= l.RowBytes {
		return nil, problemTooDeep
	}
	if len(raw) > l.RowBytes {
		return nil, problemTooLong
	}
	if !isObject {
		return nil, problemNotObject
	}
	values := map[string]jsontext.Value{}
	d := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := d.ReadToken(); err != nil {
		return nil, problemNotObject
	}
	for d.PeekKind() == '"' {
		key, err := d.ReadToken()
		if err != nil {
			return nil, problemNotObject
		}
		name := key.String()
		v, err := d.ReadValue()
		if err != nil {
			return nil, problemNotObject
		}
		values[name] = v.Clone()
	}
	r := plain{values, l.StringBytes}
	if class == ClassExtended || class == ClassExtendedVideo {
		return r.extended(class)
	}
	return r.account(class)
}

type plain struct {
	values map[string]jsontext.Value
	cut    int
}

// str is the text of a string value.
func (r plain) str(key string) (string, bool) {
	v, ok := r.values[key]
	if !ok || v.Kind() != '"' {
		return "", false
	}
	// The value is known to be a string. What AppendUnquote may complain about
	// is text that is not UTF-8, which it replaces all the same.
	b, _ := jsontext.AppendUnquote(nil, v)
	return string(b), true
}

func (r plain) text(key string) []byte {
	s, ok := r.str(key)
	if !ok || s == "" {
		return nil
	}
	for len(s) > r.cut {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return []byte(s)
}

func (r plain) null(key string) bool {
	v, ok := r.values[key]
	return !ok || v.Kind() == 'n'
}

// numeral is a number's text, bare or in a string.
func (r plain) numeral(key string) (string, bool) {
	if s, ok := r.str(key); ok {
		v := jsontext.Value(s)
		return s, s != "" && strings.TrimSpace(s) == s && v.IsValid() && v.Kind() == '0'
	}
	v := r.values[key]
	return string(v), len(v) > 0 && v.Kind() == '0'
}

func (r plain) whole(key string) (float64, bool) {
	s, ok := r.numeral(key)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return f, f == float64(int64(f)) || f >= 1<<53 || f <= -1<<53
}

func (r plain) played(key string) (uint32, problem) {
	if r.null(key) {
		return 0, problemNoMS
	}
	f, ok := r.whole(key)
	switch {
	case !ok:
		return 0, problemNotMS
	case f < 0:
		return 0, problemNegativeMS
	case f > maxPlayedMS:
		return 0, problemHugeMS
	}
	return uint32(f), problemNone
}

func (r plain) tri(key string) Tri {
	s := string(r.values[key])
	if t, ok := r.str(key); ok {
		s = strings.Map(func(c rune) rune { // ASCII alone
			if c >= 'A' && c <= 'Z' {
				return c + 'a' - 'A'
			}
			return c
		}, t)
	}
	switch s {
	case "true", "1":
		return True
	case "false", "0":
		return False
	}
	return Absent
}

func (r plain) when(key string, layouts ...string) (int64, problem) {
	if r.null(key) {
		return 0, problemNoTime
	}
	s, _ := r.str(key)
	for _, layout := range layouts {
		// time.Parse takes a fraction after a comma, and hours of one digit.
		t, err := time.Parse(layout, s)
		if err != nil || strings.Contains(s, ",") || len(s) < len("2006-01-02T15:04") || s[13] != ':' {
			continue
		}
		if i := strings.IndexByte(s, '.'); i >= 0 {
			digits := strings.IndexFunc(s[i+1:]+"Z", func(c rune) bool { return c < '0' || c > '9' })
			if digits > 9 || i != len("2006-01-02T15:04:05") {
				continue
			}
		}
		if _, ahead := t.Zone(); ahead <= -15*3600 || ahead >= 15*3600 {
			continue
		}
		if t.Year() < firstYear || t.Year() > lastYear {
			return 0, problemStrangeTime
		}
		return t.Unix(), problemNone
	}
	return 0, problemNotTime
}

// instants are the ways to write a time to the second.
var instants = func() (layouts []string) {
	for _, between := range []string{"T", " "} {
		for _, zone := range []string{"", "Z", "Z[UTC]", "-07:00", "-0700"} {
			layouts = append(layouts, "2006-01-02"+between+"15:04:05"+zone)
		}
	}
	return layouts
}()

func (r plain) extended(class Class) (*Play, problem) {
	ts, bad := r.when("ts", instants...)
	if bad != problemNone {
		return nil, bad
	}
	ms, bad := r.played("ms_played")
	if bad != problemNone {
		return nil, bad
	}
	p := &Play{TS: ts, MS: ms, Start: ts - int64(ms/1000), Video: class == ClassExtendedVideo}
	if at, ok := r.whole("offline_timestamp"); ok && at < 1e15 && at > 0 {
		s := int64(at)
		if s >= 1e12 {
			s /= 1000
		}
		if s >= time.Date(2008, 1, 1, 0, 0, 0, 0, time.UTC).Unix() && s <= ts && ts-s < 30*86400 {
			p.Start = s
		}
	}
	has := func(keys ...string) bool {
		for _, k := range keys {
			if r.text(k) != nil {
				return true
			}
		}
		return false
	}
	switch {
	case has("audiobook_uri", "audiobook_chapter_uri"):
		p.Kind = KindAudiobook
	case has("spotify_episode_uri"):
		p.Kind = KindPodcast
	case has("spotify_track_uri"):
		p.Kind = KindMusic
	case has("audiobook_title", "audiobook_chapter_title"):
		p.Kind = KindAudiobook
	case has("episode_name", "episode_show_name"):
		p.Kind = KindPodcast
	case has("master_metadata_track_name", "master_metadata_album_artist_name", "master_metadata_album_album_name"):
		p.Kind = KindMusic
	}
	switch p.Kind {
	case KindMusic:
		p.URI, p.Title = r.text("spotify_track_uri"), r.text("master_metadata_track_name")
		p.Creator, p.Collection = r.text("master_metadata_album_artist_name"), r.text("master_metadata_album_album_name")
	case KindPodcast:
		p.URI, p.Title, p.Collection = r.text("spotify_episode_uri"), r.text("episode_name"), r.text("episode_show_name")
	case KindAudiobook:
		p.URI, p.Title, p.Collection = r.text("audiobook_chapter_uri"), r.text("audiobook_chapter_title"), r.text("audiobook_title")
	}
	p.Platform = r.text("platform")
	if c := string(r.text("conn_country")); len(c) == 2 && c != "ZZ" &&
		strings.Trim(strings.ToLower(c), "abcdefghijklmnopqrstuvwxyz") == "" && utf8.RuneCountInString(c) == 2 {
		p.Country = []byte(c)
	}
	p.ReasonStart, p.ReasonEnd = r.text("reason_start"), r.text("reason_end")
	if p.Address = r.text("ip_addr_decrypted"); r.text("ip_addr") != nil {
		p.Address = r.text("ip_addr")
	}
	p.Shuffle, p.Skipped = r.tri("shuffle"), r.tri("skipped")
	p.Offline, p.Incognito = r.tri("offline"), r.tri("incognito_mode")
	return p, problemNone
}

func (r plain) until2018() (*Play, problem) {
	ts, bad := r.when("time", append([]string{"2006-01-02 15:04", "2006-01-02T15:04"}, instants...)...)
	switch bad {
	case problemNotTime:
		return nil, problemNotPlayTime
	case problemStrangeTime:
		return nil, problemStrangePlayTime
	}
	p := &Play{TS: ts, Start: ts, Source: SourceAccount, Kind: KindMusic, UnknownLength: true}
	if !r.null("msPlayed") {
		if p.MS, bad = r.played("msPlayed"); bad != problemNone {
			return nil, bad
		}
		p.TS, p.UnknownLength = ts-ts%60, false
		p.Start = p.TS - int64(p.MS/1000)
	}
	if p.Title = r.text("trackName"); string(p.Title) == "Unknown Track" {
		p.Title = nil
	}
	if first := strings.Split(string(r.text("artistName")), ", ")[0]; first != "" {
		p.Creator = []byte(first)
	} else {
		p.Creator = r.text("artistName")
	}
	if string(p.Creator) == "Unknown Artist" {
		p.Creator = nil
	}
	if p.Title == nil && p.Creator == nil {
		p.Kind = KindUnknown
	}
	return p, problemNone
}

func (r plain) account(class Class) (*Play, problem) {
	if r.null("endTime") && !r.null("time") {
		return r.until2018()
	}
	ts, bad := r.when("endTime", append([]string{"2006-01-02 15:04", "2006-01-02T15:04"}, instants...)...)
	if bad != problemNone {
		return nil, bad
	}
	ms, bad := r.played("msPlayed")
	if bad != problemNone {
		return nil, bad
	}
	ts -= ts % 60
	p := &Play{TS: ts, MS: ms, Start: ts - int64(ms/1000), Source: SourceAccount}
	kinds := map[Class]bool{
		ClassAccountMusic:     r.text("trackName") != nil || r.text("artistName") != nil,
		ClassAccountPodcast:   r.text("episodeName") != nil || r.text("podcastName") != nil,
		ClassAccountAudiobook: r.text("chapterName") != nil || r.text("audiobookName") != nil || r.text("authorName") != nil,
	}
	if of := slices.DeleteFunc(slices.Collect(maps.Keys(kinds)), func(c Class) bool { return !kinds[c] }); len(of) == 1 {
		class = of[0]
	} else if !kinds[class] {
		class = ClassAccountMusic
	}
	switch class {
	case ClassAccountPodcast:
		p.Kind, p.Title, p.Collection = KindPodcast, r.text("episodeName"), r.text("podcastName")
	case ClassAccountAudiobook:
		p.Kind, p.Title = KindAudiobook, r.text("chapterName")
		p.Creator, p.Collection = r.text("authorName"), r.text("audiobookName")
	default:
		p.Kind, p.Title, p.Creator = KindMusic, r.text("trackName"), r.text("artistName")
		if string(p.Title) == "Unknown Track" {
			p.Title = nil
		}
		if string(p.Creator) == "Unknown Artist" {
			p.Creator = nil
		}
	}
	if p.Title == nil && p.Creator == nil && p.Collection == nil {
		p.Kind = KindUnknown
	}
	return p, problemNone
}

// allPlays runs a decoder and keeps what it finds.
func allPlays(d decoder, src []byte, class Class, l *Limits) (plays []Play, t rowCounts, end ending, err error) {
	t, end, err = d(src, class, l, func(p *Play) error {
		plays = append(plays, clonePlay(p))
		return nil
	})
	return plays, t, end, err
}

// sameReading fails the test when the two decoders read src differently.
func sameReading(t *testing.T, src []byte, class Class, l *Limits, chunk int) {
	t.Helper()
	want, wantTally, wantEnd, err := allPlays(jsontextDecoder, src, class, l)
	if errors.Is(err, errAmbiguous) {
		return
	}
	got, gotTally, gotEnd, err := allPlays(scanDecoder(chunk), src, class, l)
	if err != nil {
		t.Fatal(err)
	}
	if gotEnd != wantEnd || gotTally != wantTally {
		t.Fatalf("class %s, chunk %d:\n got end %d, %+v\nwant end %d, %+v", class, chunk, gotEnd, gotTally, wantEnd, wantTally)
	}
	for i := range want {
		if !equalPlays(&got[i], &want[i]) {
			t.Fatalf("class %s, chunk %d, play %d:\n got %+v\nwant %+v", class, chunk, i, got[i], want[i])
		}
	}
}

func equalPlays(a, b *Play) bool {
	text := func(p *Play) [9]string {
		return [...]string{
			string(p.URI), string(p.Title), string(p.Creator), string(p.Collection),
			string(p.Platform), string(p.Country), string(p.ReasonStart), string(p.ReasonEnd),
			string(p.Address),
		}
	}
	rest := func(p *Play) [10]int64 {
		video := int64(0)
		if p.Video {
			video = 1
		}
		return [...]int64{
			p.TS, p.Start, int64(p.MS), int64(p.Source), int64(p.Kind), video,
			int64(p.Shuffle), int64(p.Skipped), int64(p.Offline), int64(p.Incognito),
		}
	}
	nils := func(p *Play) [3]bool { return [...]bool{p.URI == nil, p.Title == nil, p.UnknownLength} }
	return text(a) == text(b) && rest(a) == rest(b) && nils(a) == nils(b)
}
