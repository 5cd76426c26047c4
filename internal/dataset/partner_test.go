package dataset

import (
	"fmt"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// someDays are days of listening, a song every half hour, as the two packages
// have them.
func someDays(days int) (extended, account []refRow) {
	for i := range days * 24 {
		ts := time.Date(2024, 1, 2, 8, 5, 20, 0, time.UTC).Unix() + int64(i)*1800
		r := refRow{
			ts: ts, ms: 200_000, kind: export.KindMusic, uri: fmt.Sprintf("spotify:track:%022d", i),
			title: fmt.Sprint("Song ", i), creator: "Band One",
		}
		r.start = ts - 200
		extended = append(extended, r)
		r.account, r.uri, r.ts = true, "", ts-ts%60
		r.start = r.ts - 200
		account = append(account, r)
	}
	return extended, account
}

// Rows of the account data are left out only where they are in the other package,
// not because a part of that spans their time.
func TestAccountRowsBesideAPartOfTheExtendedHistory(t *testing.T) {
	extended, account := someDays(2)
	videos := []refRow{
		{ts: extended[0].ts - 86400, ms: 200_000, kind: export.KindMusic, uri: "spotify:track:video1", title: "Video One", creator: "Band One", video: true},
		{ts: extended[47].ts + 86400, ms: 200_000, kind: export.KindMusic, uri: "spotify:track:video2", title: "Video Two", creator: "Band One", video: true},
	}
	note := func(count, of int64) []export.Reason {
		return []export.Reason{{Code: export.CodeFewPartners, Figures: export.Figures{Count: count, Of: of}}}
	}
	for name, c := range map[string]struct {
		rows  []refRow
		kept  int
		notes []export.Reason
	}{
		"two videos":              {append(videos, account...), 50, note(48, 48)},
		"a third":                 {append(extended[16:32:32], append(videos, account...)...), 50, note(32, 48)},
		"half":                    {append(extended[:24:24], append(videos, account...)...), 50, nil},
		"all":                     {append(extended[:48:48], account...), 48, nil},
		"the account data alone":  {account, 48, nil},
		"the days before":         {append(extended[:24:24], account[24:]...), 48, nil},
		"the extended data alone": {extended, 48, nil},
	} {
		d := mergeIn(t, nil, c.rows, nil, 1)
		if d.Rows() != c.kept {
			t.Errorf("%s: %d rows, want %d", name, d.Rows(), c.kept)
		}
		stored, err := Decode(encode(t, d))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []*Dataset{d, stored} {
			if got := d.Receipt().Notes; fmt.Sprint(got) != fmt.Sprint(c.notes) {
				t.Errorf("%s: notes %v, want %v", name, got, c.notes)
			}
		}
	}
}

// What a row is the partner of is decided anew when more is known.
func TestPartnersAreFoundAnew(t *testing.T) {
	extended, account := someDays(1)
	played, itself, renamed, other := extended[0], account[0], account[0], account[0]
	renamed.title, other.title = "Song 0 (2021 Remaster)", "Something else"
	nothing, skipped, renamedSkip, stranger := played, itself, renamed, renamed
	nothing.ms, skipped.ms, renamedSkip.ms, stranger.ms = 0, 0, 0, 0
	stranger.creator = "Somebody else"
	second := played
	second.ts, second.uri, second.title = played.ts+5, extended[1].uri, "Song 1"
	until2018, again, later := itself, itself, itself
	until2018.unknown, until2018.ms, until2018.ts = true, 0, played.ts
	again = until2018
	again.ts += 5
	later = until2018
	later.ts += 60
	unknownRenamed := until2018
	unknownRenamed.title = renamed.title
	comma, commaCut, commaAccount := played, until2018, itself
	comma.uri, comma.title, comma.creator = "spotify:track:comma", "Song, too", "Band, The Great"
	commaCut.title, commaCut.creator = comma.title, "Band"
	commaAccount.title, commaAccount.creator = comma.title, comma.creator
	commaFirst, commaLast := comma, comma
	commaFirst.title, commaLast.title = "A song", "The song"
	commaOther := commaCut
	commaOther.title = "Song"
	renaming := played
	renaming.ts, renaming.title = played.ts+86400, renamed.title
	// Another URI that was called as comma is, and then as played is.
	commaBefore, commaAfter := comma, played
	commaBefore.ts, commaBefore.uri = played.ts+86400, extended[1].uri
	commaAfter.ts, commaAfter.uri = played.ts+2*86400, extended[1].uri
	for name, c := range map[string]struct {
		uploads [][]refRow
		kept    []int // after each
	}{
		"the same names":                    {[][]refRow{{itself}, {played}}, []int{1, 1}},
		"no length beside a length":         {[][]refRow{{until2018}, {itself}, {played}}, []int{1, 1, 1}},
		"a length beside no length":         {[][]refRow{{played}, {until2018, until2018}}, []int{1, 1}},
		"no lengths":                        {[][]refRow{{until2018, again}, {until2018, later}, {itself}}, []int{2, 3, 2}},
		"no length takes nobody's partner":  {[][]refRow{{until2018}, {played}, {renamed}}, []int{1, 1, 1}},
		"no length, renamed":                {[][]refRow{{unknownRenamed}, {played}, {renaming}}, []int{1, 2, 2}},
		"no length, and its row is loose":   {[][]refRow{{played, renamed}, {unknownRenamed}, {itself}}, []int{1, 1, 2}},
		"no length, and half of a name":     {[][]refRow{{commaCut}, {comma}, {commaAccount}}, []int{1, 1, 1}},
		"half of a name, and a length":      {[][]refRow{{commaAccount}, {commaCut}, {comma}}, []int{1, 1, 1}},
		"half of a name in the same second": {[][]refRow{{comma, commaFirst, commaLast}, {commaCut}}, []int{1, 1}},
		"half of a connected name":          {[][]refRow{{commaBefore, commaAfter}, {played, commaAccount}, {commaCut}}, []int{2, 3, 3}},
		"half of a name of another title":   {[][]refRow{{commaOther}, {comma}}, []int{1, 2}},
		"other names":                       {[][]refRow{{played}, {renamed}}, []int{1, 1}},
		"other names, other length":         {[][]refRow{{played}, {refRow{account: true, ts: itself.ts, ms: 199_999, kind: 1, title: "Song 0", creator: "Band One"}}}, []int{1, 2}},
		"one for one":                       {[][]refRow{{played}, {renamed, other}}, []int{1, 2}},
		"a second play":                     {[][]refRow{{played}, {renamed, other}, {second}}, []int{1, 2, 2}},
		"its own row comes later":           {[][]refRow{{played}, {renamed}, {itself}}, []int{1, 1, 2}},
		"its own row came before":           {[][]refRow{{played}, {itself}, {renamed}}, []int{1, 1, 2}},
		"the URI had both names":            {[][]refRow{{played}, {itself}, {renamed}, {renaming}}, []int{1, 1, 2, 2}},
		"0 ms by the artist":                {[][]refRow{{nothing}, {renamedSkip}}, []int{1, 1}},
		"0 ms by another":                   {[][]refRow{{nothing}, {stranger}}, []int{1, 2}},
		"0 ms that is another row's":        {[][]refRow{{nothing}, {renamedSkip}, {skipped}}, []int{1, 1, 2}},
		"the same package again":            {[][]refRow{{played}, {renamed, renamed}, {renamed}}, []int{1, 1, 1}},
		"again, and its own row comes then": {[][]refRow{{played}, {renamed, renamed}, {renamed}, {itself}}, []int{1, 1, 1, 2}},
	} {
		var d *Dataset
		var all []refRow
		for i, rows := range c.uploads {
			d = mergeIn(t, d, rows, nil, 1)
			all = append(all, rows...)
			if d.Rows() != c.kept[i] {
				t.Errorf("%s: %d rows after upload %d, want %d", name, d.Rows(), i+1, c.kept[i])
			}
			if got, want := totalsOf(t, d), reference(all).totals; got != want {
				t.Errorf("%s: %+v, want %+v", name, got, want)
			}
		}
	}
}

// Plays of unknown length are plays whatever the lens calls one, and add no time.
func TestPlaysOfUnknownLengthPassEveryMin(t *testing.T) {
	_, account := someDays(1)
	rows := account[:3:3]
	for i := range int64(2) {
		ts := account[0].ts + i*86400 + 33
		rows = append(rows, refRow{account: true, unknown: true, ts: ts, start: ts, kind: export.KindMusic, title: fmt.Sprint("Old ", i), creator: "Band Two"})
	}
	stored, err := Decode(encode(t, mergeIn(t, nil, rows, nil, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, min := range []int{0, lens.DefaultMin, 201, 86400} {
		s := stored.Summary(lens.Lens{Min: min})
		want := 5
		if min > 200 {
			want = 2
		}
		if s.Plays != want || s.Rows != 5 || s.UnknownLength != 2 || s.Ms != 600_000 {
			t.Errorf("of at least %d s: %+v", min, s)
		}
		page, err := stored.Plays(lens.Lens{Min: min}, 10)
		if err != nil || len(page.Items) != want {
			t.Fatalf("%d plays of at least %d s, %v", len(page.Items), min, err)
		}
		if it := page.Items[0]; !it.UnknownLength || it.Minute || it.Ms != 0 || it.TS%60 != 33 || it.Start != it.TS || it.Name != "Old 1" {
			t.Errorf("%+v", it)
		}
	}
	if got, want := fmt.Sprint(stored.Receipt().Notes), fmt.Sprint([]export.Reason{{Code: export.CodeUnknownLengths, Figures: export.Figures{Count: 2}}}); got != want {
		t.Errorf("notes %s, want %s", got, want)
	}
	if got := stored.Receipt().Totals(); got.Unreadable != 0 || got.Kept != 5 {
		t.Errorf("%+v", got)
	}
}

// A minute in which somebody made up thousands of rows takes no longer for it.
func TestRowsOfNoLengthTakeLinearTime(t *testing.T) {
	var rows []refRow
	n := 30_000
	if testing.Short() {
		n = 3_000
	}
	for i := range n {
		rows = append(rows,
			refRow{ts: 1_600_000_000, kind: export.KindMusic, uri: "spotify:track:x", title: fmt.Sprint(i), creator: "A"},
			refRow{ts: 1_600_000_000, kind: export.KindMusic, title: fmt.Sprint("x", i), creator: "A"},
			refRow{ts: 1_600_000_000 - 40, account: true, kind: export.KindMusic, title: fmt.Sprint("y", i), creator: fmt.Sprint(i)})
	}
	began := time.Now()
	p := NewPart()
	p.Begin(0)
	for i := range rows {
		play := rows[i].play()
		if err := p.Add(&play); err != nil {
			t.Fatal(err)
		}
	}
	p.End(true)
	if _, err := Merge(nil, []*Part{p}, &export.Receipt{Files: []export.File{{Rows: len(rows)}}}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestDamagedPartnersAreRefused(t *testing.T) {
	p := partners{taken: []uint32{0, 2, 3}, loose: []accountRow{{ts: 60, ms: 1, file: 1, kind: 1, title: "T", creator: "C"}, {ts: 120, file: 0}}}
	b := p.append(nil)
	if got, err := readPartners(b, 4, 2); err != nil || fmt.Sprint(got) != fmt.Sprint(p) {
		t.Fatalf("%v, %v", got, err)
	}
	for i := range b {
		if _, err := readPartners(b[:i], 4, 2); err == nil && i > 0 && i != 4 && i != len(p.append(nil))-7 {
			t.Errorf("cut at %d it is read", i)
		}
	}
	for name, c := range map[string]struct{ rows, files int }{"rows": {3, 2}, "files": {4, 1}} {
		if _, err := readPartners(b, c.rows, c.files); err == nil {
			t.Errorf("too few %s", name)
		}
	}
}
