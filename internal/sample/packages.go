package sample

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Extended writes the "Extended streaming history" of the person as a ZIP.
func (p *Person) Extended(w io.Writer) (Counts, error) {
	x, err := newExtended(w, p.options(), maxFileBytes)
	if err != nil {
		return Counts{}, err
	}
	for i := range p.plays {
		if err := x.add(&p.plays[i].play, p.plays[i].again); err != nil {
			return x.counts, err
		}
	}
	return x.finish()
}

// Account writes the "Account data" of the person as a ZIP: the last year, and
// everything that Spotify knows besides.
func (p *Person) Account(w io.Writer) (Counts, error) {
	a, err := newAccount(w, p.options())
	if err != nil {
		return Counts{}, err
	}
	for i := range p.plays {
		if err := a.add(&p.plays[i].play, p.plays[i].again); err != nil {
			return a.counts, err
		}
	}
	if err := a.histories(); err != nil {
		return a.counts, err
	}
	for _, write := range []func(func(name string, v any) error) error{p.belongings, p.profile, p.opinions, p.wrappeds} {
		if err := write(a.document); err != nil {
			return a.counts, err
		}
	}
	// The one file of an account package that is not JSON.
	if err := a.write("UserAddress.json", "List(Map(city -> Helsinki, street -> Keksitty katu 12 A 4, postal_code -> 00000, country -> FI))"); err != nil {
		return a.counts, err
	}
	return a.counts, a.close()
}

// TechnicalLog writes the "Technical log information" of the person as a ZIP:
// what was saved and put into playlists in the last weeks, among telemetry.
func (p *Person) TechnicalLog(w io.Writer) (LogCounts, error) {
	t, err := newTechnicalLog(w, p.options())
	if err != nil {
		return LogCounts{}, err
	}
	seen := make(map[*song]bool)
	rows := make(map[string][]string)
	for i := range p.plays {
		if l := &p.plays[i]; l.ts >= t.from.Unix() && !seen[l.song] {
			seen[l.song] = true
			t.tracks = append(t.tracks, &l.song.track)
		}
	}
	for _, c := range p.changes {
		if c.at < t.from.Unix() {
			continue
		}
		var members []string
		switch {
		case c.list == nil:
			members = append(members, `"message_uri": `+quote(c.uri))
		default:
			members = append(members, `"message_playlist_uri": `+quote(c.list.uri), `"message_playlist_name": `+quote(c.list.name))
			if c.uri != "" {
				members = append(members, `"message_item_uri": `+quote(c.uri), `"message_position": `+strconv.Itoa(c.position))
			}
		}
		rows[c.event] = append(rows[c.event], t.row(time.Unix(c.at, 0).UTC(), members...))
	}
	for _, event := range slices.Sorted(maps.Keys(rows)) {
		t.counts.Changes += len(rows[event])
		if err := t.list(event, rows[event]); err != nil {
			return t.counts, err
		}
	}
	return t.finish()
}
