package dataset

// sortByTime sorts keys by their upper half and keeps the order of equal ones.
// Rows of one file come nearly sorted, those of several do not; a radix sort
// takes the same few milliseconds either way. The result may be another slice.
func sortByTime(keys []uint64) []uint64 {
	sorted := true
	for i := 1; i < len(keys); i++ {
		if keys[i]>>32 < keys[i-1]>>32 {
			sorted = false
			break
		}
	}
	if sorted {
		return keys
	}
	const bits, digits = 11, 3
	var counts [digits][1 << bits]uint32
	for _, k := range keys {
		for d := range digits {
			counts[d][k>>(32+d*bits)&(1<<bits-1)]++
		}
	}
	from, to := keys, make([]uint64, len(keys))
	for d := range digits {
		shift := 32 + d*bits
		c := &counts[d]
		if c[keys[0]>>shift&(1<<bits-1)] == uint32(len(keys)) {
			continue // every key has the same digit here
		}
		at := uint32(0)
		for i := range c {
			c[i], at = at, at+c[i]
		}
		for _, k := range from {
			b := k >> shift & (1<<bits - 1)
			to[c[b]] = k
			c[b]++
		}
		from, to = to, from
	}
	return from
}
