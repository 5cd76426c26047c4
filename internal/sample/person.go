package sample

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Person is the invented listener of the start page, with all that was heard,
// saved and looked for in eight years.
type Person struct {
	r     *rand.Rand
	to    time.Time
	from  int64 // Unix seconds of the day of the first play
	days  int
	world *catalogue

	plays    []listened // in order of time, with the rows that Spotify has twice
	searches []search   // of the last year
	lists    []*playlist
	changes  []change
	kept     collection

	now    int64     // the end of the last play
	mood   float64   // of the last weeks
	favour []float64 // running sums of the performers' pulls in the current weeks
	weeks  int       // since when favour holds
	found  int       // how many of the fringe were come across
}

// listened is a play with what was played.
type listened struct {
	Play
	song  *song
	again bool // the same row was there before
}

// NewPerson lives the life that ends at the beginning of a day. The same day
// gives the same life.
func NewPerson(to time.Time) (*Person, error) {
	to = to.UTC().Truncate(Day * time.Second)
	r := rand.New(rand.NewPCG(7, 0x11fe))
	world, err := newCatalogue(r)
	if err != nil {
		return nil, fmt.Errorf("invent a listener: %w", err)
	}
	from := to.AddDate(-lifeYears, 0, 0)
	p := &Person{r: r, to: to, from: from.Unix(), world: world, mood: 1, weeks: -1}
	p.days = int(to.Unix()-p.from) / Day
	p.now = p.from
	for d := range p.days {
		p.live(d)
	}
	p.handOver()
	return p, nil
}

// yearOf is a day as a time of the life.
func (p *Person) yearOf(d int) float64 { return float64(d) / float64(p.days) * lifeYears }

// dayOf is the inverse of yearOf.
func (p *Person) dayOf(year float64) int { return int(year / lifeYears * float64(p.days)) }

// sitting is one time that the listener sits down to it.
type sitting struct {
	*habit
	at      int64
	minutes float64
}

// live lives through one day.
func (p *Person) live(d int) {
	year := p.yearOf(d)
	p.favourites(d, year)
	p.tend(d, year)
	in := landAt(year)
	midnight := p.from + int64(d)*Day
	midnight -= in.clockAt(midnight)
	sittings := p.plan(d, year, midnight)
	slices.SortStableFunc(sittings, func(a, b sitting) int { return cmp.Compare(a.at, b.at) })
	for i := range sittings {
		p.sit(&sittings[i], year, in)
	}
}

// favourites updates the running sums of the pulls, once a week.
func (p *Person) favourites(d int, year float64) {
	if w := d / 7; w != p.weeks {
		p.weeks = w
		p.favour = p.favour[:0]
		total := 0.0
		for _, a := range p.world.performers {
			total += a.pull(year)
			p.favour = append(p.favour, total)
		}
	}
}

// The days with a story: the first, and the one of a single song. On others
// without a sitting a streak takes any evening.
var (
	firstEvening  = habit{hour: 21.2, minutes: 55, mode: albums, device: phone}
	longAfternoon = habit{hour: 13.4, minutes: 170, mode: loop, device: laptop}
	anyEvening    = habit{hour: 20.5, minutes: 30, mode: favourite, device: phone}
)

// longAfternoonAt is when one song was played and nothing else.
const longAfternoonAt = 6.812

// plan decides when and how the listener listens on a day.
func (p *Person) plan(d int, year float64, midnight int64) []sitting {
	date := time.Unix(p.from+int64(d)*Day, 0).UTC()
	at := func(h *habit) sitting {
		hour := h.hour + h.spread*p.r.NormFloat64()
		return sitting{h, midnight + int64(hour*3600), h.minutes * (0.55 + 0.9*p.r.Float64())}
	}
	switch d {
	case 0:
		return []sitting{at(&firstEvening)}
	case p.dayOf(longAfternoonAt):
		return []sitting{{&longAfternoon, midnight + int64(longAfternoon.hour*3600), longAfternoon.minutes}}
	}
	p.mood = 0.93*p.mood + 0.07*(0.3+1.4*p.r.Float64())
	much := tempo(year) * p.mood * (1 + 0.12*math.Cos(2*math.Pi*float64(date.YearDay()-15)/365))
	streak := year >= streakBegan && year < streakEnded
	quiet := p.r.IntN(18) == 0
	if much == 0 || quiet && !streak {
		return nil
	}
	var list []sitting
	add := func(habits []habit) {
		for i := range habits {
			h := &habits[i]
			if year >= h.from && year < h.to && h.on.has(date.Weekday()) && p.r.Float64() < h.chance*much {
				list = append(list, at(h))
			}
		}
	}
	if year >= tripBegan && year < tripEnded {
		add(onTheTrip)
	} else {
		add(habits)
		if date.Month() == time.December && date.Day() <= 26 {
			add(inDecember)
		}
	}
	if len(list) == 0 && streak {
		list = append(list, at(&anyEvening))
	}
	return list
}

// sit plays until the time is over.
func (p *Person) sit(s *sitting, year float64, in *land) {
	p.now = max(s.at, p.now+40)
	end := p.now + int64(s.minutes*60)
	q := p.queue(s, year)
	next := q.next()
	if next == nil {
		return
	}
	reason := []string{`"clickrow"`, `"playbtn"`, `"clickrow"`, `"appload"`}[p.r.IntN(4)]
	if p.look(s, next) {
		reason = `"clickrow"`
	}
	around := &Session{
		Platform: s.device.platform(p.now, year, p.r.IntN(6)), Country: in.country,
		Address: p.address(in, s.device),
		Shuffle: q.shuffled, Incognito: s.mode == guilty,
	}
	// On trains and planes there is no network.
	offline := year >= tripBegan && year < tripEnded && p.r.IntN(5) == 0 ||
		s.device == phone && s.mode != loop && p.r.IntN(70) == 0
	first := len(p.plays)
	for p.now < end && next != nil {
		l := listened{song: next}
		l.Play = Play{Session: around, Track: &next.Track, Name: next.Name, URI: next.Track.URI, ReasonStart: reason, Offline: offline}
		l.Start = p.now + int64(p.r.IntN(3))
		p.perform(&l, s, end)
		p.now = l.Start + int64(l.MS/1000)
		l.TS = p.now
		p.plays = append(p.plays, l)
		p.like(next, l.ReasonEnd == `"trackdone"`, s.mode)
		reason = l.ReasonEnd
		if reason != `"trackdone"` && reason != `"fwdbtn"` && reason != `"backbtn"` {
			reason = `"clickrow"`
		}
		next = q.next()
	}
	if offline {
		p.now += int64(60 + p.r.IntN(4_000))
		for i := first; i < len(p.plays); i++ {
			p.plays[i].TS = p.now
		}
	}
}

// address is the IP address of a session: one of a few places, or one that the
// network of the phone hands out.
func (p *Person) address(in *land, on gadget) string {
	if on == phone && p.r.IntN(4) == 0 {
		return fmt.Sprintf(`"2001:db8:%x:%x::%x"`, 0x1000+int(in.country[1])*64+p.r.IntN(24), p.r.IntN(30), 1+p.r.IntN(250))
	}
	return in.addresses[p.r.IntN(len(in.addresses))]
}

// patience is the percentage of plays that are not skipped in each mode.
var patience = map[mode]int{
	albums: 93, mixes: 84, favourite: 74, list: 79, discovery: 48, guilty: 92, feast: 82, loop: 97,
}

// perform decides how a play goes: to the end, skipped or left.
func (p *Person) perform(l *listened, s *sitting, end int64) {
	full := l.song.MS
	if of := l.song.of; of != nil {
		left := full - of.heard
		if spare := int(end-l.Start) * 1000; left > spare+90_000 {
			l.MS, l.ReasonEnd = max(spare, 20_000), []string{`"endplay"`, `"logout"`}[p.r.IntN(2)]
			of.heard += l.MS
			return
		}
		l.MS, l.ReasonEnd = left, `"trackdone"`
		of.heard = 0
		of.next++
		return
	}
	l.Video = l.song.Video && s.device != speaker && p.yearOf(int(l.Start-p.from)/Day) > 5 && p.r.IntN(4) == 0
	patient := patience[s.mode] + min(l.song.plays, 12)
	if s.habit == &longAfternoon {
		patient = 101
	}
	f := p.r.Float64()
	switch k := p.r.IntN(100); {
	case l.Start+int64(full/1000) > end+30 && p.r.IntN(3) == 0:
		l.MS = int(float64(full) * f)
		l.ReasonEnd = []string{`"logout"`, `"endplay"`, `"unexpected-exit-while-paused"`}[p.r.IntN(3)]
	case k < patient:
		l.MS, l.ReasonEnd = full, `"trackdone"`
	case p.r.IntN(14) == 0:
		l.MS, l.ReasonEnd = int(float64(full)*f*0.3), `"backbtn"`
	case p.r.IntN(6) == 0:
		l.MS, l.ReasonEnd = int(float64(full)*f), `"endplay"`
	default:
		l.MS, l.ReasonEnd = 400+int(75_000*f*f*f), `"fwdbtn"`
	}
}

// platform is what the exports of the time call a gadget.
func (g gadget) platform(at int64, year float64, dice int) string {
	long := at < ShortNamesFrom
	north := year >= moved
	if g == speaker && dice >= 3 && !long {
		g = phone // it tells the speaker what to play
	}
	name := [2]string{`"Partner scei playstation;4"`, `"playstation"`}
	switch {
	case g == phone && north:
		name = [2]string{`"iOS 17.5 (iPhone14,5)"`, `"ios"`}
	case g == phone:
		name = [2]string{`"Android OS 9 API 28 (HMD Global, Nokia 7 plus)"`, `"android"`}
	case g == laptop && dice == 0:
		name = [2]string{`"web_player windows 10;chrome 93.0.4577.63;desktop"`, `"web_player"`}
	case g == laptop && north:
		name = [2]string{`"OS X 14.4.0 [arm 2]"`, `"osx"`}
	case g == laptop:
		name = [2]string{`"Windows 10 (10.0.19041; x64; AppX)"`, `"windows"`}
	case g == speaker:
		name = [2]string{`"Partner sonos_ppc Sonos;Play1"`, `"not_applicable"`}
	case g == television:
		name = [2]string{`"Partner android_tv Sony;BRAVIA 4K;2019"`, `"android_tv"`}
	}
	if long {
		return name[0]
	}
	return name[1]
}

// handOver brings the history into the order and form of Spotify's exports:
// offline plays stand at the time when they were reported, and a few rows are
// there twice.
func (p *Person) handOver() {
	slices.SortStableFunc(p.plays, func(a, b listened) int { return cmp.Compare(a.TS, b.TS) })
	all := make([]listened, 0, len(p.plays)+len(p.plays)/64)
	for _, l := range p.plays {
		if l.TS >= p.to.Unix() {
			break
		}
		for i := len(all) - 1; i >= 0 && all[i].TS == l.TS && !l.again; i-- {
			l.again = all[i].song == l.song && all[i].MS == l.MS
		}
		all = append(all, l)
		if p.r.IntN(120) == 0 {
			l.again = true
			all = append(all, l)
		}
	}
	p.plays = all
	p.changes = slices.DeleteFunc(p.changes, func(c change) bool { return c.at >= p.to.Unix() })
	p.searches = slices.DeleteFunc(p.searches, func(s search) bool { return s.at >= p.to.UnixMilli() })
}
