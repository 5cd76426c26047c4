package dataset

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// visit is a play from an address.
type visit struct{ day, address string }

// visits merges one upload of plays, one file a worker.
func visits(t *testing.T, base *Dataset, files ...[]visit) *Dataset {
	t.Helper()
	var parts []*Part
	r := &export.Receipt{}
	for i, file := range files {
		p := NewPart()
		p.Begin(i)
		for n, v := range file {
			at, err := time.Parse(time.DateOnly, v.day)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Add(&export.Play{TS: at.Unix() + int64(n), MS: 1, Address: []byte(v.address)}); err != nil {
				t.Fatal(err)
			}
		}
		p.End(true)
		parts = append(parts, p)
		r.Files = append(r.Files, export.File{Rows: len(file)})
	}
	d, err := Merge(base, parts, r)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = Decode(encode(t, d)); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNetworksOfOneUploadAreCountedOnce(t *testing.T) {
	d := visits(t, nil, []visit{
		{"2024-01-01", "203.0.113.7"}, {"2024-01-02", "203.0.113.99"}, {"2024-01-31", "203.0.114.7"},
		{"2024-02-01", "203.0.114.7"}, {"2024-01-31", "203.0.114.7"}, {"2024-02-01", ""}, {"2024-03-01", "at home"},
		{"2025-01-01", "::ffff:203.0.113.7"}, {"2025-01-01", "203.0.113.8"},
	}, []visit{
		{"2024-01-09", "203.0.113.7"}, {"2024-01-09", "2001:db8:1:2::3"}, {"2024-01-10", "2001:db8:1:99::3"}, {"2024-01-11", "2001:db8:2::"},
	})
	want := []NetworkMonth{
		{lens.Date{Year: 2024, Month: time.January, Day: 1}, 4}, {lens.Date{Year: 2024, Month: time.February, Day: 1}, 1}, {lens.Date{Year: 2025, Month: time.January, Day: 1}, 1},
	}
	if got := d.Networks(); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %v\nwant %v", got, want)
	}
}

func TestOfSeveralUploadsTheLargestCountStays(t *testing.T) {
	whole := []visit{{"2024-01-01", "203.0.113.7"}, {"2024-01-02", "203.0.114.7"}, {"2024-02-02", "203.0.114.7"}}
	begun := []visit{{"2023-12-01", "203.0.113.7"}, {"2024-01-01", "203.0.113.7"}}
	want := []NetworkMonth{
		{lens.Date{Year: 2023, Month: time.December, Day: 1}, 1}, {lens.Date{Year: 2024, Month: time.January, Day: 1}, 2}, {lens.Date{Year: 2024, Month: time.February, Day: 1}, 1},
	}
	one, other := visits(t, visits(t, nil, whole), begun), visits(t, visits(t, nil, begun), whole)
	for _, d := range []*Dataset{one, other, visits(t, one, whole, begun)} {
		if got := d.Networks(); !reflect.DeepEqual(got, want) {
			t.Errorf("\n got %v\nwant %v", got, want)
		}
	}
}

func TestNoAddressIsKept(t *testing.T) {
	d := visits(t, nil, []visit{{"2024-01-01", "203.0.113.7"}})
	without := visits(t, nil, []visit{{"2024-01-01", "198.51.100.7"}})
	if !bytes.Equal(encode(t, d), encode(t, without)) {
		t.Error("what is stored tells one address from another")
	}
}

func TestEndlessNetworksAreNotCounted(t *testing.T) {
	p := NewPart()
	p.Begin(0)
	for i := range 2 * maxNetworks {
		if err := p.Add(&export.Play{TS: 1e9, MS: 1, Address: fmt.Appendf(nil, "2001:%x:%x::", i>>16, i&0xffff)}); err != nil {
			t.Fatal(err)
		}
	}
	p.End(true)
	if got := countNetworks(nil, []*Part{p})[0].Networks; got != maxNetworks {
		t.Errorf("%d networks", got)
	}
}
