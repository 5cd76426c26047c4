package dataset

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// A merge works on as many stretches of time as there are cores, along files
// that may be in no order. Neither may show in what comes out of it.
func TestStretchesOfAMergeDoNotShow(t *testing.T) {
	plays := listener(5 * blockRows)
	for i := range plays {
		if i%7 == 0 {
			plays[i].TS = plays[max(i-1, 0)].TS // rows of one second
		}
		if i%50 == 0 {
			plays[i].URI = nil // and of a name that others have too
		}
	}
	merged := func(stretches int, file func(i int) int) [32]byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(stretches))
		const files = 4
		p, r := NewPart(), &export.Receipt{Files: make([]export.File, files)}
		for f := range files {
			p.Begin(f)
			for i := range plays {
				if file(i) == f {
					r.Files[f].Rows++
					if err := p.Add(&plays[i]); err != nil {
						t.Fatal(err)
					}
				}
			}
			p.End(true)
		}
		d, err := Merge(nil, []*Part{p}, r)
		if err != nil {
			t.Fatal(err)
		}
		accounts(t, d)
		// The origins are told by the receipt too, and must agree with it.
		kept := make([]int, files)
		before := 0
		err = d.origins.walk(d.Rows(), files, func(s span) { kept[s.file] += s.end - before; before = s.end }, func(double) {})
		if err != nil {
			t.Fatal(err)
		}
		for f := range kept {
			if kept[f] != d.receipt.Files[f].Kept {
				t.Errorf("%d rows are said to be from file %d, which kept %d", kept[f], f, d.receipt.Files[f].Kept)
			}
		}
		return d.Digest()
	}
	whole := merged(1, func(i int) int { return i * 4 / len(plays) })
	for _, stretches := range []int{2, 3, 8} {
		if merged(stretches, func(i int) int { return i * 4 / len(plays) }) != whole {
			t.Errorf("%d stretches make another dataset", stretches)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	files := make([]int, len(plays))
	for i := range files {
		files[i] = r.IntN(4)
	}
	r.Shuffle(len(plays), func(i, j int) { plays[i], plays[j] = plays[j], plays[i] })
	if merged(2, func(i int) int { return files[i] }) != whole {
		t.Error("files in no order make another dataset")
	}
}
