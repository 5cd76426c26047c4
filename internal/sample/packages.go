package sample

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
)

// options are those of the packages of the person.
func (p *Person) options() Options { return Options{To: p.to} }

func (p *Person) rows(yield func(p *Play, repeated bool) error) error {
	for i := range p.plays {
		if err := yield(&p.plays[i].Play, p.plays[i].again); err != nil {
			return err
		}
	}
	return nil
}

// Extended writes the "Extended streaming history" of the person as a ZIP.
func (p *Person) Extended(w io.Writer) (Counts, error) {
	return WriteExtended(w, p.options(), ExtendedFormat(), p.rows)
}

// Account writes the "Account data" of the person as a ZIP: the last year, and
// everything that Spotify knows besides.
func (p *Person) Account(w io.Writer) (Counts, error) {
	profile, err := p.profile()
	if err != nil {
		return Counts{}, fmt.Errorf("write account data: %w", err)
	}
	return WriteAccount(w, p.options(), p.rows, slices.Concat(p.belongings(), profile, p.opinions(), p.wrappeds(), []Document{
		// The one file of an account package that is not JSON.
		{"UserAddress.json", "List(Map(city -> Helsinki, street -> Keksitty katu 12 A 4, postal_code -> 00000, country -> FI))"},
	}))
}

// TechnicalLog writes the "Technical log information" of the person as a ZIP:
// what was saved and put into playlists in the last weeks, among telemetry.
func (p *Person) TechnicalLog(w io.Writer) (LogCounts, error) {
	from := p.to.AddDate(0, 0, -LogDays).Unix()
	seen := make(map[*song]bool)
	var tracks []*Track
	for i := range p.plays {
		if l := &p.plays[i]; l.TS >= from && !seen[l.song] {
			seen[l.song] = true
			tracks = append(tracks, &l.song.Track)
		}
	}
	var changes []Change
	for _, c := range p.changes {
		if c.at < from {
			continue
		}
		var members []string
		if c.list == nil {
			members = append(members, `"message_uri": `+Quote(c.uri))
		} else {
			members = append(members, `"message_playlist_uri": `+Quote(c.list.uri), `"message_playlist_name": `+Quote(c.list.name))
			if c.uri != "" {
				members = append(members, `"message_item_uri": `+Quote(c.uri), `"message_position": `+strconv.Itoa(c.position))
			}
		}
		changes = append(changes, Change{c.event, time.Unix(c.at, 0).UTC(), members})
	}
	return WriteTechnicalLog(w, p.options(), tracks, changes)
}
