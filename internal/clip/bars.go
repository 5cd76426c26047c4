package clip

import (
	"math"

	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

// How a race goes: it begins, runs, and leaves time to read who won.
const (
	raceBegins = 0.3
	raceEnds   = 5.9
	// keyMoments is at how many moments it is looked who is before whom, at most: rows
	// that pass each other do so between two of them.
	keyMoments = 8
)

// draw: bars that grow and pass each other. The longest is always as long as there is
// room, so what is seen is who leads by how much.
func (r Race) draw(s *stage, at float64) {
	done := between(at, raceEnds, raceEnds+0.4)
	place := between(at, raceBegins, raceEnds) * float64(len(r.Steps)-1)
	s.ticker(r.Steps[min(len(r.Steps)-1, int(place+0.5))], "", done)
	s.sentence(r.Head, between(at, raceEnds+0.2, raceEnds+0.7))

	keys := min(keyMoments, len(r.Steps)-1)
	each := float64(len(r.Steps)-1) / float64(keys)
	key := min(keys-1, int(place/each))
	before, after := r.ranks(each*float64(key)), r.ranks(each*float64(key+1))
	passing := easeInOut(between(place/each-float64(key), 0.3, 0.9))
	values := make([]float64, len(r.Rows))
	longest := 1.0
	for i, row := range r.Rows {
		values[i] = interpolated(row.Sums, place)
		longest = max(longest, values[i])
	}
	n := float64(len(r.Rows))
	pitch := s.body.h / n
	bar := even(min(84, pitch*0.46))
	size := min(46, pitch*0.3)
	counted := tickedPlace(place, at, len(r.Steps))
	for i, row := range r.Rows {
		rank := before[i] + (after[i]-before[i])*passing
		id := "row" + string(rune('a'+i))
		y := even(s.body.y + pitch*rank)
		s.put(id+"name", s.name(row.Row), body(650, size), s.body.x, y+size*0.9, s.body.w*0.76, scene.Start, s.ink)
		// The figure stands still, since what moves while it changes is dear.
		s.put(id+"figure", r.Figure(int64(interpolated(row.Sums, counted))), body(600, size), s.body.x+s.body.w, y+size*0.9, 0, scene.End, s.dim)
		s.rect(id+"bar", box{s.body.x, y + even(size*1.3), even(max(bar*0.3, s.body.w*values[i]/longest)), bar}, 10, hue(row.Hue))
	}
}

// ranks are the places of the rows at a moment of the race, from 0.
func (r Race) ranks(place float64) []float64 {
	ranks := make([]float64, len(r.Rows))
	for i := range r.Rows {
		for j := range r.Rows {
			mine, theirs := interpolated(r.Rows[i].Sums, place), interpolated(r.Rows[j].Sums, place)
			if theirs > mine || theirs == mine && j < i {
				ranks[i]++
			}
		}
	}
	return ranks
}

// tickedPlace is the place in a race that counters have come to.
func tickedPlace(place, at float64, steps int) float64 {
	if at >= raceEnds {
		return place
	}
	return between(tick(at), raceBegins, raceEnds) * float64(steps-1)
}

// interpolated is the value between two sums.
func interpolated(sums []int64, place float64) float64 {
	i := int(place)
	if i >= len(sums)-1 {
		return float64(sums[len(sums)-1])
	}
	k := place - float64(i)
	return float64(sums[i])*(1-k) + float64(sums[i+1])*k
}

// draw: columns that rise one after the other, and the total above them.
func (m Months) draw(s *stage, at float64) {
	const begins, ends, rises = 0.3, 3.9, 0.6
	n := len(m.Values)
	top := max(1, m.Values[m.Best])
	pitch := s.body.w / float64(n)
	width := even(pitch * 0.72)
	room := s.body.h - 150
	base := s.body.y + s.body.h - 70
	var total int64
	for i, v := range m.Values {
		starts := begins + (ends-begins-rises)*float64(i)/float64(max(1, n-1))
		k := easeOut(between(at, starts, starts+rises))
		if tick(at) >= starts+rises/2 || at >= ends {
			total += v
		}
		id := string(rune('a'+i%26)) + string(rune('a'+i/26))
		x := even(s.body.x + pitch*float64(i) + (pitch-float64(width))/2)
		fill := s.ink
		if s.Dark {
			fill = neutral
		}
		if i == m.Best && at >= ends {
			fill = s.accent
		}
		height := even(room * k * float64(v) / float64(top))
		s.rect("column"+id, box{x, base - height, width, height}, min(10, width/4), fill)
		s.put("label"+id, m.Labels[i], body(600, min(34, pitch*0.5)), x+width/2, base+52, 0, scene.Middle, s.dim)
		if i == m.Best {
			shown := between(at, ends, ends+0.4)
			left := min(max(x+width/2, s.body.x+90), s.body.x+s.body.w-90)
			s.put("best", m.Figure(v), body(700, 44), left, base-height-24, 0, scene.Middle, faded(s.ink, shown))
		}
	}
	s.ticker(m.Figure(max(total, 1)), "", between(at, ends, ends+0.4))
	s.sentence(m.Head, between(at, ends+0.2, ends+0.7))
}

// draw: a dot for each play, day by day.
func (o Obsession) draw(s *stage, at float64) {
	const begins, ends = 0.4, 4.6
	all, tallest := 0, 1
	for _, n := range o.Plays {
		all += n
		tallest = max(tallest, n)
	}
	song := box{s.body.x, s.body.y + s.body.h - 130, s.body.w, 130}
	dots := box{s.body.x, s.body.y, s.body.w, s.body.h - 130 - 110}
	pitch := dots.w / float64(len(o.Plays))
	across := 1
	size := 0.0
	for n := 1; n <= 6; n++ { // dots beside each other in a day, so that they are largest
		rows := (tallest + n - 1) / n
		if d := min(pitch*0.86/float64(n), dots.h/float64(rows)); d > size {
			across, size = n, d
		}
	}
	size = min(size, 110)
	played := int(math.Round(between(tick(at), begins, ends) * float64(all)))
	if at >= ends {
		played = all
	}
	seen := 0
	fill := hue(o.Song.Hue)
	for day, n := range o.Plays {
		left := dots.x + pitch*float64(day) + (pitch-size*float64(across))/2
		for i := range n {
			starts := begins + (ends-begins)*float64(seen)/float64(max(1, all))
			seen++
			k := easeOut(between(at, starts, starts+0.35))
			if k <= 0 {
				continue
			}
			x := left + size*(float64(i%across)+0.5)
			y := dots.y + dots.h - size*(float64(i/across)+0.5)
			var dot scene.Path
			dot.Circle(0, 0, size*0.43)
			s.add("dot"+string(rune('a'+day))+string(rune('A'+i)), even(x), even(y-(1-k)*120), dot, fill)
		}
		s.put("day"+string(rune('a'+day)), o.Days[day], body(600, 32), dots.x+pitch*(float64(day)+0.5), dots.y+dots.h+52, 0, scene.Middle, s.dim)
	}
	s.ticker(o.Figure(max(played, 1)), "", between(at, ends+0.1, ends+0.5))
	s.sentence(o.Head, between(at, ends+0.3, ends+0.8))
	s.put("song", s.name(o.Song), display(66), song.x, song.y+62, song.w, scene.Start, s.ink)
	s.put("by", o.By, body(500, 40), song.x, song.y+118, song.w, scene.Start, s.dim)
}

// draw: a staircase of who was new, and the names when they arrive.
func (d Discoveries) draw(s *stage, at float64) {
	const begins, ends = 0.4, 4.8
	n := len(d.Sums)
	place := between(at, begins, ends) * float64(n)
	names := box{s.body.x, s.body.y, s.body.w, s.body.h * 0.5}
	stairs := box{s.body.x, s.body.y + s.body.h*0.54, s.body.w, s.body.h * 0.46}
	pitch := stairs.w / float64(n)
	top := float64(max(1, d.Sums[n-1]))
	sum := 0
	for i, v := range d.Sums {
		k := easeOut(min(1, max(0, place-float64(i))))
		if between(tick(at), begins, ends)*float64(n) >= float64(i)+0.5 || at >= ends {
			sum = v
		}
		height := even(stairs.h * k * float64(v) / top)
		id := "step" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		fill := s.accent
		if i < n-1 {
			fill.A = 110
		}
		s.rect(id, box{even(stairs.x + pitch*float64(i)), stairs.y + stairs.h - height, even(pitch - min(8, pitch*0.2)), height}, min(8, pitch/5), fill)
	}
	for i, a := range d.Names {
		comes := begins + (ends-begins)*(float64(a.Period)+0.3)/float64(n)
		one := box{names.x, names.y + names.h/float64(len(d.Names))*float64(i), names.w, names.h / float64(len(d.Names))}
		s.rows("new"+string(rune('a'+i)), one, []Row{a.Row}, func(int) scene.Color { return hue(a.Hue) }, between(at, comes, comes+0.4))
	}
	s.ticker(d.Figure(sum), "", between(at, ends, ends+0.4))
	s.sentence(d.Head, between(at, ends+0.2, ends+0.7))
}

// draw: a counter that runs and holds at round numbers.
func (m Milestones) draw(s *stage, at float64) {
	const begins, ends = 0.3, 5.0
	each := (ends - begins) / float64(len(m.Stops))
	i := min(len(m.Stops)-1, int(max(0, at-begins)/each))
	from := 0
	if i > 0 && m.Stops[i-1].Unit == m.Stops[i].Unit {
		from = m.Stops[i-1].N
	}
	k := easeInOut(between(tick(at), begins+each*float64(i), begins+each*(float64(i)+0.62)))
	if at >= ends {
		k = 1
	}
	s.ticker(m.Figure(from+int(k*float64(m.Stops[i].N-from))), m.Stops[i].Unit, between(at, ends+0.1, ends+0.5))
	s.sentence(m.Head, between(at, ends+0.3, ends+0.8))
	pitch := s.body.h / float64(max(3, len(m.Stops)))
	size := min(92, pitch*0.36)
	for j, stop := range m.Stops {
		starts := begins + each*(float64(j)+0.62)
		come := easeOut(between(at, starts, starts+0.4))
		if come <= 0 {
			continue
		}
		id := "stop" + string(rune('a'+j))
		y := even(s.body.y + pitch*float64(j))
		fill := faded(s.ink, come)
		if j == len(m.Stops)-1 {
			fill = faded(s.accent, come)
		}
		s.rect(id+"rule", box{s.body.x, y, s.body.w, 2}, 0, faded(s.rule, come))
		s.put(id+"n", m.Figure(stop.N)+" "+stop.Unit, tabular(display(size)), s.body.x, y+size*1.05, s.body.w*0.6, scene.Start, fill)
		s.put(id+"date", stop.Date, body(600, size*0.38), s.body.x+s.body.w, y+size*1.02, s.body.w*0.42, scene.End, faded(s.dim, come))
		s.put(id+"what", s.name(stop.What), body(500, size*0.42), s.body.x, y+size*1.05+size*0.66, s.body.w, scene.Start, faded(s.ink, come))
	}
}
