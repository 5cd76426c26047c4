package account

import (
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestVeil(t *testing.T) {
	for _, c := range []struct {
		topic export.Topic
		path  []string
		hides bool
	}{
		{export.TopicUserdata, []string{"country"}, true},
		{export.TopicFamilyPlan, []string{"a", "b", "c"}, true},
		{export.TopicOther, []string{"home", "PostalCode"}, true},
		{export.TopicOther, []string{"email", "verified"}, true},
		{export.TopicOther, []string{"items", "email"}, true},
		{export.TopicOther, []string{"colour"}, false},
		{export.TopicPlaylists, []string{"playlists", "name"}, false},
		{export.TopicPlaylists, []string{"playlists", "collaborators"}, true},
		{export.TopicWrapped, []string{"address"}, false},
	} {
		v := VeilOf(c.topic)
		for _, key := range c.path {
			v = v.Beneath(key)
		}
		if n := (&Node{Kind: NodeText, Text: "x"}); v.Hides(n) != c.hides {
			t.Errorf("%s %v: hides is %v", c.topic, c.path, v.Hides(n))
		}
	}
	v := VeilOf(export.TopicUserdata)
	for text, want := range map[string]string{"Ada": "A••••••", "1990-01-01": "••••••", "": "••••••"} {
		if got := v.Mask(&Node{Kind: NodeText, Text: text}); got != want {
			t.Errorf("%q is masked as %q", text, got)
		}
	}
	if v.Hides(&Node{Kind: NodeBool, Text: "true"}) {
		t.Error("true is personal")
	}
}

func TestVeiledDocuments(t *testing.T) {
	for _, c := range []struct {
		topic    export.Topic
		json     string
		want     string
		personal bool
	}{
		{export.TopicUserdata, `{ "email" : "ada@example.com", "gender":"female", "born":1990, "ok":true, "none":null, "empty":"", "list":["Öre",{}] }`,
			`{"email":"a••••••","gender":"••••••","born":"••••••","ok":true,"none":null,"empty":"","list":["Ö••••••",{}]}`, true},
		{export.TopicOther, `[{"contact_email":{"deep":["x",1.50]},"colour":"red","colour":1e3}]`, `[{"contact_email":{"deep":["x••••••","••••••"]},"colour":"red","colour":1e3}]`, true},
		{export.TopicWrapped, `{"email":"\ud800"}`, `{"email":"` + "\uFFFD" + `"}`, false},
		{export.TopicFollow, `{"followerCount":12,"userIsFollowing":["ann"],"followingArtists":["Band"]}`, `{"followerCount":12,"userIsFollowing":["a••••••"],"followingArtists":["Band"]}`, true},
		{export.TopicSearches, `[{"searchQuery":"write to jane@example.com","searchTime":"2024-03-01T10:00:00.000Z[UTC]"}]`, `[{"searchQuery":"w••••••","searchTime":"2024-03-01T10:00:00.000Z[UTC]"}]`, true},
		{export.TopicOther, ` 17 `, `17`, false},
	} {
		got, personal, err := Veiled([]byte(c.json), c.topic)
		if got := strings.TrimSpace(string(got)); err != nil || got != c.want || personal != c.personal {
			t.Errorf("%s: %s, %v, %v", c.json, got, personal, err)
		}
	}
	for _, broken := range []string{`{"a":`, `[1,]`, ``, `{"a" 1}`} {
		if got, _, err := Veiled([]byte(broken), export.TopicOther); err == nil {
			t.Errorf("%q becomes %s", broken, got)
		}
	}
}
