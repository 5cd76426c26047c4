package account

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestPersonalFields(t *testing.T) {
	sources := []export.Document{
		doc(export.TopicUserdata, "Userdata.json", `{"username":"zoe","birthdate":"1990-01-01","facebookUid":null,"createdFromFacebook":false,"postalCode":12345,"gender":"male"}`),
		doc(export.TopicFollow, "Follow.json", `{"userIsFollowing":["ann","Ünal",{"name":"+49"}]}`),
		doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"P","collaborators":["bob"],"items":[{"track":{"trackName":"T","username":"hidden in an item"}}]}]}`),
		doc(export.TopicOther, "Future.json", `{"x":{"contactEmail":"z@x","colour":"red"}}`),
		doc(export.TopicSearches, "SearchQueries.json", `[{"searchQuery":"my address"}]`),
		doc(export.TopicMessages, "MessageData.json", `{"chat1":{"messages":[{"from":"ann","message":"meet me at noon"}]}}`),
	}
	masked, shown := Read(sources).PersonalFields(), newReading(datasetOf(sources)).personalFields(true)
	const pkg = "my_spotify_data.zip"
	for i, f := range []struct {
		document, path string
		values, masked []string
		count          int
	}{
		{"Follow.json", "$.userIsFollowing[]", []string{"ann", "Ünal"}, []string{"a" + maskDots, "Ü" + maskDots}, 2},
		{"Follow.json", "$.userIsFollowing[].name", []string{"+49"}, []string{maskDots}, 1},
		{"Future.json", "$.x.contactEmail", []string{"z@x"}, []string{"z" + maskDots}, 1},
		{"MessageData.json", "$.chat1.messages[].from", []string{"ann"}, []string{"a" + maskDots}, 1},
		{"MessageData.json", "$.chat1.messages[].message", []string{"meet me at noon"}, []string{"m" + maskDots}, 1},
		{"Playlist1.json", "$.playlists[].collaborators[]", []string{"bob"}, []string{"b" + maskDots}, 1},
		{"Userdata.json", "$.username", []string{"zoe"}, []string{"z" + maskDots}, 1},
		{"Userdata.json", "$.birthdate", []string{"1990-01-01"}, []string{maskDots}, 1},
		{"Userdata.json", "$.postalCode", []string{"12345"}, []string{maskDots}, 1},
		{"Userdata.json", "$.gender", []string{"male"}, []string{maskDots}, 1},
	} {
		same(t, f.path, masked[i], PersonalField{f.document, pkg, f.path, f.count, f.masked})
		same(t, f.path+" shown", shown[i], PersonalField{f.document, pkg, f.path, f.count, f.values})
	}
	same(t, "fields", []int{len(masked), len(shown)}, []int{10, 10})
}

// What lies in memory between requests says nothing that a page does not show
// unasked: no message, no name of another person, no way to pay.
func TestNothingPrivateIsKept(t *testing.T) {
	a := Read([]export.Document{
		doc(export.TopicMessages, "MessageData.json", `{"chat1":{"members":["PRIVATE ann"],"messages":[{"from":"PRIVATE ann","message":"PRIVATE words","time":"2025-10-01T10:00:00Z"}]}}`),
		doc(export.TopicFollow, "Follow.json", `{"userIsFollowing":["PRIVATE ann"],"userIsFollowedBy":[{"name":"PRIVATE bob"}],"userIsBlocking":["PRIVATE cy"]}`),
		doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"P","collaborators":["PRIVATE dora"],"items":[]}]}`),
		doc(export.TopicUserdata, "Userdata.json", `{"username":"PRIVATE me","email":"PRIVATE@x","postalCode":"PRIVATE"}`),
		doc(export.TopicPayments, "Payments.json", `{"payment_method":"PRIVATE card","postal_code":"PRIVATE"}`),
		doc(export.TopicIdentifiers, "Identifiers.json", `{"identifierType":"email","identifierValue":"PRIVATE@x"}`),
		doc(export.TopicIdentity, "Identity.json", `{"displayName":"PRIVATE me","imageUrl":"PRIVATE"}`),
	})
	same(t, "follow", a.Follow, Follow{Followers: 1, Following: 1, Blocked: 1, Named: true})
	same(t, "collaborators", a.Playlists[0].Collaborators, 1)
	if kept := fmt.Sprintf("%+v", a); strings.Contains(kept, "PRIVATE") {
		t.Errorf("kept: %s", kept)
	}
}

func TestProblemsRepeatNothingOfADocument(t *testing.T) {
	s := doc(export.TopicFollow, "Follow.json", `{"userIsFollowing":["secret@x",`)
	same(t, "problems", Read([]export.Document{s}).Problems, []Problem{problem(s, CodeCutShort, 1)})
}
