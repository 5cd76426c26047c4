package account

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestPersonalFields(t *testing.T) {
	a := Read([]Source{
		doc(export.TopicUserdata, "Userdata.json", `{"username":"zoe","birthdate":"1990-01-01","facebookUid":null,"createdFromFacebook":false,"postalCode":12345,"gender":"male"}`),
		doc(export.TopicFollow, "Follow.json", `{"userIsFollowing":["ann","Ünal",{"name":"+49"}]}`),
		doc(export.TopicPlaylists, "Playlist1.json", `{"playlists":[{"name":"P","collaborators":["bob"],"items":[{"track":{"trackName":"T","username":"hidden in an item"}}]}]}`),
		doc(export.TopicOther, "Future.json", `{"x":{"contactEmail":"z@x","colour":"red"}}`),
		doc(export.TopicSearches, "SearchQueries.json", `[{"searchQuery":"my address"}]`),
	})
	const pkg = "my_spotify_data.zip"
	same(t, "fields", a.PersonalFields(), []PersonalField{
		{"Follow.json", pkg, "$.userIsFollowing[]", []string{"ann", "Ünal"}, []string{"a" + maskDots, "Ü" + maskDots}, 2},
		{"Follow.json", pkg, "$.userIsFollowing[].name", []string{"+49"}, []string{maskDots}, 1},
		{"Future.json", pkg, "$.x.contactEmail", []string{"z@x"}, []string{"z" + maskDots}, 1},
		{"Playlist1.json", pkg, "$.playlists[].collaborators[]", []string{"bob"}, []string{"b" + maskDots}, 1},
		{"Userdata.json", pkg, "$.username", []string{"zoe"}, []string{"z" + maskDots}, 1},
		{"Userdata.json", pkg, "$.birthdate", []string{"1990-01-01"}, []string{maskDots}, 1},
		{"Userdata.json", pkg, "$.createdFromFacebook", []string{"false"}, []string{maskDots}, 1},
		{"Userdata.json", pkg, "$.postalCode", []string{"12345"}, []string{maskDots}, 1},
		{"Userdata.json", pkg, "$.gender", []string{"male"}, []string{maskDots}, 1},
	})
}

func TestProblemsRepeatNothingOfADocument(t *testing.T) {
	a := Read([]Source{doc(export.TopicUserdata, "Userdata.json", `{"email":"secret@x",`)})
	same(t, "problems", a.Problems, []Problem{{"Userdata.json", "my_spotify_data.zip", ReasonCutShort, 1}})
}
