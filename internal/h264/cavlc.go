package h264

// maxLevel is the largest level that a code of the profile can say.
const maxLevel = 2063

// code writes a code of a table.
func (w *bitWriter) code(c code) { w.put(uint32(c.bits), uint(c.length)) }

// block writes a block of levels in the order of the zigzag (7.3.5.3.2) and gives
// their number. The number of levels in the blocks around chooses the first
// table; context is an index of coeffTokens.
func (w *bitWriter) block(levels []int16, context uint8) int {
	// What the codes say of the levels, from the last to the first.
	var values [16]int
	var runs [16]int // the zeros before each
	total, ones, zeros := 0, 0, 0
	previous := -1
	allOnes := true
	last := len(levels) - 1
	for last >= 0 && levels[last] == 0 {
		last--
	}
	for i := last; i >= 0; i-- {
		if levels[i] == 0 {
			zeros++
			continue
		}
		if previous >= 0 {
			runs[total-1] = previous - i - 1
		}
		previous = i
		values[total] = int(levels[i])
		if allOnes && ones < 3 && (levels[i] == 1 || levels[i] == -1) {
			ones++
		} else {
			allOnes = false
		}
		total++
	}
	w.code(coeffTokens[context][total][ones])
	if total == 0 {
		return 0
	}
	for _, value := range values[:ones] {
		w.flag(value < 0)
	}
	w.levels(values[ones:total], total > 10 && ones < 3, ones < 3)

	switch {
	case total == len(levels):
		return total
	case context == chromaDC:
		w.code(chromaTotalZeros[total][zeros])
	default:
		w.code(totalZeros[total][zeros])
	}
	for i := 0; i < total-1 && zeros > 0; i++ {
		w.code(runsBefore[min(zeros, 7)][runs[i]])
		zeros -= runs[i]
	}
	return total
}

// levels writes the levels that are not said by the coeff_token (9.2.2.1). Of many
// levels the first is written with a suffix; after fewer than three ones it is
// not ±1 and so is written nearer to zero.
func (w *bitWriter) levels(values []int, many, nearer bool) {
	var suffix uint
	if many {
		suffix = 1
	}
	for i, value := range values {
		size := max(value, -value)
		number := 2*size - 2
		if value < 0 {
			number++
		}
		if i == 0 && nearer {
			number -= 2
		}
		switch {
		case suffix == 0 && number < 14:
			w.put(1, uint(number)+1)
		case suffix == 0 && number < 30:
			w.put(1, 15)
			w.put(uint32(number-14), 4)
		case suffix == 0:
			w.put(1, 16)
			w.put(uint32(number-30), 12)
		case number < 15<<suffix:
			w.put(1, uint(number>>suffix)+1)
			w.put(uint32(number)&(1<<suffix-1), suffix)
		default:
			w.put(1, 16)
			w.put(uint32(number-15<<suffix), 12)
		}
		if suffix == 0 {
			suffix = 1
		}
		if size > 3<<(suffix-1) && suffix < 6 {
			suffix++
		}
	}
}
