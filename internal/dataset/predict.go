package dataset

// What a row holds can mostly be predicted from the rows before it. Only the
// distance from the prediction is stored, zigzagged so that small distances either
// way are small numbers. Arithmetic wraps, so that every distance means
// something and only its result needs checking.

func zigzag(n uint32) uint32 { return n<<1 ^ uint32(int32(n)>>31) }

func zagzig(n uint32) uint32 { return n>>1 ^ -(n & 1) }

// predictItems: the item that followed this one last time (0), or how far back
// the item was new, from 1 for one that is new now.
func predictItems(out planes, items []uint32, n int) {
	followed := make([]uint32, n+1) // by item+1; 0 for none
	next, before := uint32(0), uint32(0)
	for i, item := range items {
		if followed[before] == item+1 {
			out.set(i, 0)
		} else {
			out.set(i, next-item+1)
			followed[before] = item + 1
		}
		if item == next {
			next++
		}
		before = item + 1
	}
}

func unpredictItems(b []byte, n int) ([]uint32, error) {
	items, followed := unplanes32(b), make([]uint32, n+1)
	next, before := uint32(0), uint32(0)
	for i, v := range items {
		item := next - (v - 1)
		if v == 0 {
			item = followed[before] - 1
		} else {
			followed[before] = item + 1
		}
		if item > next || item >= uint32(n) {
			return nil, corrupt("item of a row")
		}
		items[i] = item
		if item == next {
			next++
		}
		before = item + 1
	}
	if next != uint32(n) {
		return nil, corrupt("item without rows")
	}
	return items, nil
}

// predictMs: as long as the last play of the same item. Tracks that are heard to
// their end are all of one length.
func predictMs(out planes, ms, item []uint32, n int) {
	last := make([]uint32, n)
	for i, v := range ms {
		out.set(i, zigzag(v-last[item[i]]))
		last[item[i]] = v
	}
}

func unpredictMs(b []byte, item []uint32, n int) ([]uint32, error) {
	ms, last := unplanes32(b), make([]uint32, n)
	for i, of := range item {
		v := last[of] + zagzig(ms[i])
		if v > unknownLength {
			return nil, corrupt("length of a row")
		}
		ms[i], last[of] = v, v
	}
	return ms, nil
}

// predictTS: this play began when the one before ended.
func predictTS(out planes, ts, ms []uint32) {
	before := uint32(0)
	for i, v := range ts {
		out.set(i, zigzag(v-before-ms[i]/1000))
		before = v
	}
}

func unpredictTS(b []byte, ms []uint32) ([]uint32, error) {
	ts, before := unplanes32(b), uint32(0)
	for i, length := range ms {
		v := before + length/1000 + zagzig(ts[i])
		if v < before {
			return nil, corrupt("rows out of order")
		}
		ts[i], before = v, v
	}
	return ts, nil
}

// predictLead: a play takes as long as what was heard of it.
func predictLead(out planes, lead []int32, ms []uint32) {
	for i, v := range lead {
		out.set(i, zigzag(uint32(v)-ms[i]/1000))
	}
}

func unpredictLead(b []byte, ms []uint32) ([]int32, error) {
	in, out := planesOf(b), make([]int32, len(ms))
	for i := range out {
		out[i] = int32(ms[i]/1000 + zagzig(in.at(i)))
		if out[i] < earlierLead || out[i] > maxLead {
			return nil, corrupt("start of a row")
		}
		out[i] = max(out[i], 0)
	}
	return out, nil
}

// earlierLead is what earlier versions stored of clocks that were fast: plays
// that begin up to five minutes after their end.
const earlierLead = -300

// planes are numbers split into their bytes: all lowest ones first.
type planes struct{ a, b, c, d []byte }

func planesOf(out []byte) planes {
	n := len(out) / 4
	return planes{out[:n], out[n : 2*n], out[2*n : 3*n], out[3*n:]}
}

func (p *planes) at(i int) uint32 {
	return uint32(p.a[i]) | uint32(p.b[i])<<8 | uint32(p.c[i])<<16 | uint32(p.d[i])<<24
}

func (p *planes) set(i int, x uint32) {
	p.a[i], p.b[i], p.c[i], p.d[i] = byte(x), byte(x>>8), byte(x>>16), byte(x>>24)
}

func unplanes32(in []byte) []uint32 {
	n := len(in) / 4
	out := make([]uint32, n)
	a, b, c, d := in[:n], in[n:][:n], in[2*n:][:n], in[3*n:][:n]
	for i := range out {
		out[i] = uint32(a[i]) | uint32(b[i])<<8 | uint32(c[i])<<16 | uint32(d[i])<<24
	}
	return out
}

func planes16(out []byte, v []uint16) {
	n := len(v)
	a, b := out[:n], out[n:]
	for i, x := range v {
		a[i], b[i] = byte(x), byte(x>>8)
	}
}

func unplanes16(in []byte) []uint16 {
	n := len(in) / 2
	out := make([]uint16, n)
	a, b := in[:n], in[n:][:n]
	for i := range out {
		out[i] = uint16(a[i]) | uint16(b[i])<<8
	}
	return out
}
