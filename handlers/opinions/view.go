package opinions

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// sides are what Spotify may think something of, in the order of the page.
var sides = []struct {
	id    string // unique on the page
	title string
	topic export.Topic
	file  string // that is known to say it
	tell  func(*opinion, *web.Request, *account.Account)
}{
	{"marquee", "Whose fan you are", export.TopicMarquee, "Marquee.json", (*opinion).marquee},
	{"inferences", "What it infers", export.TopicInferences, "Inferences.json", (*opinion).inferences},
	{"taste", "Your taste in its words", export.TopicTasteProfile, "TasteProfile.json", (*opinion).taste},
	{"follow", "Who follows whom", export.TopicFollow, "Follow.json", (*opinion).follow},
	{"prompts", "What you asked it for", export.TopicPrompts, "UserPrompts.json", (*opinion).prompts},
	{"bottle", "Playlist in a bottle", export.TopicBottle, "PlaylistInABottle.json", (*opinion).letters},
	{"podcasts", "What you said to podcasts", export.TopicPodcastInteractivity, "PodcastInteractivity.json", (*opinion).podcasts},
	{"capsule", "Sound Capsule", export.TopicSoundCapsule, "YourSoundCapsule.json", (*opinion).capsule},
}

// holdsAny reports whether any package holds a document that says what Spotify thinks.
func holdsAny(req *web.Request) bool {
	for _, s := range sides {
		if req.HasTopic(s.topic) {
			return true
		}
	}
	return false
}

// An opinion is one side of what Spotify thinks. Whatever is empty is left out.
type opinion struct {
	id       string // unique on the page: "marquee"
	title    string // "How much of a fan you are"
	sentence prose.Text
	// absent takes the place of the rest: "No package holds Marquee.json."
	absent string
	facts  []list.FactView
	groups []list.GroupView
	quotes []quote
	months []list.CapsuleMonthView
	source layout.LinkView // the document it is read from
}

// A quote is something the person wrote, or that Spotify wrote about them.
type quote struct {
	text string
	when string // "3 May 2025", optional
	note string // optional
}

// opinions are those that the packages hold, and those that they do not.
func opinions(req *web.Request) (held, absent []opinion) {
	for _, s := range sides {
		o := opinion{id: s.id, title: s.title, source: req.SourceOf(s.topic, nil)}
		if o.source.URL == "" {
			o.absent = "No package holds " + s.file + "."
			absent = append(absent, o)
			continue
		}
		s.tell(&o, req, req.Account())
		held = append(held, o)
	}
	return held, absent
}

// tabs lead to the opinions further down.
func tabs(held []opinion) []list.TabView {
	var out []list.TabView
	for _, o := range held {
		out = append(out, list.TabView{Label: o.title, URL: "#" + o.id})
	}
	return out
}

func opinionsHeadline(loc format.Locale, a *account.Account) prose.Text {
	super := 0
	for _, m := range a.Marquee {
		if m.Segment == superListeners {
			super++
		}
	}
	fan := func(t prose.Text) prose.Text {
		return t.Plain("a super listener of ").Accent(loc.Count(super, "artist", "artists")).Plain(".")
	}
	switch t := prose.Of("To Spotify you are "); {
	case len(a.Inferences) > 0:
		t = t.Accent(loc.Count(len(a.Inferences), "guess", "guesses"))
		if super > 0 {
			return fan(t.Plain(" and "))
		}
		return t.Plain(".")
	case super > 0:
		return fan(t)
	case len(a.Marquee) > 0:
		return prose.Of("Spotify has an opinion on you and ").Accent(loc.Count(len(a.Marquee), "artist", "artists")).Plain(".")
	}
	return prose.Of("What Spotify wrote down about you.")
}

const superListeners = "Super Listeners"

// segmentNotes say in plain words what Spotify sells under these names.
var segmentNotes = map[string]string{
	superListeners:                "Among those who play the artist most.",
	"Moderate listeners":          "You play the artist now and then, and might play more.",
	"Light listeners":             "You have heard the artist a little lately.",
	"Previously Active Listeners": "You have gone quiet. They would like you back.",
}

func (o *opinion) marquee(req *web.Request, a *account.Account) {
	o.sentence = prose.Of("Labels can buy an advertisement called Marquee that is shown to listeners of a kind. ").
		Strong(req.Locale.Count(len(a.Marquee), "artist", "artists")).Plain(words.Plural(len(a.Marquee), " has", " have") + " you on such a list.")
	for _, s := range a.Segments() {
		g := list.GroupView{Label: s.Name, Note: segmentNotes[s.Name], Count: req.Locale.Number(len(s.Artists))}
		if g.Label == "" {
			g.Label = "Without a name"
		}
		for _, name := range s.Artists {
			g.Names = append(g.Names, req.ArtistLink(name))
		}
		o.groups = append(o.groups, g)
	}
}

// inferenceKinds sort what is inferred by how its name begins.
var inferenceKinds = []struct{ prefix, label, note string }{
	{"1P_Custom_", "Made by Spotify from what you do", "Spotify calls these first-party segments."},
	{"3P_Custom_", "Bought or matched from others", "Spotify calls these third-party segments."},
	{"3P_", "Bought or matched from others", "Spotify calls these third-party segments."},
	{"Interest_", "Interests", ""},
	{"Demographic_", "Who you are", ""},
}

func (o *opinion) inferences(req *web.Request, a *account.Account) {
	o.sentence = prose.Of("Groups that advertisers can choose, into which Spotify puts you: ").
		Strong(req.Locale.Number(len(a.Inferences))).Plain(".")
	if len(a.Inferences) == 0 {
		o.sentence = prose.Of("The document is there and names nothing.")
	}
	at := make(map[string]int)
	for _, text := range a.Inferences {
		label, note, name := "Other groups", "", text
		for _, k := range inferenceKinds {
			if rest, ok := strings.CutPrefix(text, k.prefix); ok {
				label, note, name = k.label, k.note, rest
				break
			}
		}
		i, ok := at[label]
		if !ok {
			i = len(o.groups)
			at[label] = i
			o.groups = append(o.groups, list.GroupView{Label: label, Note: note})
		}
		o.groups[i].Names = append(o.groups[i].Names, layout.LinkView{Label: strings.ReplaceAll(name, "_", " ")})
	}
	for i := range o.groups {
		o.groups[i].Count = req.Locale.Number(len(o.groups[i].Names))
	}
}

func (o *opinion) taste(_ *web.Request, a *account.Account) {
	for _, text := range a.Taste {
		o.quotes = append(o.quotes, quote{text: text})
	}
}

func (o *opinion) follow(req *web.Request, a *account.Account) {
	for _, f := range []struct {
		label string
		n     int
	}{{"Follow you", a.Follow.Followers}, {"You follow", a.Follow.Following}, {"You block", a.Follow.Blocked}} {
		o.facts = append(o.facts, list.FactView{Label: f.label, Value: prose.Of(req.Locale.Number(f.n))})
	}
	if n := len(a.Follow.Artists); n > 0 {
		o.facts = append(o.facts, list.FactView{Label: "Artists you follow", Value: prose.Of(req.Locale.Number(n))})
		g := list.GroupView{Label: "Artists you follow", Count: req.Locale.Number(n)}
		for _, name := range a.Follow.Artists {
			g.Names = append(g.Names, req.ArtistLink(name))
		}
		o.groups = append(o.groups, g)
	}
	if a.Follow.Named {
		o.sentence = prose.Of("The document gives names, too. They are other people’s, so they are hidden until you ask for them there.")
	}
}

func (o *opinion) prompts(req *web.Request, a *account.Account) {
	o.sentence = prose.Of("Words you gave Spotify to make playlists of. They stayed.")
	for _, p := range slices.Backward(a.Prompts) {
		o.quotes = append(o.quotes, quote{text: p.Text, when: req.DateOf(p.Time)})
	}
}

// letterShown is how much of a letter is shown, in characters; the document,
// which the card leads to, has all of it.
const letterShown = 400

// shortened cuts a text at the last space before a length.
func shortened(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	cut := string(runes[:most])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return cut + " …"
}

func (o *opinion) letters(req *web.Request, a *account.Account) {
	o.sentence = prose.Of("Letters to your later self, answered in tracks.")
	var uris []string
	for _, l := range a.Letters {
		for _, answer := range l.Answers {
			uris = append(uris, answer.Text)
		}
	}
	entities := req.Names().Entities(uris)
	for _, l := range a.Letters {
		g := list.GroupView{Label: words.Humanized(l.Key), Note: shortened(l.Note, letterShown), Count: req.Locale.Number(len(l.Answers))}
		for _, answer := range l.Answers {
			e := entities[0]
			entities = entities[1:]
			link := layout.LinkView{Label: words.Humanized(answer.Question) + ": "}
			switch name := req.Names().Item(answer.Text).Name; {
			case e.ID != "":
				link.Label += e.Name
				link.URL = web.EntityHref(e.By, e.ID, req.Lens)
			case name != "":
				link.Label += name
			case strings.HasPrefix(answer.Text, "spotify:"):
				link.Label += "something you never played"
			default:
				link.Label += answer.Text
			}
			g.Names = append(g.Names, link)
		}
		o.groups = append(o.groups, g)
	}
}

var podcastActs = map[account.PodcastActionKind]string{
	account.PodcastRating: "rated", account.PodcastComment: "commented", account.PodcastReaction: "reacted",
	account.PodcastVote: "voted", account.PodcastOther: "answered",
}

func (o *opinion) podcasts(req *web.Request, a *account.Account) {
	for _, p := range slices.Backward(a.Podcasts) {
		q := quote{text: p.Text, when: req.DateOf(p.Time), note: podcastActs[p.Kind]}
		if p.Kind == account.PodcastRating && p.Rating > 0 {
			q.text = strconv.FormatFloat(p.Rating, 'f', -1, 64) + words.Plural(int(p.Rating), " star", " stars")
		}
		if p.Subject != "" {
			q.note += " " + p.Subject
		}
		if q.text == "" {
			q.text = "Without a word"
		}
		o.quotes = append(o.quotes, q)
	}
}

func capsuleSentence(loc format.Locale, highlights int) prose.Text {
	t := prose.Of("Spotify’s own count of your listening.")
	if highlights == 0 {
		return t
	}
	return t.Plain(" ").Strong(loc.Count(highlights, "highlight", "highlights")).Plain(words.Plural(highlights, " it found remarkable is", " it found remarkable are") + " in the document.")
}

func (o *opinion) capsule(req *web.Request, a *account.Account) {
	o.sentence = capsuleSentence(req.Locale, a.Capsule.Highlights)
	months := a.Capsule.Spans()
	most := int64(0)
	for _, s := range months {
		most = max(most, s.Seconds)
	}
	for _, s := range slices.Backward(months) {
		m := list.CapsuleMonthView{Label: format.Month(words.Civil(s.Date))}
		if s.Weekly {
			m.Label = "Week of " + format.Date(words.Civil(s.Date))
		}
		if s.Counted() {
			m.Hours, m.Streams = req.Locale.Hours(s.Seconds*1000), req.Locale.Number(s.Streams)
		}
		if most > 0 {
			m.Share = float64(s.Seconds) / float64(most)
		}
		if s.Artist != "" {
			m.Artist = req.ArtistLink(s.Artist)
		}
		m.Track.Label, m.Genre = s.Track, s.Genre
		o.months = append(o.months, m)
	}
}

type promptJSON struct {
	Time *string `json:"time"`
	Text string  `json:"text"`
}

type capsuleJSON struct {
	Month    string  `json:"month"`
	Week     *string `json:"week"`      // its Monday, null for a month
	Streams  *int    `json:"streams"`   // null where only favourites are told
	MsPlayed *int64  `json:"ms_played"` // as streams
	Artist   string  `json:"artist"`
	Track    string  `json:"track"`
	Genre    string  `json:"genre"`
}

type opinionsJSON struct {
	Marquee    []account.Segment `json:"marquee"`
	Inferences []string          `json:"inferences"`
	Taste      []string          `json:"taste"`
	Followers  int               `json:"followers"`
	Following  int               `json:"following"`
	Blocked    int               `json:"blocked"`
	Artists    []string          `json:"following_artists"`
	Prompts    []promptJSON      `json:"prompts"`
	Capsule    []capsuleJSON     `json:"sound_capsule"`
}

func newOpinionsJSON(a *account.Account) opinionsJSON {
	out := opinionsJSON{
		Marquee: append([]account.Segment{}, a.Segments()...), Prompts: []promptJSON{}, Capsule: []capsuleJSON{},
		Inferences: append([]string{}, a.Inferences...), Taste: append([]string{}, a.Taste...),
		Followers: a.Follow.Followers, Following: a.Follow.Following, Blocked: a.Follow.Blocked,
		Artists: append([]string{}, a.Follow.Artists...),
	}
	for _, p := range a.Prompts {
		out.Prompts = append(out.Prompts, promptJSON{web.RFC3339(p.Time / 1000), p.Text})
	}
	for _, s := range a.Capsule.Spans() {
		item := capsuleJSON{Month: s.Date.String()[:len("2006-01")], Artist: s.Artist, Track: s.Track, Genre: s.Genre}
		if s.Weekly {
			item.Week = new(s.Date.String())
		}
		if s.Counted() {
			ms := s.Seconds * 1000
			item.Streams, item.MsPlayed = &s.Streams, &ms
		}
		out.Capsule = append(out.Capsule, item)
	}
	return out
}

var View = web.View{
	Path: web.PathOpinions, Title: "Spotify on you", Group: web.AboutYou, Memory: opinionBytes,
	Holds: holdsAny,
	Page: func(req *web.Request) (web.Page, error) {
		return web.Page{Title: "Spotify on you", Undated: true, Content: page(req)}, nil
	},
	JSON: func(req *web.Request) (any, error) { return newOpinionsJSON(req.Account()), nil },
}

func opinionBytes(req *web.Request) int64 {
	a := req.Account()
	n := len(a.Marquee) + len(a.Inferences) + len(a.Taste) + len(a.Prompts) + len(a.Podcasts) + len(a.Capsule.Stats)
	for i := range a.Letters {
		n += 1 + len(a.Letters[i].Answers)
	}
	return int64(n) * web.NameBytes
}
