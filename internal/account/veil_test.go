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
		if v.Hides() != c.hides {
			t.Errorf("%s %v: hides is %v", c.topic, c.path, v.Hides())
		}
	}
	v := VeilOf(export.TopicUserdata)
	for text, want := range map[string]string{"Ada": "A••••••", "1990-01-01": "••••••", "": "••••••"} {
		if got := v.Mask(&Node{Kind: NodeText, Text: text}); got != want {
			t.Errorf("%q is masked as %q", text, got)
		}
	}
	if got := v.Mask(&Node{Kind: NodeBool, Text: "true"}); got != "••••••" {
		t.Errorf("true is masked as %q", got)
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
			`{"email":"a••••••","gender":"••••••","born":"••••••","ok":"••••••","none":null,"empty":"","list":["Ö••••••",{}]}`, true},
		{export.TopicOther, `[{"contact_email":{"deep":["x",1.50]},"colour":"red","colour":1e3}]`, `[{"contact_email":{"deep":["x••••••","••••••"]},"colour":"red","colour":1e3}]`, true},
		{export.TopicWrapped, `{"email":"\ud800"}`, `{"email":"` + "\uFFFD" + `"}`, false},
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
