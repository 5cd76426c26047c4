package sample

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// track is anything that can be played, with its texts ready to be written:
// quoted, as JSON.
type track struct {
	kind     content
	name     string
	renamed  string // what it is called in the second half of the history; may equal name
	artist   string // or the show, or the audiobook's author
	album    string // or the audiobook
	show     string // the URI of the audiobook
	uri      string
	otherURI string // a second one under which the same track is played; may equal uri
	ms       int
	video    bool // there is a music video of it
}

// content is what kind of thing a track is.
type content int

const (
	music content = iota
	podcast
	audiobook
	nothing // a row without any title
)

// artist is someone with tracks, whom the listener loves for a while.
type artist struct {
	tracks []track
	weight float64
	eras   []era
}

// era is a stretch of the history during which an artist matters: it swells
// within weeks and fades over months or years. Times are shares of the whole.
type era struct {
	from, rise, fade float64
	force            float64
}

// at is how much the listener is into the artist at that time.
func (a *artist) at(t float64) float64 {
	love := 0.015 // no one is ever quite forgotten, once known
	for _, e := range a.eras {
		if d := t - e.from; d >= 0 {
			love += e.force * (1 - math.Exp(-d/e.rise)) * math.Exp(-d/e.fade)
		}
	}
	if t < a.eras[0].from {
		return 0
	}
	return a.weight * love
}

// library is everything a listener may come to hear.
type library struct {
	artists []artist
	shows   []artist
	book    []track // the chapters of one audiobook
}

func newLibrary(r *rand.Rand, plays int) *library {
	n := min(max(320, 240+plays/250), 6_000)
	l := &library{artists: make([]artist, n)}
	for i := range l.artists {
		l.artists[i] = newArtist(r, i, n)
	}
	for range min(max(4, plays/6_000), 40) {
		l.shows = append(l.shows, newShow(r))
	}
	title, author := quote("The "+pick(r, adjectives)+" "+pick(r, nouns)), quote(pick(r, given)+" "+pick(r, surnames))
	for chapter := range 24 {
		u := quote(uri(r, "episode"))
		name := quote("Chapter " + strconv.Itoa(chapter+1))
		l.book = append(l.book, track{
			kind: audiobook, name: name, renamed: name, artist: author, album: title, show: bookURI,
			uri: u, otherURI: u, ms: 900_000 + r.IntN(1_500_000),
		})
	}
	return l
}

func newArtist(r *rand.Rand, i, n int) artist {
	a := artist{weight: 1 / math.Pow(float64(i)+2.5, 0.95)}
	// Favourites are found early on or come as a surprise; the rest trickle in.
	from := r.Float64() * 0.95
	if i < 12 {
		from = []float64{0, 0.31, 0, 0.55, 0.12, 0.78, 0.4, 0, 0.22, 0.66, 0.05, 0.87}[i]
	} else if i < n/5 {
		from *= r.Float64()
	}
	for from < 1 && len(a.eras) < 4 {
		a.eras = append(a.eras, era{from, 0.008 + 0.03*r.Float64(), 0.04 + 0.25*r.Float64()*r.Float64(), 0.4 + r.Float64()})
		from += 0.12 + 0.6*r.Float64()
	}
	name := quote(artistName(r, i))
	for range 1 + r.IntN(3) + 3*r.IntN(2) {
		album := quote(albumName(r))
		for range 7 + r.IntN(6) {
			plain := trackName(r)
			t := track{
				name: quote(plain), artist: name, album: album, uri: quote(uri(r, "track")),
				ms: 95_000 + r.IntN(120_000) + r.IntN(120_000), video: r.IntN(8) == 0,
			}
			t.renamed, t.otherURI = t.name, t.uri
			if r.IntN(60) == 0 {
				t.renamed = quote(plain + " - Remastered")
			}
			if r.IntN(25) == 0 {
				t.otherURI = quote(uri(r, "track"))
			}
			a.tracks = append(a.tracks, t)
		}
	}
	return a
}

// bookURI is that of the only audiobook there is.
const bookURI = `"spotify:show:0sampleaudiobook000000"`

func newShow(r *rand.Rand) artist {
	a := artist{weight: 0.2 + r.Float64()}
	a.eras = []era{{r.Float64() * 0.8, 0.05, 0.2 + 0.5*r.Float64(), 1}}
	name := quote("The " + pick(r, adjectives) + " " + pick(r, nouns) + " Podcast")
	for n := range 60 {
		u := quote(uri(r, "episode"))
		title := quote("#" + strconv.Itoa(n+1) + " – " + trackName(r))
		a.tracks = append(a.tracks, track{
			kind: podcast, name: title, renamed: title, artist: name,
			uri: u, otherURI: u, ms: 1_200_000 + r.IntN(2_400_000),
		})
	}
	return a
}
