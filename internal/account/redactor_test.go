package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account/accounttest"
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
		v := NewRedactor(c.topic)
		for _, key := range c.path {
			v = v.Member(key)
		}
		if n := (&Node{Kind: NodeText, Text: "x"}); v.Redacts(n) != c.hides {
			t.Errorf("%s %v: hides is %v", c.topic, c.path, v.Redacts(n))
		}
	}
	v := NewRedactor(export.TopicUserdata)
	for text, want := range map[string]string{"Ada": "A••••••", "1990-01-01": "••••••", "": "••••••"} {
		if got := v.Mask(&Node{Kind: NodeText, Text: text}); got != want {
			t.Errorf("%q is masked as %q", text, got)
		}
	}
	if v.Redacts(&Node{Kind: NodeBool, Text: "true"}) {
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
		{export.TopicWrapped, `{"email":"\ud800"}`, `{"email":"\ud800"}`, false},
		{export.TopicFollow, `{"followerCount":12,"userIsFollowing":["ann"],"followingArtists":["Band"]}`, `{"followerCount":12,"userIsFollowing":["a••••••"],"followingArtists":["Band"]}`, true},
		{export.TopicSearches, `[{"searchQuery":"write to jane@example.com","searchTime":"2024-03-01T10:00:00.000Z[UTC]"}]`, `[{"searchQuery":"w••••••","searchTime":"2024-03-01T10:00:00.000Z[UTC]"}]`, true},
		{export.TopicOther, ` 17 `, `17`, false},
	} {
		got, err := Redact([]byte(c.json), export.Extent{}, c.topic, false)
		if err != nil || string(got.JSON) != c.want || got.Masked != c.personal || got.LeftOut != 0 {
			t.Errorf("%s: %s, %+v, %v", c.json, got.JSON, got, err)
		}
		shown, err := Redact([]byte(c.json), export.Extent{}, c.topic, true)
		if err != nil || shown.Masked || strings.Contains(string(shown.JSON), maskDots) || !sameJSON(t, shown.JSON, []byte(c.json)) {
			t.Errorf("%s is revealed as %s, %v", c.json, shown.JSON, err)
		}
	}
	for _, broken := range []string{`{"a":`, `[1,]`, ``, `{"a" 1}`} {
		if got, err := Redact([]byte(broken), export.Extent{}, export.TopicOther, false); err == nil {
			t.Errorf("%q becomes %s", broken, got.JSON)
		}
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

// A document of any size is shown in bounds, and says how much is missing.
func TestALargeDocumentIsShownInPart(t *testing.T) {
	k := accounttest.Kind{Before: `{"a":{"b":[`, Element: `{"c":[1]}`, After: `]},"d":2}`}
	large := k.JSON(maxShown / 8) // of ten bytes each
	all := export.Measure(large)
	for _, topic := range []export.Topic{export.TopicOther, export.TopicMessages} {
		got, err := Redact(large, all, topic, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.JSON) > maxShown+1000 || len(got.JSON) < maxShown {
			t.Errorf("%s: %d bytes", topic, len(got.JSON))
		}
		if !json.Valid(got.JSON) {
			t.Fatalf("%s: no JSON: … %s", topic, got.JSON[len(got.JSON)-40:])
		}
		here := export.Measure(got.JSON)
		if want := all.Elements + all.Members - here.Elements - here.Members; got.LeftOut != want || want == 0 {
			t.Errorf("%s: %d are left out, want %d", topic, got.LeftOut, want)
		}
	}
}

// FuzzShow: what is shown of a document is JSON of the same shape, and hides the
// personal values.
func FuzzShow(f *testing.F) {
	f.Add("userdata", []byte(`{"a":["x",{"gender":"\u00e9"},null,1e3,true,"",[]]}`))
	f.Add("other", []byte(`[{"e\u006dail":"ada"},{"x":"ada"}]`))
	f.Fuzz(func(t *testing.T, topic string, b []byte) {
		got, err := Redact(b, export.Extent{}, export.Topic(topic), false)
		var want, shown any
		if json.Unmarshal(b, &want) != nil {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(got.JSON, &shown); err != nil {
			t.Fatalf("%s becomes %s: %v", b, got.JSON, err)
		}
		all, here := export.Measure(b), export.Measure(got.JSON)
		if all.Elements != here.Elements || all.Members != here.Members {
			t.Fatalf("%s becomes %s", b, got.JSON)
		}
		hides(t, NewRedactor(export.Topic(topic)), want, shown)
	})
}

func hides(t *testing.T, v Redactor, want, shown any) {
	switch want := want.(type) {
	case map[string]any:
		for key := range want {
			hides(t, v.Member(key), want[key], shown.(map[string]any)[key])
		}
	case []any:
		for i := range want {
			hides(t, v, want[i], shown.([]any)[i])
		}
	default:
		n := Node{Kind: NodeNumber, Text: fmt.Sprint(want)}
		switch want.(type) {
		case string:
			n.Kind = NodeText
		case bool:
			n.Kind = NodeBool
		case nil:
			n.Kind = NodeNull
		}
		if hidden := n.Text != "" && v.Redacts(&n); hidden != (shown != want) && !strings.Contains(fmt.Sprint(want), maskDots) {
			t.Fatalf("%v is shown as %v", want, shown)
		}
	}
}
