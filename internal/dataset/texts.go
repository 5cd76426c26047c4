package dataset

import (
	"hash/maphash"
	"math"
	"strings"
)

// texts is an immutable list of strings: one blob, and where each ends. A
// string is a slice of the blob, so that reading one allocates nothing.
type texts struct {
	blob string
	ends []uint32
}

func (t *texts) len() int { return len(t.ends) }

func (t *texts) at(i uint32) string {
	var from uint32
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.blob[from:t.ends[i]]
}

func (t *texts) size() int64 { return int64(len(t.blob)) + 4*int64(len(t.ends)) }

// seed is the process's own, so that nobody can prepare names that collide.
var seed = maphash.MakeSeed()

// maxText bounds the distinct text of a dataset, in bytes. It keeps offsets
// within 32 bits; the heaviest listeners have a few megabytes.
const maxText = 1 << 28

// lexicon is a list of distinct strings that grows. Code 0 is the empty string.
type lexicon struct {
	text  arena
	words []word
	table table
}

// word is where a string of a lexicon stands.
type word struct{ position, size uint32 }

func newLexicon() *lexicon { return &lexicon{words: make([]word, 1)} }

func (x *lexicon) at(i uint32) []byte {
	if i == 0 {
		return nil
	}
	w := x.words[i]
	return x.text.at(w.position)[:w.size]
}

// code returns the code of b, a new one when b is new.
func (x *lexicon) code(b []byte) (uint32, error) {
	if len(b) == 0 {
		return 0, nil
	}
	tag := uint32(maphash.Bytes(seed, b))
	for c, at, ok := x.table.seek(tag, tag); ok; c, at, ok = x.table.seek(at, tag) {
		if string(x.at(c)) == string(b) {
			return c, nil
		}
	}
	if leastBytes(0, 0, len(x.words), x.text.size+len(b), 0) > MaxBytes || len(x.words) >= math.MaxInt32 {
		return 0, errTooMuchText
	}
	c := uint32(len(x.words))
	x.words = append(x.words, word{x.text.add(b), uint32(len(b))})
	x.table.add(tag, c)
	return c, nil
}

// textsWriter makes texts.
type textsWriter struct {
	blob strings.Builder
	ends []uint32
}

func newTextsWriter(bytes, texts int) *textsWriter {
	w := &textsWriter{ends: make([]uint32, 0, texts)}
	w.blob.Grow(bytes)
	return w
}

func (w *textsWriter) add(b []byte) uint32 {
	w.blob.Write(b)
	w.ends = append(w.ends, uint32(w.blob.Len()))
	return uint32(len(w.ends) - 1)
}

func (w *textsWriter) texts() texts { return texts{blob: w.blob.String(), ends: w.ends} }
