package sample

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxAccountRows is where Spotify begins a new file.
const maxAccountRows = 10_000

// Account writes the "Account data" of the listener as a ZIP: the history of
// the last year, as coarse as Spotify tells it there, and the small files
// beside it. Made with the same options as the extended history it is the same
// person's, and every row of it is one of the extended history's as well.
func Account(w io.Writer, o Options) (Counts, error) {
	l := newListener(o)
	a, err := newAccount(w, o)
	if err != nil {
		return Counts{}, err
	}
	if err := l.listen(a.add); err != nil {
		return a.counts, err
	}
	if err := a.histories(); err != nil {
		return a.counts, err
	}
	if err := a.beside(l); err != nil {
		return a.counts, err
	}
	return a.counts, a.close()
}

// newAccount begins an "Account data" package.
func newAccount(w io.Writer, o Options) (*account, error) {
	z, err := newArchive(w, "Spotify Account Data", o)
	if err != nil {
		return nil, err
	}
	return &account{archive: z, from: o.To.AddDate(-1, 0, 0).Unix()}, nil
}

// histories writes the rows that were collected.
func (a *account) histories() error {
	for _, h := range []struct {
		label string
		rows  []string
	}{{"music", a.music}, {"podcast", a.podcasts}, {"audiobook", a.audiobooks}} {
		if err := a.history(h.label, h.rows); err != nil {
			return err
		}
	}
	return nil
}

// account collects the rows of the last year.
type account struct {
	*archive
	from                        int64
	music, podcasts, audiobooks []string
	seen                        map[string]bool // rows of the current minute
	minute                      int64
	counts                      Counts
}

func (a *account) add(p *play, _ bool) error {
	if p.ts < a.from || p.track.kind == nothing {
		return nil
	}
	minute := p.ts - p.ts%60
	if minute != a.minute || a.seen == nil {
		a.minute, a.seen = minute, make(map[string]bool)
	}
	t := p.track
	var keys, values []string
	to := &a.music
	switch t.kind {
	case podcast:
		to = &a.podcasts
		keys, values = []string{"podcastName", "episodeName"}, []string{t.artist, p.name}
	case audiobook:
		to = &a.audiobooks
		keys, values = []string{"audiobookName", "chapterName", "authorName"}, []string{t.album, p.name, t.artist}
	default:
		keys, values = []string{"artistName", "trackName"}, []string{t.artist, p.name}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  {\n    \"endTime\": %q", time.Unix(minute, 0).UTC().Format("2006-01-02 15:04"))
	for i, k := range keys {
		b.WriteString(",\n    \"" + k + "\": " + values[i])
	}
	b.WriteString(",\n    \"msPlayed\": " + strconv.Itoa(p.ms) + "\n  }")
	row := b.String()
	if a.seen[row] {
		return nil
	}
	a.seen[row] = true
	*to = append(*to, row)
	a.counts.add(minute, p.ms, false)
	return nil
}

func (a *account) history(label string, rows []string) error {
	for n := 0; len(rows) > 0; n++ {
		some := rows[:min(len(rows), maxAccountRows)]
		rows = rows[len(some):]
		name := fmt.Sprintf("StreamingHistory_%s_%d.json", label, n)
		if err := a.write(name, "[\n"+strings.Join(some, ",\n")+"\n]"); err != nil {
			return err
		}
		a.counts.Files++
	}
	return nil
}

// beside writes the files that are no history.
func (a *account) beside(l *listener) error {
	favourite := &l.library.artists[0]
	one, two := &favourite.tracks[0], &l.library.artists[1].tracks[0]
	// every takes a track of every so many artists: those far behind were seldom
	// played, or never.
	every := func(step, n int, write func(*track) string) string {
		var list []string
		for i := 0; i < len(l.library.artists) && len(list) < n; i += step {
			tracks := l.library.artists[i].tracks
			list = append(list, write(&tracks[(i*step)%len(tracks)]))
		}
		return strings.Join(list, ",")
	}
	item := func(t *track) string {
		return `{"track":{"trackName":` + t.name + `,"artistName":` + t.artist + `,"albumName":` + t.album +
			`,"trackUri":` + t.uri + `},"episode":null,"localTrack":null,"addedDate":"` + a.at.Format(time.DateOnly) + `"}`
	}
	saved := func(t *track) string {
		return `{"artist":` + t.artist + `,"album":` + t.album + `,"track":` + t.name + `,"uri":` + t.uri + `}`
	}
	playlist := func(name, items string) string {
		return `{"name":"` + name + `","lastModifiedDate":"` + a.at.Format(time.DateOnly) +
			`","collaborators":[],"items":[` + items + `],"description":null,"numberOfFollowers":3}`
	}
	for _, f := range []struct{ name, content string }{
		{"Follow.json", `{"followerCount":12,"followingUsersCount":9,"dismissingUsersCount":0}`},
		{"Identifiers.json", `{"identifierType":"email","identifierValue":"listener@example.com"}`},
		{"Identity.json", `{"displayName":"Sample Listener","firstName":"","lastName":"","imageUrl":"","largeImageUrl":"","tasteMaker":false,"verified":false}`},
		{"Inferences.json", `{"inferences":["1P_Custom_Evening_Listeners","Interest_Rail_Travel"]}`},
		{"Marquee.json", `[{"artistName":` + one.artist + `,"segment":"Super Listeners"}]`},
		{"Payments.json", `{}`},
		{"Playlist1.json", `{"playlists":[` + playlist("Rainy trams", item(one)+","+item(two)) + "," +
			playlist("Kitchen, loud", every(1, 24, item)) + "," + playlist("夜の散歩", every(5, 30, item)) + `]}`},
		{"SearchQueries.json", `[{"platform":"ANDROID","searchTime":"` + a.at.Format("2006-01-02T15:04:05.000Z[UTC]") +
			`","searchQuery":"vel","searchInteractionURIs":[]}]`},
		{"UserAddress.json", `List(Map(city -> Somewhere, street -> Some Street 1))`},
		{"Userdata.json", `{"username":"sample-listener","email":"listener@example.com","country":"CA","createdFromFacebook":false,` +
			`"facebookUid":null,"birthdate":"1990-01-01","gender":"neutral","postalCode":null,"creationTime":"2012-05-01"}`},
		{"YourLibrary.json", `{"tracks":[` + saved(one) + "," + saved(two) + "," + every(3, 60, saved) + `],"albums":[],"shows":[],"episodes":[],` +
			`"bannedTracks":[],"artists":[{"name":` + one.artist + `,"uri":"spotify:artist:0sampleartist000000000"}],"bannedArtists":[],"other":[]}`},
	} {
		if err := a.write(f.name, f.content); err != nil {
			return err
		}
	}
	return nil
}
