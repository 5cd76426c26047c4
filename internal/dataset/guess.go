package dataset

// What a row holds can mostly be guessed from the rows before it. Only the
// distance from the guess is stored, zigzagged so that small distances either
// way are small numbers. Arithmetic wraps, so that every distance means
// something and only its result needs checking.

func zigzag(n uint32) uint32 { return n<<1 ^ uint32(int32(n)>>31) }

func zagzig(n uint32) uint32 { return n>>1 ^ -(n & 1) }

// guessItems: the item that followed this one last time (0), or how far back
// the item was new, from 1 for one that is new now.
func guessItems(items []uint32, n int) []uint32 {
	out := make([]uint32, len(items))
	followed := make([]uint32, n+1) // by item+1; 0 for none
	next, before := uint32(0), uint32(0)
	for i, item := range items {
		if followed[before] == item+1 {
			out[i] = 0
		} else {
			out[i] = next - item + 1
			followed[before] = item + 1
		}
		if item == next {
			next++
		}
		before = item + 1
	}
	return out
}

func unguessItems(b []byte, n int) ([]uint32, error) {
	out := unplanes32(b)
	followed := make([]uint32, n+1)
	next, before := uint32(0), uint32(0)
	for i, v := range out {
		var item uint32
		if v == 0 {
			item = followed[before] - 1
		} else {
			item = next - (v - 1)
			followed[before] = item + 1
		}
		if item > next || item >= uint32(n) {
			return nil, corrupt("item of a row")
		}
		out[i] = item
		if item == next {
			next++
		}
		before = item + 1
	}
	if next != uint32(n) {
		return nil, corrupt("item without rows")
	}
	return out, nil
}

// guessMs: as long as the last play of the same item. Tracks that are heard to
// their end are all of one length.
func guessMs(ms, item []uint32, n int) []uint32 {
	out := make([]uint32, len(ms))
	last := make([]uint32, n)
	for i, v := range ms {
		out[i] = zigzag(v - last[item[i]])
		last[item[i]] = v
	}
	return out
}

func unguessMs(b []byte, item []uint32, n int) []uint32 {
	out := unplanes32(b)
	last := make([]uint32, n)
	for i, v := range out {
		v = last[item[i]] + zagzig(v)
		out[i] = v
		last[item[i]] = v
	}
	return out
}

// guessTS: this play began when the one before ended.
func guessTS(ts, ms []uint32) []uint32 {
	out := make([]uint32, len(ts))
	before := uint32(0)
	for i, v := range ts {
		out[i] = zigzag(v - before - ms[i]/1000)
		before = v
	}
	return out
}

func unguessTS(b []byte, ms []uint32) ([]uint32, error) {
	out := unplanes32(b)
	before := uint32(0)
	for i, v := range out {
		v = before + ms[i]/1000 + zagzig(v)
		if v < before {
			return nil, corrupt("rows out of order")
		}
		out[i] = v
		before = v
	}
	return out, nil
}

// guessLead: a play takes as long as what was heard of it.
func guessLead(lead []int32, ms []uint32) []uint32 {
	out := make([]uint32, len(lead))
	for i, v := range lead {
		out[i] = zigzag(uint32(v) - ms[i]/1000)
	}
	return out
}

func unguessLead(b []byte, ms []uint32) ([]int32, error) {
	out := make([]int32, len(ms))
	for i, v := range unplanes32(b) {
		out[i] = int32(ms[i]/1000 + zagzig(v))
		if out[i] < minLead || out[i] > maxLead {
			return nil, corrupt("start of a row")
		}
	}
	return out, nil
}

// planes32 splits numbers into their bytes: all lowest ones first.
func planes32(v []uint32) []byte {
	n := len(v)
	out := make([]byte, 4*n)
	a, b, c, d := out[:n], out[n:2*n], out[2*n:3*n], out[3*n:]
	for i, x := range v {
		a[i], b[i], c[i], d[i] = byte(x), byte(x>>8), byte(x>>16), byte(x>>24)
	}
	return out
}

func unplanes32(in []byte) []uint32 {
	n := len(in) / 4
	out := make([]uint32, n)
	a, b, c, d := in[:n], in[n:2*n], in[2*n:3*n], in[3*n:4*n]
	for i := range out {
		out[i] = uint32(a[i]) | uint32(b[i])<<8 | uint32(c[i])<<16 | uint32(d[i])<<24
	}
	return out
}

func planes16(v []uint16) []byte {
	n := len(v)
	out := make([]byte, 2*n)
	a, b := out[:n], out[n:]
	for i, x := range v {
		a[i], b[i] = byte(x), byte(x>>8)
	}
	return out
}

func unplanes16(in []byte) []uint16 {
	n := len(in) / 2
	out := make([]uint16, n)
	a, b := in[:n], in[n:2*n]
	for i := range out {
		out[i] = uint16(a[i]) | uint16(b[i])<<8
	}
	return out
}
