package account

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestPersonalTexts(t *testing.T) {
	for text, want := range map[string]bool{
		"jane@example.com":                         true,
		"write to <jane.doe+x@example.co.uk>.":     true,
		"+44 20 7946 0958":                         true,
		"+4915123456789":                           true,
		"030 1234567":                              true,
		"(030) 123-4567":                           true,
		"203.0.113.7":                              true,
		"2001:db8::1":                              true,
		"fe80::1%eth0":                             true,
		"123e4567-e89b-12d3-a456-426614174000":     true,
		"0123456789abcdef0123456789abcdef":         true,
		"0123456789ABCDEF0123456789ABCDEF01234567": true,
		"31a2bcdefghijklmnopqrstuvwx7":             true,
		"spotify:user:jane":                        true,

		"":                                      false,
		"spotify:track:0000000000000000000001":  false,
		"spotify:episode:31a2bcdefghijklmnopqr": false,
		"0000000000000000000001":                false,
		"4uLU6hMCjMI75M1A2tKUQC":                false,
		"2024-02-19":                            false,
		"20240219":                              false,
		"2024-02-19T10:00:00Z":                  false,
		"2024-02-19 10:00":                      false,
		"19 02 2024":                            false,
		"10:00:00":                              false,
		"+01:00":                                false,
		"1700000000000":                         false,
		"132":                                   false,
		"1.2.3":                                 false,
		"@ home":                                false,
		"p!nk@live":                             false,
		"a song without any digits at":          false,
		"abcdefghijklmnopqrstuvwxyzab":          false,
		"::":                                    false,
		"Band One":                              false,
		"+1 more":                               false,
	} {
		if got := isPersonalText(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestPersonalValuesOfAnyDocument(t *testing.T) {
	sources := []export.Document{
		doc(export.TopicOther, "S4XProfile.json", `{"account":{"fullName":"Jane Example","email":"jane@example.com"},"teams":[{"teamName":"Jane Example","role":"Owner","accessLevel":"ADMIN"}]}`),
		doc(export.TopicFestivals, "UserFestivalsDataForSAR.json", `{"festivalId":"fest2026","userId":"0123456789abcdef0123456789abcdef","totalArtistsMatched":10,"topArtists":[{"name":"Band One"}]}`),
		doc(export.TopicOther, "Unknown.json", `{"a":"203.0.113.7","b":["x","+44 20 7946 0958"],"verified_email":true,"emailCount":3}`),
		doc(export.TopicBottle, "PlaylistInABottle.json", `{"capsule2024":{"note":"dear me","vessel":"bottle","response":[{"question":"q","answer":"spotify:track:t"}]}}`),
		doc(export.TopicPodcastInteractivity, "PodcastInteractivityComments.json", `[{"showName":"A show","comment":"I was there"}]`),
		doc(export.TopicFollow, "Follow.json", `{"followerCount":12,"followingUsersCount":9,"followingArtists":["Band One"],"userIsFollowing":["ann"]}`),
		doc(export.TopicAddress, "UserAddress.json", `[{"city":"Springfield"}]`),
	}
	var got []string
	for _, f := range newReading(datasetOf(sources)).personalFields(true) {
		for _, v := range f.Values {
			got = append(got, f.Document+" "+f.Path+" "+v)
		}
	}
	same(t, "personal", got, []string{
		"Follow.json $.userIsFollowing[] ann",
		"PlaylistInABottle.json $.capsule2024.note dear me",
		"PodcastInteractivityComments.json $[].comment I was there",
		"S4XProfile.json $.account.fullName Jane Example",
		"S4XProfile.json $.account.email jane@example.com",
		"S4XProfile.json $.teams[].teamName Jane Example",
		"Unknown.json $.a 203.0.113.7",
		"Unknown.json $.b[] +44 20 7946 0958",
		"UserAddress.json $[].city Springfield",
		"UserFestivalsDataForSAR.json $.userId 0123456789abcdef0123456789abcdef",
	})
}

// FuzzPersonalTexts: what is found is hidden in the document as well, and
// nothing that Spotify calls music by is.
func FuzzPersonalTexts(f *testing.F) {
	for _, s := range []string{"jane@example.com", "+44 20 7946 0958", "::1", "spotify:track:1", "a@b@c.de"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		personal := isPersonalText(s)
		if n := (&Node{Kind: NodeText, Text: s}); personal != NewRedactor(export.TopicWrapped).Redacts(n) {
			t.Fatalf("%q is personal: %v", s, personal)
		}
		if isPersonalText("spotify:track:" + s) {
			t.Fatalf("the track %q is personal", s)
		}
	})
}
