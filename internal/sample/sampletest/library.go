package sampletest

import (
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// track is a track under the names it has had.
type track struct {
	sample.Track
	renamed  string // what it is called in the second half of the history; may equal Name
	otherURI string // a second one under which the same track is played; may equal URI
}

// artist is someone with tracks, whom the listener loves for a while.
type artist struct {
	tracks []track
	weight float64
	eras   []sample.Era
}

// at is how much the listener is into the artist at a time, in shares of the whole.
func (a *artist) at(t float64) float64 { return a.weight * sample.Interest(a.eras, t) }

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
	title, author := sample.Quote("The "+sample.Pick(r, adjectives)+" "+sample.Pick(r, nouns)), sample.Quote(sample.Pick(r, given)+" "+sample.Pick(r, surnames))
	for chapter := range 24 {
		u := sample.Quote(sample.URI(r, "episode"))
		name := sample.Quote("Chapter " + strconv.Itoa(chapter+1))
		l.book = append(l.book, track{sample.Track{
			Kind: sample.Audiobook, Name: name, Artist: author, Album: title, Show: bookURI, URI: u, MS: 900_000 + r.IntN(1_500_000),
		}, name, u})
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
		a.eras = append(a.eras, sample.Era{From: from, Rise: 0.008 + 0.03*r.Float64(), Fade: 0.04 + 0.25*r.Float64()*r.Float64(), Force: 0.4 + r.Float64()})
		from += 0.12 + 0.6*r.Float64()
	}
	name := sample.Quote(artistName(r, i))
	for range 1 + r.IntN(3) + 3*r.IntN(2) {
		album := sample.Quote(albumName(r))
		for range 7 + r.IntN(6) {
			plain := trackName(r)
			t := track{Track: sample.Track{
				Name: sample.Quote(plain), Artist: name, Album: album, URI: sample.Quote(sample.URI(r, "track")),
				MS: 95_000 + r.IntN(120_000) + r.IntN(120_000), Video: r.IntN(8) == 0,
			}}
			t.renamed, t.otherURI = t.Name, t.URI
			if r.IntN(60) == 0 {
				t.renamed = sample.Quote(plain + " - Remastered")
			}
			if r.IntN(25) == 0 {
				t.otherURI = sample.Quote(sample.URI(r, "track"))
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
	a.eras = []sample.Era{{From: r.Float64() * 0.8, Rise: 0.05, Fade: 0.2 + 0.5*r.Float64(), Force: 1}}
	name := sample.Quote("The " + sample.Pick(r, adjectives) + " " + sample.Pick(r, nouns) + " Podcast")
	for n := range 60 {
		u := sample.Quote(sample.URI(r, "episode"))
		title := sample.Quote("#" + strconv.Itoa(n+1) + " – " + trackName(r))
		a.tracks = append(a.tracks, track{sample.Track{
			Kind: sample.Podcast, Name: title, Artist: name, URI: u, MS: 1_200_000 + r.IntN(2_400_000),
		}, title, u})
	}
	return a
}
