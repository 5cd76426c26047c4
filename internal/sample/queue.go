package sample

import (
	"math"
	"slices"
)

// queue is what comes next in a sitting.
type queue struct {
	*Person
	*sitting
	year     float64
	shuffled bool

	songs []*song // what comes before anything new is chosen
	whom  *performer
}

// queue makes the queue of a sitting.
func (p *Person) queue(s *sitting, year float64) *queue {
	q := &queue{Person: p, sitting: s, year: year}
	switch s.mode {
	case favourite, feast, guilty:
		q.shuffled = true
	case list:
		q.shuffled = p.r.IntN(3) > 0
	}
	if s.habit == &firstEvening {
		q.songs = slices.Clone(p.performer(firstLove).records[0].songs)
	}
	return q
}

// next is the next song, nil when there is nothing.
func (q *queue) next() *song {
	for range 3 {
		if len(q.songs) > 0 {
			s := q.songs[0]
			q.songs = q.songs[1:]
			return s
		}
		q.songs = q.more()
	}
	return nil
}

// more chooses what fills an empty queue.
func (q *queue) more() []*song {
	r := q.r
	switch q.mode {
	case albums:
		on := q.drawn().records
		f := r.Float64()
		songs := on[int(math.Pow(f, 1.5)*float64(len(on)))].songs
		if r.IntN(5) == 0 {
			songs = songs[r.IntN(len(songs)):]
		}
		return songs
	case mixes:
		if q.whom == nil || r.IntN(5) < 2 {
			q.whom = q.drawn()
		} else {
			q.whom = q.drawnOf([]string{q.whom.genre})
		}
		if q.year >= tripBegan && q.year < tripEnded {
			q.whom = q.drawnOf([]string{tokyoGenre})
		}
		return q.some(q.whom, 1+r.IntN(4))
	case favourite:
		if len(q.kept.songs) < 12 {
			return q.some(q.drawn(), 3)
		}
		var songs []*song
		for range 12 {
			// Recently saved songs are preferred.
			f := r.Float64()
			songs = append(songs, q.kept.songs[len(q.kept.songs)-1-int(f*f*float64(len(q.kept.songs)))])
		}
		return songs
	case list:
		return q.listed()
	case discovery:
		return q.discovered()
	case guilty:
		genre := guiltyGenre
		if q.year < moved {
			genre = guiltyBefore
		}
		return q.some(q.drawnOf([]string{genre}), 1+r.IntN(3))
	case feast:
		return q.some(q.drawnOf([]string{feastGenre}), 1+r.IntN(2))
	case loop:
		whom := q.performer(theOne)
		if q.habit != &longAfternoon && r.IntN(6) == 0 {
			return q.some(whom, 1)
		}
		return []*song{whom.songs[0]}
	case talk:
		return q.episode(q.show())
	case reading:
		return q.episode(q.book())
	}
	return nil
}

// lessons is the podcast that the listener learns the language with.
const lessons = 4

// lovedShows are the weights of the podcasts during the day; the last is only
// played at night.
var lovedShows = []int{30, 18, 9, 24, 0, 14, 7, 3, 1, 0}

// show is the podcast of a sitting.
func (q *queue) show() *programme {
	shows := q.world.shows
	switch {
	case q.hour > 21:
		return shows[len(shows)-1]
	case q.year >= moved && q.r.IntN(5) < 3 && !shows[lessons].over():
		return shows[lessons]
	}
	total := 0
	for i, n := range lovedShows {
		if !shows[i].over() {
			total += n
		}
	}
	at := q.r.IntN(max(total, 1))
	for i, n := range lovedShows {
		if shows[i].over() {
			continue
		}
		if at -= n; at < 0 {
			return shows[i]
		}
	}
	return shows[0]
}

// over reports whether every part was heard.
func (p *programme) over() bool { return p.next >= len(p.parts) }

// book is the audiobook of a sitting: half of them were for the first winter.
func (q *queue) book() *programme {
	books := q.world.books[:len(q.world.books)/2]
	if q.year > soberedUp {
		books = q.world.books[len(q.world.books)/2:]
	}
	i := slices.IndexFunc(books, func(b *programme) bool { return !b.over() })
	return books[max(i, 0)]
}

// episode is the next part of a programme, or the rest of the last one.
func (q *queue) episode(of *programme) []*song {
	if of.over() {
		return nil
	}
	return of.parts[of.next : of.next+1]
}

// listed are the songs of the playlist of a sitting, from anywhere in it.
func (q *queue) listed() []*song {
	var all []*playlist
	for _, l := range q.lists {
		if len(l.items) >= 4 && l.listed != talk && !l.deleted && (l.name == q.list || q.list == "") {
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		return q.some(q.drawn(), 3)
	}
	l := all[q.r.IntN(len(all))]
	songs := make([]*song, 0, len(l.items))
	for _, it := range l.items {
		songs = append(songs, it.song)
	}
	if q.shuffled {
		q.r.Shuffle(len(songs), func(i, j int) { songs[i], songs[j] = songs[j], songs[i] })
	} else if from := q.r.IntN(len(songs)); q.r.IntN(2) == 0 {
		songs = append(songs[from:], songs[:from]...)
	}
	return songs
}

// discovered are songs of a performer who is new, or was new lately.
func (q *queue) discovered() []*song {
	fringe := q.world.fringe
	switch due := int(q.year / lifeYears * float64(len(fringe))); {
	case q.found < due:
		q.found++
		return fringe[q.found-1].songs[:1+q.r.IntN(2)]
	case q.found > 0 && q.r.IntN(4) == 0:
		recent := fringe[max(0, q.found-12):q.found]
		return recent[q.r.IntN(len(recent))].songs
	}
	return q.some(q.drawn(), 1)
}

// some are n different songs of a performer, preferring the better known.
func (p *Person) some(whom *performer, n int) []*song {
	var songs []*song
	for range 3 * n {
		f := p.r.Float64()
		s := whom.songs[int(math.Pow(f, 1.4)*float64(len(whom.songs)))]
		if !slices.Contains(songs, s) {
			if songs = append(songs, s); len(songs) == n {
				break
			}
		}
	}
	return songs
}

// drawn is a performer, chosen by the pulls of the current week.
func (p *Person) drawn() *performer {
	total := p.favour[len(p.favour)-1]
	i, _ := slices.BinarySearch(p.favour, p.r.Float64()*total)
	return p.world.performers[min(i, len(p.favour)-1)]
}

// drawnOf is a performer of one of the genres, by pull if possible.
func (p *Person) drawnOf(genres []string) *performer {
	for range 25 {
		if a := p.drawn(); slices.Contains(genres, a.genre) {
			return a
		}
	}
	var of []*performer
	for _, a := range p.world.performers {
		if slices.Contains(genres, a.genre) {
			of = append(of, a)
		}
	}
	f := p.r.Float64()
	return of[int(f*f*float64(len(of)))]
}

func (p *Person) performer(name string) *performer {
	i := slices.IndexFunc(p.world.performers, func(a *performer) bool { return a.name == name })
	return p.world.performers[max(i, 0)]
}
