package handlers_test

import (
	"encoding/json"
	"fmt"
	"testing"
)

// An object is a JSON object in the making.
type object = map[string]any

func document(t testing.TB, name string, v any) file {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return file{"Spotify Account Data/" + name, b}
}

// listed is an item of a playlist.
func listed(name, artist, uri, added string) object {
	return object{"track": object{"trackName": name, "artistName": artist, "albumName": name + " LP", "trackUri": uri}, "episode": nil, "localTrack": nil, "addedDate": added}
}

// belongings is an account package with playlists and a library under nasty
// names, some of which library knows.
func belongings(t *testing.T) file {
	t.Helper()
	var lists []object
	for i, name := range nasty {
		items := []object{{"localTrack": object{"uri": "spotify:local:" + name + ":x:y:200"}, "addedDate": "2023-01-02"}}
		for j := range 12 {
			n := (7*i + j) % 90 // the last twenty were never played
			items = append(items, listed(nasty[n%len(nasty)]+fmt.Sprint(n), nasty[n%len(nasty)], fmt.Sprintf("spotify:track:%022d", n), "2023-02-03"))
		}
		lists = append(lists, object{"name": name, "description": name, "lastModifiedDate": "2023-05-06", "collaborators": []string{name}, "numberOfFollowers": i, "items": items})
	}
	lists = append(lists, object{"name": "", "items": []object{}}, object{"name": "", "items": []object{}})
	things := func(n int, f func(i int, name string) object) []object {
		out := make([]object, n)
		for i := range out {
			out[i] = f(i, nasty[i%len(nasty)])
		}
		return out
	}
	artist := func(i int, name string) object {
		return object{"name": name, "uri": fmt.Sprintf("spotify:artist:%022d", i)}
	}
	track := func(i int, name string) object {
		return object{"track": name + fmt.Sprint(i), "artist": name, "album": name + " LP", "uri": fmt.Sprintf("spotify:track:%022d", i)}
	}
	library := object{
		"tracks":        things(80, track),
		"albums":        things(10, func(i int, name string) object { return object{"album": name + " LP", "artist": name} }),
		"artists":       things(10, artist),
		"shows":         things(10, func(i int, name string) object { return object{"name": name + " show", "publisher": name} }),
		"episodes":      things(10, func(i int, name string) object { return object{"name": name + " talk", "show": name + " show"} }),
		"bannedTracks":  things(3, track),
		"bannedArtists": things(3, artist),
		"other":         things(3, func(i int, name string) object { return object{"name": name, "uri": name} }),
	}
	return file{"my_account.zip", zipped(t,
		document(t, "Playlist1.json", object{"playlists": lists}),
		document(t, "YourLibrary.json", library),
	)}
}
