package sample

import (
	_ "embed"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// catalogue is all that the listener may come to hear.
type catalogue struct {
	performers []*performer // whom the listener knows
	fringe     []*performer // whom the listener came across once
	shows      []*programme
	books      []*programme
}

// performer is somebody who makes music.
type performer struct {
	name, uri string
	genre     string
	years     [lifeYears]float64 // how much the listener is into the genre
	weight    float64            // within the genre
	eras      []Era              // in years of the life
	records   []*record
	songs     []*song // of all records, the best known first
	titles    map[string]bool
}

// record is an album, an EP or a single.
type record struct {
	name, uri string
	by        *performer
	songs     []*song
}

// programme is a podcast or an audiobook.
type programme struct {
	name, by, uri string // by whom it is published, or written
	parts         []*song
	next          int // the part that comes next
	heard         int // of which that much was heard already, in ms
}

// song is a track, an episode or a chapter.
type song struct {
	Track
	id    string // its URI
	title string
	by    *performer // nil for episodes and chapters
	on    *record
	of    *programme // nil for tracks
	plays int        // to the end, so far
	saved int64      // when it was saved, 0 for never
}

//go:embed catalogue.txt
var catalogueText string

// language is what titles and people are called in one language.
type language struct {
	join  string              // between the head and the tail of a title
	words map[string][]string // head, tail and alone of titles, given and family of names
	// titles and persons are those that are taken.
	titles, persons map[string]bool
}

// newCatalogue makes the records of everybody in catalogue.txt. The same r gives
// the same catalogue.
func newCatalogue(r *rand.Rand) (*catalogue, error) {
	c := &catalogue{}
	languages := make(map[string]*language)
	var lang *language
	var forms []string // what the titles of episodes are made by
	var scene struct {
		genre, language string
		years           [lifeYears]float64
		members         int
	}
	for n, line := range strings.Split(catalogueText, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		fields := strings.Split(rest, "|")
		switch word {
		case "language":
			lang = &language{words: make(map[string][]string), titles: make(map[string]bool), persons: make(map[string]bool)}
			languages[rest] = lang
		case "join":
			lang.join = strings.ReplaceAll(rest, "_", " ")
		case "head", "tail", "alone", "given", "family":
			lang.words[word] = fields
		case "scene":
			if len(fields) != 3 || languages[fields[1]] == nil {
				return nil, fmt.Errorf("read catalogue: line %d: %q is no scene", n+1, rest)
			}
			scene.genre, scene.language, scene.members = fields[0], fields[1], 0
			if _, err := fmt.Sscan(fields[2], &scene.years[0], &scene.years[1], &scene.years[2], &scene.years[3],
				&scene.years[4], &scene.years[5], &scene.years[6], &scene.years[7]); err != nil {
				return nil, fmt.Errorf("read catalogue: line %d: %w", n+1, err)
			}
		case "show":
			c.shows = append(c.shows, &programme{name: fields[0], by: fields[1], uri: URI(r, "show")})
		case "form":
			forms = fields
		case "about":
			c.shows[len(c.shows)-1].publish(r, fields, forms)
		case "book":
			c.books = append(c.books, newBook(r, fields))
		default:
			name, code, other := strings.Cut(line, "|")
			if !other {
				code = scene.language
			}
			p := &performer{name: name, uri: URI(r, "artist"), genre: scene.genre, years: scene.years}
			languages[code].persons[name] = true
			p.weight = 1 / math.Pow(float64(scene.members)+1.6, 0.85)
			p.records = p.discography(r, languages[code], 1+4/(1+scene.members)+r.IntN(2))
			p.fallFor(r)
			c.performers = append(c.performers, p)
			scene.members++
		}
	}
	// In the order of the text: maps have none.
	for _, code := range []string{"en", "pt", "fi", "fr", "ja", "es", "ko", "de", "uk", "pl", "ar", "tr", "el", "he", "th", "hi"} {
		for range 4 + 2*len(languages[code].words["family"]) {
			c.fringe = append(c.fringe, languages[code].stranger(r, code))
		}
	}
	r.Shuffle(len(c.fringe), func(i, j int) { c.fringe[i], c.fringe[j] = c.fringe[j], c.fringe[i] })
	return c, nil
}

// stranger invents somebody with one small record.
func (l *language) stranger(r *rand.Rand, code string) *performer {
	name := ""
	for {
		first, last := Pick(r, l.words["given"]), Pick(r, l.words["family"])
		name = l.person(first, last)
		if code == "en" && r.IntN(3) == 0 {
			name = Pick(r, l.words["alone"]) + " " + Pick(r, []string{"Club", "Society", "Ensemble", "& Co.", "Hotel", "Brothers"})
		}
		if !l.persons[name] {
			break
		}
	}
	l.persons[name] = true
	p := &performer{name: name, uri: URI(r, "artist"), genre: "Singer-songwriter", weight: 1}
	p.record(r, l, 2+r.IntN(3))
	return p
}

// discography makes n albums, and a single besides.
func (p *performer) discography(r *rand.Rand, l *language, n int) []*record {
	for range n {
		p.record(r, l, 7+r.IntN(5))
	}
	if r.IntN(2) == 0 {
		p.record(r, l, 1)
	}
	return p.records
}

func (p *performer) record(r *rand.Rand, l *language, songs int) {
	on := &record{uri: URI(r, "album"), by: p}
	for i := range songs {
		title := p.title(r, l)
		if i == 0 {
			// Singles are named after their song, and so is many an album.
			on.name = title
			if songs > 1 && r.IntN(3) > 0 {
				on.name = p.title(r, l)
			}
		}
		switch k := r.IntN(60); {
		case k == 0:
			title += " (Live)"
		case k == 1:
			title += " (feat. " + Pick(r, l.names()) + ")"
		case k == 2 && l.join == " ":
			title += " - Demo"
		}
		on.songs = append(on.songs, p.song(r, on, title))
	}
	p.records = append(p.records, on)
	p.songs = append(p.songs, on.songs...)
}

// names are people who may appear on somebody's song.
func (l *language) names() []string {
	given, family := l.words["given"], l.words["family"]
	if len(given) == 0 {
		return []string{"Wilf Pellworth", "Nell Inchley"}
	}
	return []string{l.person(given[0], family[len(family)-1]), l.person(given[1], family[0])}
}

// person is a whole name.
func (l *language) person(given, family string) string {
	if l.join == "の" {
		return family + given
	}
	return given + " " + family
}

func (p *performer) song(r *rand.Rand, on *record, title string) *song {
	ms := 138_000 + r.IntN(90_000) + r.IntN(60_000)
	switch p.genre {
	case "Jazz", "Electronica", "Neoclassical":
		ms += r.IntN(150_000)
	}
	s := &song{id: URI(r, "track"), title: title, by: p, on: on}
	s.Track = Track{
		Name: Quote(title), Artist: Quote(p.name), Album: Quote(on.name), URI: Quote(s.id),
		MS: ms, Video: r.IntN(14) == 0,
	}
	return s
}

// title is a name for a song or a record that nothing else by the performer has.
func (p *performer) title(r *rand.Rand, l *language) string {
	if p.titles == nil {
		p.titles = make(map[string]bool)
	}
	t := l.title(r)
	for p.titles[t] {
		t = l.title(r)
	}
	p.titles[t] = true
	return t
}

// title is a name that nobody else has used, as long as there are any.
func (l *language) title(r *rand.Rand) string {
	t := ""
	for range 12 {
		if r.IntN(5) < 2 {
			t = Pick(r, l.words["alone"])
		} else {
			t = Pick(r, l.words["head"]) + l.join + Pick(r, l.words["tail"])
		}
		if !l.titles[t] {
			break
		}
	}
	l.titles[t] = true
	return t
}

// fallFor decides when the listener discovers somebody and comes back to them.
func (p *performer) fallFor(r *rand.Rand) {
	if known, ok := loves[p.name]; ok {
		p.eras = known
		return
	}
	from := r.Float64() * r.Float64() * lifeYears * 0.9
	for from < lifeYears {
		p.eras = append(p.eras, Era{from, 0.05 + 0.2*r.Float64(), 0.25 + 1.6*r.Float64()*r.Float64(), 0.4 + r.Float64()})
		from += 0.8 + 4*r.Float64()
	}
}

// pull is how much the listener wants to hear somebody at a time of the life.
func (p *performer) pull(year float64) float64 {
	at := year - 0.5 // the figures are those of the middles of the years
	i := min(max(int(math.Floor(at)), 0), lifeYears-1)
	j := min(i+1, lifeYears-1)
	part := min(max(at-float64(i), 0), 1)
	into := p.years[i]*(1-part) + p.years[j]*part
	return into * (p.weight * Interest(p.eras, year))
}

// publish makes the episodes of a podcast: each topic in each form.
func (p *programme) publish(r *rand.Rand, topics, forms []string) {
	for n := range len(forms) * len(topics) {
		// The topics are gone through in another order each time.
		round := n / len(topics)
		topic := topics[(n%len(topics)*3+round)%len(topics)]
		title := strings.Replace(forms[round], "%s", topic, 1)
		p.part(r, Podcast, strconv.Itoa(n+1)+". "+title, 1_150_000+r.IntN(1_500_000))
	}
}

func newBook(r *rand.Rand, fields []string) *programme {
	p := &programme{name: fields[0], by: fields[1], uri: URI(r, "show")}
	chapters, _ := strconv.Atoi(fields[2]) // none at all would show at once
	for n := range chapters {
		p.part(r, Audiobook, "Chapter "+strconv.Itoa(n+1), 900_000+r.IntN(1_300_000))
	}
	return p
}

func (p *programme) part(r *rand.Rand, kind Kind, title string, ms int) {
	s := &song{id: URI(r, "episode"), title: title, of: p}
	s.Track = Track{Kind: kind, Name: Quote(title), Artist: Quote(p.name), URI: Quote(s.id), MS: ms}
	if kind == Audiobook {
		s.Track.Artist, s.Track.Album, s.Track.Show = Quote(p.by), Quote(p.name), Quote(p.uri)
	}
	p.parts = append(p.parts, s)
}
