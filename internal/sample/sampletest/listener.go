// Package sampletest invents listeners with histories of any size, in any
// generation of Spotify's exports, for tests and benchmarks. Among their names are
// such as break programs. The same options give the same bytes.
package sampletest

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// listener is the invented person at work.
type listener struct {
	Options
	r       *rand.Rand
	library *library
	from    int64
	days    int
	places  []place // where the person was on each day
	quota   []int   // rows up to the end of each day
	pace    float64 // how much shorter plays are so that a day holds them

	favour []float64 // running sums of the artists' weights in the current weeks
	shows  []float64
	weeks  int // since when favour holds

	rows   int
	now    int64 // the end of the last row
	recent []identity
	yield  func(p *sample.Play, repeated bool) error
}

// identity is what makes two rows the same.
type identity struct {
	ts int64
	id string
	ms int
}

// place is a country and its offset from UTC in hours.
type place struct {
	country string
	offset  int
}

var (
	homes    = []place{{`"DE"`, 1}, {`"PT"`, 0}, {`"CA"`, -5}}
	journeys = []place{{`"IT"`, 1}, {`"JP"`, 9}, {`"SE"`, 1}, {`"US"`, -7}, {`"FR"`, 1}, {`"MX"`, -6}, {`"GB"`, 0}, {`"ZZ"`, 1}}
)

func newListener(o Options) *listener {
	if o.Generation == 0 {
		o.Generation = V3b
	}
	r := rand.New(rand.NewPCG(o.Seed, 0x5eed))
	l := &listener{
		Options: o, r: r, library: newLibrary(r, o.Plays),
		from: o.From.Unix(), weeks: -1,
		days: max(1, int(o.To.Unix()-o.From.Unix())/sample.Day),
	}
	l.settle()
	l.plan()
	return l
}

// settle decides where the person is on each day: two removals and a journey
// now and then.
func (l *listener) settle() {
	l.places = make([]place, l.days)
	for d := range l.places {
		switch t := float64(d) / float64(l.days); {
		case t < 0.43:
			l.places[d] = homes[0]
		case t < 0.76:
			l.places[d] = homes[1]
		default:
			l.places[d] = homes[2]
		}
	}
	for d := 40; d < l.days; d += 120 + l.r.IntN(160) {
		where := journeys[l.r.IntN(len(journeys))]
		for ; l.r.IntN(12) > 0 && d < l.days; d++ {
			l.places[d] = where
		}
	}
}

// plan spreads the rows over the days: more on weekends and in winter, moods of
// weeks, a slow rise over the years with a quiet one in between.
func (l *listener) plan() {
	sums := make([]float64, l.days)
	total, mood := 0.0, 1.0
	for d := range sums {
		t := float64(d) / float64(l.days)
		date := time.Unix(l.from+int64(d)*sample.Day, 0).UTC()
		mood = 0.94*mood + 0.06*(0.2+1.6*l.r.Float64())
		w := mood * mood * (0.55 + 0.9*t + 0.35*math.Sin(9*t+1))
		w *= 1 + 0.18*math.Cos(2*math.Pi*float64(date.YearDay()-15)/365)
		if wd := date.Weekday(); wd == time.Saturday || wd == time.Sunday {
			w *= 1.3
		}
		w *= 0.4 + 1.2*l.r.Float64()
		if l.r.IntN(25) == 0 {
			w = 0 // a day without music
		}
		if l.days-d <= 2 && l.days > 7 {
			w = 0 // what begins late in the evening ends before To
		}
		total += max(w, 0)
		sums[d] = total
	}
	l.quota = make([]int, l.days)
	for d, s := range sums {
		l.quota[d] = l.Plays // all at once, should every day be without music
		if total > 0 {
			l.quota[d] = int(math.Round(s / total * float64(l.Plays)))
		}
	}
	const wakingSeconds, meanSeconds = 13 * 60 * 60, 150
	l.pace = min(1, wakingSeconds/(float64(l.Plays)/float64(l.days)*meanSeconds))
}

// The share of listening that begins in each hour of the day, summed up.
var (
	workday = sums([24]float64{2, 1, .4, .2, .2, .5, 2, 5, 6, 3, 2, 2, 3, 2.5, 2, 2, 3, 6, 8, 8, 9, 9, 7, 4})
	weekend = sums([24]float64{5, 4, 2, 1, .4, .2, .3, .8, 2, 4, 6, 7, 7, 6, 6, 6, 6, 6, 7, 8, 8, 8, 8, 7})
)

func sums(w [24]float64) []float64 {
	total := 0.0
	for i := range w {
		total += w[i]
		w[i] = total
	}
	return w[:]
}

// draw picks an index by its share of the running sums.
func (l *listener) draw(sums []float64) int {
	return sort.SearchFloat64s(sums, l.r.Float64()*sums[len(sums)-1])
}

// listen lives through all the days and yields every row in the order of time.
// again says that the same row was there before.
func (l *listener) listen(yield func(p *sample.Play, repeated bool) error) error {
	l.yield = yield
	l.now = l.from
	for d := range l.days {
		l.favourites(d)
		if err := l.spend(d); err != nil {
			return err
		}
	}
	return nil
}

// favourites brings the weights up to date, every other week.
func (l *listener) favourites(d int) {
	if w := d / 14; w != l.weeks {
		l.weeks = w
		t := float64(d) / float64(l.days)
		l.favour = weigh(l.favour[:0], l.library.artists, t)
		l.shows = weigh(l.shows[:0], l.library.shows, t)
	}
}

func weigh(sums []float64, artists []artist, t float64) []float64 {
	total := 0.0
	for i := range artists {
		total += artists[i].at(t)
		sums = append(sums, total)
	}
	return sums
}

// spend lives through one day.
func (l *listener) spend(d int) error {
	n := l.quota[d] - l.rows
	if n <= 0 {
		return nil
	}
	midnight := l.from + int64(d)*sample.Day
	hours := workday
	if wd := time.Unix(midnight, 0).UTC().Weekday(); wd == time.Saturday || wd == time.Sunday {
		hours = weekend
	}
	starts := make([]int64, min(1+n/14+l.r.IntN(2), 9))
	for i := range starts {
		hour := l.draw(hours) - l.places[d].offset
		starts[i] = midnight + int64(hour)*3600 + int64(l.r.IntN(3600))
	}
	slices.SortFunc(starts, cmp.Compare)
	for i, at := range starts {
		share := l.rows + (l.quota[d]-l.rows)/(len(starts)-i)
		if err := l.sit(d, max(at, l.now+20), share); err != nil {
			return err
		}
	}
	return nil
}

// sit plays until the rows number upTo.
func (l *listener) sit(d int, at int64, upTo int) error {
	if l.rows >= upTo {
		return nil
	}
	t := float64(d) / float64(l.days)
	s := &sample.Session{
		Platform:  l.device(at, t),
		Country:   l.places[d].country,
		Address:   addresses[(d/9+len(l.places[d].country)*int(l.places[d].country[1]))%len(addresses)],
		Shuffle:   l.r.IntN(3) == 0,
		Incognito: l.r.IntN(90) == 0,
	}
	offline := l.r.IntN(45) == 0
	kind := sample.Music
	switch {
	case l.Generation >= V3b && t > 0.62 && t < 0.68 && l.r.IntN(5) == 0:
		kind = sample.Audiobook
	case l.r.IntN(14) == 0 && l.shows[len(l.shows)-1] > 0:
		kind = sample.Podcast
	}
	var pending []sample.Play // rows that wait to be sent when the device is online again
	l.now = at
	artist, reason := -1, []string{`"clickrow"`, `"playbtn"`, `"appload"`, `"remote"`}[l.r.IntN(4)]
	for spoken := 0; l.rows+len(pending) < upTo; spoken++ {
		if spoken == 2 {
			kind = sample.Music
		}
		if kind == sample.Music && (artist < 0 || l.r.IntN(10) < 7) {
			artist = min(l.draw(l.favour), len(l.library.artists)-1)
		}
		chosen := l.choose(kind, artist, t)
		p := sample.Play{Session: s, Track: &chosen.Track, ReasonStart: reason, Offline: offline}
		l.perform(&p, chosen, t)
		p.Start = l.now + int64(l.r.IntN(4))
		l.now = p.Start + int64(p.MS/1000)
		p.TS = l.now
		reason = p.ReasonEnd
		if reason == `"endplay"` {
			reason = `"clickrow"`
		}
		if offline {
			pending = append(pending, p)
			continue
		}
		if err := l.emit(&p, upTo); err != nil {
			return err
		}
	}
	if offline {
		l.now += int64(l.r.IntN(5_000))
		for i := range pending {
			pending[i].TS = l.now
			if err := l.emit(&pending[i], upTo); err != nil {
				return err
			}
		}
	}
	return nil
}

var untitled = track{Track: sample.Track{Kind: sample.Untitled, Name: "null", Artist: "null", Album: "null", URI: "null"}}

// choose picks what is played next.
func (l *listener) choose(kind sample.Kind, artist int, t float64) *track {
	switch kind {
	case sample.Podcast:
		show := &l.library.shows[min(l.draw(l.shows), len(l.library.shows)-1)]
		// The person keeps up: later on, later episodes.
		latest := int(t * float64(len(show.tracks)-3))
		return &show.tracks[latest+l.r.IntN(3)]
	case sample.Audiobook:
		chapter := (t - 0.62) / 0.06 * float64(len(l.library.book))
		return &l.library.book[min(max(int(chapter), 0), len(l.library.book)-1)]
	}
	if l.Generation <= V2 && l.r.IntN(330) == 0 {
		return &untitled
	}
	tracks := l.library.artists[artist].tracks
	// An artist's hits are the first few.
	f := l.r.Float64()
	return &tracks[int(f*f*float64(len(tracks)))]
}

// perform decides how a play goes: to the end, skipped or left.
func (l *listener) perform(p *sample.Play, chosen *track, t float64) {
	full := float64(p.Track.MS) * l.pace
	p.Name, p.URI = p.Track.Name, p.Track.URI
	if t > 0.5 && p.Track.Kind == sample.Music {
		p.Name = chosen.renamed
	}
	if l.r.IntN(3) == 0 {
		p.URI = chosen.otherURI
	}
	p.Video = p.Track.Video && t > 0.7 && l.r.IntN(6) == 0
	switch k := l.r.IntN(100); {
	case p.Track.Kind == sample.Untitled:
		p.MS, p.ReasonEnd = l.r.IntN(200_000), `"unknown"`
		p.Name, p.URI = "null", "null"
	case p.Track.Kind == sample.Podcast || p.Track.Kind == sample.Audiobook:
		p.MS, p.ReasonEnd = int(full*(0.1+0.9*l.r.Float64())), `"endplay"`
	case k < 24:
		f := l.r.Float64()
		p.MS, p.ReasonEnd = int(l.pace*(500+29_000*f*f)), `"fwdbtn"`
	case k < 29:
		p.MS, p.ReasonEnd = int(full*l.r.Float64()), `"endplay"`
	case k < 31:
		p.MS, p.ReasonEnd = int(full*0.2*l.r.Float64()), `"backbtn"`
	case k < 33:
		p.MS, p.ReasonEnd = int(full*l.r.Float64()), `"logout"`
	case k < 34:
		p.MS, p.ReasonEnd = 0, `"clickrow"`
	default:
		p.MS, p.ReasonEnd = int(full), `"trackdone"`
	}
}

// emit yields a row, and now and then once more, as Spotify does.
func (l *listener) emit(p *sample.Play, upTo int) error {
	if err := l.send(p); err != nil {
		return err
	}
	switch k := l.r.IntN(1000); {
	case l.rows >= upTo:
	case k < 14:
		return l.send(p)
	case k < 17:
		near := *p
		near.MS = p.MS * 2 / 3
		return l.send(&near)
	}
	return nil
}

func (l *listener) send(p *sample.Play) error {
	me := identity{p.TS, p.URI, p.MS}
	if l.Generation == V1 {
		me.id = p.Track.Artist + p.Name
	}
	if len(l.recent) > 0 && l.recent[0].ts != p.TS {
		l.recent = l.recent[:0]
	}
	again := slices.Contains(l.recent, me)
	l.recent = append(l.recent, me)
	l.rows++
	return l.yield(p, again)
}

var addresses = []string{
	`"203.0.113.7"`, `"203.0.113.41"`, `"198.51.100.12"`, `"2001:db8:4::1f"`, `"192.0.2.200"`, `"2001:db8:9::2"`, `null`,
}

// device is what the person listens on, as the exports of the time call it.
func (l *listener) device(at int64, t float64) string {
	for i := range devices {
		d := &devices[i]
		if t >= d.from && t < d.to && l.r.Float64() < d.share {
			if at < sample.ShortNamesFrom {
				return d.long
			}
			return d.short
		}
	}
	if at < sample.ShortNamesFrom {
		return `"iOS 13.3 (iPhone11,8)"`
	}
	return `"ios"`
}

var devices = []struct {
	from, to, share float64
	long, short     string
}{
	{0, 0.35, 0.55, `"Android OS 8.0.0 API 26 (Maker, Model)"`, `"android"`},
	{0, 0.5, 0.3, `"Windows 10 (10.0.17763; x64; AppX)"`, `"windows"`},
	{0.3, 1, 0.22, `"OS X 10.15.7 [x86 8]"`, `"osx"`},
	{0.1, 1, 0.08, `"web_player windows 10;chrome 93.0.4577.63;desktop"`, `"web_player"`},
	{0.25, 1, 0.12, `"Partner sonos_ppc Sonos;Play1"`, `"not_applicable"`},
	{0.45, 1, 0.07, `"Partner android_tv Maker;Model;2020"`, `"android"`},
	{0.6, 1, 0.05, `"Partner scei Console;4"`, `"playstation"`},
}
