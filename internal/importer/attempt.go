package importer

import (
	"errors"

	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
)

// An attempt is one run of an import, with a bound on its memory. The first has
// what genuine packages of that size take. If that is not enough, the attempt
// ends, releases its memory, and the next one waits for more: nobody who holds
// memory may wait for more.
type attempt struct {
	parts   int64 // bytes that the parts may take; see dataset.Budget
	workers int
	bytes   int64 // to be acquired
	budget  *dataset.Budget
}

const (
	// A package of 300,000 plays has 12 MB and makes parts of 25 MB.
	partsAtLeast     = 6 << 20
	partsPerTwoBytes = 5

	// workerBytes is what a worker takes to inflate and scan, and importBytes what
	// an import does to put things in order, at least.
	workerBytes = 1 << 20
	importBytes = 8 << 20
)

func (im *Importer) first(job Job) *attempt {
	size := job.Bytes
	for i := range job.Inputs {
		size += job.Inputs[i].Size
	}
	t := &attempt{workers: im.cfg.Workers}
	t.parts = min(partsAtLeast+min(size, dataset.MaxBytes)*partsPerTwoBytes/2, dataset.MaxBytes)
	t.bytes = t.ownBytes()
	return t
}

// ownBytes is what the import takes besides the dataset it adds to. Merging
// takes as much again as the parts.
func (t *attempt) ownBytes() int64 {
	return importBytes + int64(t.workers)*workerBytes + 2*t.parts
}

// next prepares the attempt after one that has failed. It returns false when
// another one would fail in the same way.
func (t *attempt) next(err error) bool {
	var more *admission.NeedError
	switch {
	case errors.As(err, &more) && more.Bytes > t.bytes:
		t.bytes = more.Bytes
	case t.budget == nil || !t.budget.Exceeded():
		return false
	case t.parts < dataset.MaxBytes:
		t.bytes -= t.ownBytes()
		t.parts = dataset.MaxBytes
		t.bytes += t.ownBytes()
	case t.workers > 1:
		// Each worker has its own dictionaries. What fits must not depend on
		// the number of workers.
		t.workers = 1
	default:
		return false
	}
	return true
}
