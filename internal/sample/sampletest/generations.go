package sampletest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// Generation is a form that Spotify's extended history has had over the years.
type Generation int

// The generations. The zero value stands for V3b.
const (
	V1  Generation = iota + 1 // 2020: minified, unsorted, no URIs
	V2                        // 2021 to 2024: minified, with user names
	V3a                       // the end of 2024: pretty-printed
	V3b                       // from 2025: with audiobooks
	V4                        // 2026: a set of files per year, in several sorted runs
)

// Options describe the invented listener.
type Options struct {
	Plays      int // rows of the extended history
	Seed       uint64
	Generation Generation
	// From and To bound the history; To is excluded. Both are needed.
	From, To time.Time
	// Small makes smaller archives at the price of time: as small as Spotify's.
	Small bool
}

func (o Options) packages() sample.Options {
	return sample.Options{To: o.To, Seed: o.Seed, Small: o.Small}
}

// format is that of the generation.
func (o Options) format() sample.Format {
	f := sample.ExtendedFormat()
	order := rand.New(rand.NewPCG(o.Seed, 1))
	if o.Generation <= V3a {
		f.Columns = slices.DeleteFunc(f.Columns, func(c sample.Column) bool {
			return len(c.Key) > 9 && c.Key[:9] == "audiobook"
		})
	}
	if o.Generation <= V2 {
		f.Open, f.Between, f.Close, f.Begin, f.End, f.First, f.Next, f.Colon = "[", ",", "]", "{", "}", "", ",", ":"
		f.Columns = slices.Insert(f.Columns, 1, constant("username", `"sample-listener"`))
		at := slices.IndexFunc(f.Columns, func(c sample.Column) bool { return c.Key == "ip_addr" })
		f.Columns[at].Key = "ip_addr_decrypted"
		f.Columns = slices.Insert(f.Columns, at+1, constant("user_agent_decrypted", `"unknown"`))
		if o.Generation == V1 {
			f.Columns = slices.DeleteFunc(f.Columns, func(c sample.Column) bool {
				return c.Key == "spotify_track_uri" || c.Key == "spotify_episode_uri"
			})
			for i, key := range []string{"city", "region", "metro_code", "longitude", "latitude"} {
				f.Columns = slices.Insert(f.Columns, at+2+i, constant(key, "null"))
			}
		}
	}
	switch o.Generation {
	case V1:
		f.Folder, f.Order = "MyData", order.Perm
		f.Name = func(f *sample.File) string {
			switch {
			case f.Label == "Audio":
				return fmt.Sprintf("endsong_%d.json", f.Number)
			case f.Final && f.Number == 0:
				return "endvideo.json"
			}
			return fmt.Sprintf("endvideo_%d.json", f.Number)
		}
	case V4:
		f.Open, f.Between, f.Close, f.Begin, f.End, f.First, f.Next, f.Colon = "[ ", ", ", " ]", "{\n", "\n}", "  ", ",\n  ", " : "
		f.Yearly = true
		f.Name = func(f *sample.File) string { return f.HistoryName(f.Number == 0) }
		f.Order = func(n int) []int {
			var runs [3][]int
			for i := range n {
				r := order.IntN(len(runs))
				runs[r] = append(runs[r], i)
			}
			return slices.Concat(runs[:]...)
		}
	}
	return f
}

// constant is a column that is the same in every row.
func constant(key, value string) sample.Column {
	return sample.Column{Key: key, Append: func(b []byte, _ *sample.Play) []byte { return append(b, value...) }}
}
