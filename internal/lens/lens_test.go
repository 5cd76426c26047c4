package lens

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]Lens{
		"":                                      {},
		"unknown=1&page=1&min=30":               {},
		"from=&to=&tz=&min=&kind=&q=&page=":     {},
		"from=2020&to=2020":                     {From: Date{2020, 1, 1}, To: Date{2020, 12, 31}},
		"from=2020-02&to=2020-02":               {From: Date{2020, 2, 1}, To: Date{2020, 2, 29}},
		"from=2020-02-03":                       {From: Date{2020, 2, 3}},
		"tz=Europe/Berlin":                      {TZ: berlin},
		"min=0":                                 {Min: -30},
		"kind=video,music&kind=music":           {Filter: Filter{Kinds: KindMusic | KindVideo}},
		"q=+Björk++x+":                          {Filter: Filter{Q: "Björk  x"}},
		"country=de":                            {Filter: Filter{Country: "DE"}},
		"country=zz":                            {Filter: Filter{Country: "ZZ"}},
		"platform=speaker":                      {Filter: Filter{Platform: FamilySpeaker}},
		"weekday=sun&weekday=mon,tue":           {Filter: Filter{Weekdays: 1<<6 | 1<<0 | 1<<1}},
		"hour=23,0&hour=7":                      {Filter: Filter{Hours: 1<<23 | 1<<0 | 1<<7}},
		"not=b&not=a&not=b":                     {Filter: Filter{Not: []string{"a", "b"}}},
		"only=private&only=skipped,skipped":     {Filter: Filter{Only: Skipped | Private}},
		"group=title":                           {Group: GroupTitle},
		"group=uri":                             {},
		"artist=a-_9&track=t":                   {Focus: Focus{Artist: "a-_9", Track: "t"}},
		"sort=last&page=7&after=o1600000000.12": {Paging: Paging{Sort: SortLast, Page: 6, After: "o1600000000.12"}},
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		// want holds differences from the defaults.
		want.Page++
		want.Min += DefaultMin
		if want.TZ == nil {
			want.TZ = time.UTC
		}
		if got, err := Parse(q); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q\n got %+v, %v\nwant %+v", query, got, err, want)
		}
	}
}

func TestLensPrintsDatesAsShortAsTheyCanBe(t *testing.T) {
	for query, want := range map[string]string{
		"from=2020-01-01&to=2020-12-31": "from=2020&to=2020",
		"from=2020-02-01&to=2020-02-29": "from=2020-02&to=2020-02",
		"from=2021-02-01&to=2021-02-27": "from=2021-02&to=2021-02-27",
		"from=2021-01-31&to=2021-12-01": "from=2021-01-31&to=2021-12-01",
		"from=2021-12-01&to=2022-01-31": "from=2021-12&to=2022-01",
		"from=2021-01-01&to=2021-01-31": "from=2021-01&to=2021-01",
		"from=2021-01-01&to=2022-03-04": "from=2021-01&to=2022-03-04",
		"from=2021-01-01&to=2024-12-31": "from=2021&to=2024",
		"from=2021-12-01&to=2021-12-31": "from=2021-12&to=2021-12",
		"from=2021-01-01":               "from=2021",
		"from=2105-01-01&to=2105-12-31": "from=2105&to=2105",
		"to=1970-12-31":                 "to=1970",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Parse(q)
		if err != nil || l.Encode() != want {
			t.Errorf("%s is printed as %s, want %s (%v)", query, l.Encode(), want, err)
		}
	}
}

func TestParseLensNamesTheFieldAtFault(t *testing.T) {
	for query, field := range map[string]string{
		"from=2020-13":                         "from",
		"from=2021-02-29":                      "from",
		"from=20":                              "from",
		"to=1969":                              "to",
		"to=2106":                              "to",
		"from=2021&to=2020":                    "from",
		"tz=Nowhere/City":                      "tz",
		"tz=../../etc/localtime":               "tz",
		"tz=/etc/localtime":                    "tz",
		"tz=Local":                             "tz",
		"min=-1":                               "min",
		"min=86401":                            "min",
		"min=abc":                              "min",
		"kind=music,films":                     "kind",
		"q=" + strings.Repeat("x", 201):        "q",
		"q=a+b+c+d+e+f+g+h+i":                  "q",
		"q=a%00b":                              "q",
		"q=%ff":                                "q",
		"country=DEU":                          "country",
		"country=1x":                           "country",
		"platform=toaster":                     "platform",
		"weekday=monday":                       "weekday",
		"weekday=mon,":                         "weekday",
		"hour=24":                              "hour",
		"hour=-1":                              "hour",
		"hour=7,24":                            "hour",
		"hour=7,seven":                         "hour",
		"not=" + strings.Repeat("x", 1001):     "not",
		strings.Repeat("not=a&", 51):           "not",
		"only=shuffled":                        "only",
		"group=isrc":                           "group",
		"artist=a%2Fb":                         "artist",
		"album=%3Cem%3E":                       "album",
		"track=" + strings.Repeat("a", 65):     "track",
		"show=a+b":                             "show",
		"audiobook=%C3%A4":                     "audiobook",
		"sort=random":                          "sort",
		"page=0":                               "page",
		"page=1e3":                             "page",
		"page=99999999999999999999":            "page",
		"after=1600000000":                     "after",
		"after=o1600000000.-1":                 "after",
		"after=o99999999999.0":                 "after",
		"country=DE&after=x&country=too+long!": "after",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(q)
		var f *FieldError
		if !errors.As(err, &f) || f.Field != field || !strings.HasSuffix(f.Message, ".") {
			t.Errorf("%q: %v, want an error about %s", query, err, field)
		}
	}
}

func TestLensChangesLeaveTheOriginalAlone(t *testing.T) {
	l := Lens{Filter: Filter{Not: []string{"a", "c"}}, Paging: Paging{Page: 4, After: "o1.1"}}
	for name, changed := range map[string]Lens{
		"WithNot":    l.WithNot("b"),
		"WithoutNot": l.WithoutNot("a"),
		"WithRange":  l.WithRange(Date{2020, 1, 1}, Date{2020, 1, 2}),
		"WithQ":      l.WithQ("x"),
		"WithSort":   l.WithSort(SortName),
		"WithEntity": l.WithEntity(Show, "x"),
		"WithOnly":   l.WithOnly(Offline),
		"WithGroup":  l.WithGroup(GroupTitle),
		"WithClock":  l.WithClock(1, 2),
	} {
		if changed.Page != 1 || changed.After != "" {
			t.Errorf("%s keeps its place in a list that is another now", name)
		}
	}
	if !reflect.DeepEqual(l, Lens{Filter: Filter{Not: []string{"a", "c"}}, Paging: Paging{Page: 4, After: "o1.1"}}) {
		t.Errorf("the lens changed: %+v", l)
	}
	if got := l.WithNot("b").WithoutNot("c").Not; !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Errorf("left out: %q", got)
	}
	if !l.Filtered() || l.HasRange() || (Lens{}).Filtered() || !l.WithRange(Date{}, Date{2020, 1, 1}).HasRange() {
		t.Error("Filtered or HasRange is wrong")
	}
	if l.WithPage(3).Page != 3 || l.WithAfter("n1.1").After != "n1.1" {
		t.Error("paging is not set")
	}
}

func TestDateStart(t *testing.T) {
	for _, c := range []struct {
		zone string
		date Date
		want string
	}{
		{"UTC", Date{2020, 2, 29}, "2020-02-29T00:00:00Z"},
		{"Asia/Kathmandu", Date{2020, 1, 1}, "2019-12-31T18:15:00Z"},
		// Clocks went from 23:59 to 01:00: the day begins at one.
		{"America/Sao_Paulo", Date{2018, 11, 4}, "2018-11-04T03:00:00Z"},
		{"Africa/Cairo", Date{2024, 4, 26}, "2024-04-25T22:00:00Z"},
		// Samoa left out the whole day; it begins where the next one does.
		{"Pacific/Apia", Date{2011, 12, 30}, "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", Date{2011, 12, 31}, "2011-12-30T10:00:00Z"},
	} {
		tz, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := time.Unix(c.date.Start(tz), 0).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%v in %s begins at %s, want %s", c.date, c.zone, got, c.want)
		}
	}
}

func TestDate(t *testing.T) {
	d := Date{2020, 2, 28}
	if d.AddDays(2) != (Date{2020, 3, 1}) || d.AddDays(-59) != (Date{2019, 12, 31}) {
		t.Error("AddDays is wrong")
	}
	if d.String() != "2020-02-28" || (Date{}).String() != "" || !(Date{}).IsZero() {
		t.Error("String or IsZero is wrong")
	}
	if d.Compare(Date{2020, 2, 28}) != 0 || d.Compare(Date{2020, 3, 1}) >= 0 || d.Compare(Date{2019, 12, 31}) <= 0 {
		t.Error("Compare is wrong")
	}
}
