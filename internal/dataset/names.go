package dataset

import (
	"bytes"
	"hash/maphash"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
)

// foldSeparator stands between folded names. Package fold never writes it.
const foldSeparator = 0

// foldNames folds every name of the dataset, on the first search.
func (d *Dataset) foldNames() *texts {
	d.foldOnce.Do(func() {
		w := newTextsWriter(len(d.names.blob)+d.names.len()+d.names.len()/8, d.names.len())
		room := w.blob.Cap()
		var folded []byte
		for i := range d.names.len() {
			name := d.names.at(uint32(i))
			left := foldedRoom(int(d.names.ends[i]), i+1) - int64(w.blob.Len()) - 1
			folded = fold.AppendWithin(folded[:0], name, int(left))
			w.add(append(folded, foldSeparator))
		}
		d.folded = w.texts()
		if w.blob.Cap() > room {
			d.folded.blob = strings.Clone(d.folded.blob)
		}
	})
	return &d.folded
}

// foldedRoom bounds the folded form of the first names, which have so many bytes
// together. Names take about as much as before.
func foldedRoom(bytes, names int) int64 { return 2*int64(bytes) + int64(names) + 4<<10 }

// foldedBytes is what all folded names take at most.
func foldedBytes(bytes, names int) int64 { return foldedRoom(bytes, names) + 4*int64(names) }

// foldedName is a name to sort by.
func (d *Dataset) foldedName(c uint32) string {
	s := d.foldNames().at(c)
	return s[:len(s)-1]
}

// alike gives each name the first of those that differ from it in case, accents
// and spaces at the edges only.
func (d *Dataset) alike() []uint32 {
	d.alikeOnce.Do(func() {
		d.alikes = make([]uint32, d.names.len())
		for i := range d.alikes {
			s := strings.TrimSpace(d.foldedName(uint32(i)))
			tag := uint32(maphash.String(seed, s))
			c, ok := d.likeness.find(tag, func(c uint32) bool { return strings.TrimSpace(d.foldedName(c)) == s })
			if !ok {
				c = uint32(i)
				d.likeness.add(tag, c)
			}
			d.alikes[i] = c
		}
	})
	return d.alikes
}

// nameLike is the first of the names that are like text, or none. A guess that
// is the text itself spares the search.
func (d *Dataset) nameLike(text string, guess uint32) uint32 {
	alike := d.alike()
	if d.names.at(guess) == text {
		return alike[guess]
	}
	var room [128]byte
	folded := bytes.TrimSpace(fold.Append(room[:0], text))
	tag := uint32(maphash.Bytes(seed, folded))
	if c, ok := d.likeness.find(tag, func(c uint32) bool { return strings.TrimSpace(d.foldedName(c)) == string(folded) }); ok {
		return c
	}
	return none
}

// search sets bit in hits[i] of every name i that contains the folded word.
// Names lie one behind the other, so one search over all of them is as fast as
// memory is read.
func (d *Dataset) search(word string, bit uint8, hits []uint8) {
	f := d.foldNames()
	at, i := 0, 0
	for {
		hit := strings.Index(f.blob[at:], word)
		if hit < 0 {
			return
		}
		at += hit
		i += nameAt(f.ends[i:], uint32(at))
		hits[i] |= bit
		at = int(f.ends[i])
		if i++; i == len(f.ends) {
			return
		}
	}
}

// nameAt finds the name that holds offset at. The next hit is mostly near, so
// the search doubles its steps before it halves them.
func nameAt(ends []uint32, at uint32) int {
	lo, step := 0, 1
	for lo+step < len(ends) && ends[lo+step-1] <= at {
		lo += step
		step *= 2
	}
	hi := min(lo+step, len(ends))
	for lo < hi {
		mid := (lo + hi) / 2
		if ends[mid] <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
