package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// noted is the memoized result of a reading.
type noted struct {
	account *Account
	sources []source // what was read, and how much of it
}

type notedKey struct{}

// Of is the account of the documents that d keeps, read once.
func Of(d *dataset.Dataset) *Account { return readingOf(d).account }

func readingOf(d *dataset.Dataset) noted {
	return dataset.Memoize(d, notedKey{}, func() noted {
		r := newReading(d)
		r.readAll()
		return noted{r.account, r.sources}
	})
}

// IsRead reports whether Of has nothing to read, or somebody has begun to.
func IsRead(d *dataset.Dataset) bool {
	return len(d.Documents()) == 0 || dataset.IsMemoized(d, notedKey{})
}

// ReadingBytes is how much memory the reading takes while it goes on.
func ReadingBytes(d *dataset.Dataset) int64 {
	n := LargestBytes(d)
	for _, doc := range d.Documents() {
		n += doc.Reading
	}
	return min(n, dataset.MaxReading)
}

// LargestBytes is the length of the largest document: one at a time is unpacked.
func LargestBytes(d *dataset.Dataset) int64 {
	n := 0
	for _, doc := range d.Documents() {
		n = max(n, doc.Size)
	}
	return int64(n)
}

// Revealed are the personal fields with their real values, for a person who
// asked to see them. They are read anew each time and not kept.
func Revealed(d *dataset.Dataset) []PersonalField {
	r := &reading{account: &Account{}, data: d, damaged: make(map[int]bool), sources: readingOf(d).sources}
	return r.personalFields(true)
}
