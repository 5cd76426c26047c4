package sampletest

import (
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// Extended writes the "Extended streaming history" of the listener as a ZIP.
func Extended(w io.Writer, o Options) (sample.Counts, error) {
	l := newListener(o)
	return sample.WriteExtended(w, l.packages(), l.format(), l.listen)
}

// Account writes the "Account data" of the listener as a ZIP. Made with the same
// options as the extended history it is the same person's, and every row of it is
// one of the extended history's as well.
func Account(w io.Writer, o Options) (sample.Counts, error) {
	l := newListener(o)
	return sample.WriteAccount(w, l.packages(), l.listen, l.documents())
}

// documents are the files that are no history, as JSON.
func (l *listener) documents() []sample.Document {
	at := l.To.UTC()
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
		return `{"track":{"trackName":` + t.Name + `,"artistName":` + t.Artist + `,"albumName":` + t.Album +
			`,"trackUri":` + t.URI + `},"episode":null,"localTrack":null,"addedDate":"` + at.Format(time.DateOnly) + `"}`
	}
	saved := func(t *track) string {
		return `{"artist":` + t.Artist + `,"album":` + t.Album + `,"track":` + t.Name + `,"uri":` + t.URI + `}`
	}
	playlist := func(name, items string) string {
		return `{"name":"` + name + `","lastModifiedDate":"` + at.Format(time.DateOnly) +
			`","collaborators":[],"items":[` + items + `],"description":null,"numberOfFollowers":3}`
	}
	return []sample.Document{
		{Name: "Follow.json", Content: `{"followerCount":12,"followingUsersCount":9,"dismissingUsersCount":0}`},
		{Name: "Identifiers.json", Content: `{"identifierType":"email","identifierValue":"listener@example.com"}`},
		{Name: "Identity.json", Content: `{"displayName":"Sample Listener","firstName":"","lastName":"","imageUrl":"","largeImageUrl":"","tasteMaker":false,"verified":false}`},
		{Name: "Inferences.json", Content: `{"inferences":["1P_Custom_Evening_Listeners","Interest_Rail_Travel"]}`},
		{Name: "Marquee.json", Content: `[{"artistName":` + one.Artist + `,"segment":"Super Listeners"}]`},
		{Name: "Payments.json", Content: `{}`},
		{Name: "Playlist1.json", Content: `{"playlists":[` + playlist("Rainy trams", item(one)+","+item(two)) + "," +
			playlist("Kitchen, loud", every(1, 24, item)) + "," + playlist("夜の散歩", every(5, 30, item)) + `]}`},
		{Name: "SearchQueries.json", Content: `[{"platform":"ANDROID","searchTime":"` + at.Format("2006-01-02T15:04:05.000Z[UTC]") +
			`","searchQuery":"vel","searchInteractionURIs":[]}]`},
		{Name: "UserAddress.json", Content: `List(Map(city -> Somewhere, street -> Some Street 1))`},
		{Name: "Userdata.json", Content: `{"username":"sample-listener","email":"listener@example.com","country":"CA","createdFromFacebook":false,` +
			`"facebookUid":null,"birthdate":"1990-01-01","gender":"neutral","postalCode":null,"creationTime":"2012-05-01"}`},
		{Name: "YourLibrary.json", Content: `{"tracks":[` + saved(one) + "," + saved(two) + "," + every(3, 60, saved) + `],"albums":[],"shows":[],"episodes":[],` +
			`"bannedTracks":[],"artists":[{"name":` + one.Artist + `,"uri":"spotify:artist:0sampleartist000000000"}],"bannedArtists":[],"other":[]}`},
	}
}

// TechnicalLog writes the "Technical log information" of the listener as a ZIP:
// what they saved and put into playlists in its last weeks, among telemetry. It is
// the same person's as the other packages made with the same options.
func TechnicalLog(w io.Writer, o Options) (sample.LogCounts, error) {
	var tracks []*sample.Track
	artists := newListener(o).library.artists
	for i := range artists {
		for j := range artists[i].tracks {
			tracks = append(tracks, &artists[i].tracks[j].Track)
		}
	}
	r := rand.New(rand.NewPCG(o.Seed, 178))
	any := func() string { return tracks[r.IntN(min(len(tracks), 400))].URI }
	playlists := []struct{ name, uri string }{
		{`"Rainy trams"`, sample.Quote(sample.URI(r, "playlist"))}, {`"Kitchen, loud"`, sample.Quote(sample.URI(r, "playlist"))}, {`"夜の散歩"`, sample.Quote(sample.URI(r, "playlist"))},
	}
	var changes []sample.Change
	add := func(event string, at time.Time, members ...string) {
		changes = append(changes, sample.Change{Event: event, At: at, Members: members})
	}
	for i, p := range playlists {
		add("PlaylistCreated", o.To.AddDate(0, 0, -sample.LogDays).Add(time.Duration(i)*time.Hour), `"message_playlist_uri": `+p.uri, `"message_playlist_name": `+p.name)
	}
	for i, at := range sample.LogTimes(r, o.packages(), 90) {
		added := `"message_item_uri": ` + any()
		if i%20 == 19 { // an album at once
			added = `"message_item_uris": [` + any() + ", " + any() + ", " + any() + `]`
		}
		add("AddedToPlaylist", at, `"message_playlist_uri": `+playlists[r.IntN(len(playlists))].uri, `"message_position": `+strconv.Itoa(i),
			`"message_session_id": "`+strconv.FormatUint(r.Uint64(), 16)+`"`, added)
	}
	for _, at := range sample.LogTimes(r, o.packages(), 12) {
		add("RemovedFromPlaylist", at, `"message_playlist_uri": `+playlists[0].uri, `"message_item_uri": `+any())
	}
	for _, at := range sample.LogTimes(r, o.packages(), 160) {
		add("AddedToCollection", at, `"message_uri": `+any(), `"message_context_uri": `+playlists[1].uri)
	}
	for _, at := range sample.LogTimes(r, o.packages(), 25) {
		add("RemovedFromCollection", at, `"message_uri": `+any())
	}
	return sample.WriteTechnicalLog(w, o.packages(), tracks, changes)
}
