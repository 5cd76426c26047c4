package dataset

import (
	"encoding/binary"
	"maps"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Where a person was shows in their IP addresses, so a dataset holds none: all
// that is left of them is how many networks plays came from in each month.
//
// Two counts cannot be added up, as they may be of the same networks, and
// nothing that could tell is kept either. Hashes of networks would be no secret:
// there are but 16 million networks of IPv4, so whoever holds the hashes and
// their key or salt tries them all in seconds, and a key that nobody holds is
// of no use to the next merge. So one upload is counted exactly, and of several
// uploads the month's largest count stays: it is exact when one of them has the
// whole month, as a package has every month but its first and last, and too small
// rather than too large otherwise. That makes the counts independent of the
// order of uploads but not of how files are split among them, which is why they
// are no part of the Digest.

// A NetworkMonth is how many networks plays came from in one month of UTC.
type NetworkMonth struct {
	Date     lens.Date // its first day
	Networks int       // at least so many: of IPv4 by /24, of IPv6 by /48
}

// Networks lists the months for which an address was known, in order. It must
// not be changed.
func (d *Dataset) Networks() []NetworkMonth { return d.networks }

// network is a network in a month, as a Part keeps it until the merge.
type network struct {
	month uint32 // since the year 0
	high  uint64 // of the address; the top bit tells IPv6
}

// networkBytes is what one of them takes while it is counted.
const networkBytes = 64

// networks counts the networks of one worker's plays.
type networks struct {
	seen map[network]struct{}
	file map[network]struct{} // of the file being read, which may be given back

	// The row before nearly always had the same address in the same month.
	address     []byte
	high        uint64
	known       bool
	month       uint32
	first, next int64 // the month's seconds
}

// add counts a network, and reports whether it is one of the file that was not
// counted before.
func (n *networks) add(ts int64, address []byte) bool {
	if len(address) == 0 {
		return false
	}
	same := n.file != nil
	if string(address) != string(n.address) {
		n.address = append(n.address[:0], address...)
		n.high, n.known = networkOf(string(address))
		same = false
	}
	if !n.known {
		return false
	}
	if ts < n.first || ts >= n.next {
		y, m, _ := time.Unix(ts, 0).UTC().Date()
		n.month = uint32(y*12 + int(m) - 1)
		n.first = time.Date(y, m, 1, 0, 0, 0, 0, time.UTC).Unix()
		n.next = time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC).Unix()
		same = false
	}
	if same || len(n.file)+len(n.seen) >= maxNetworks {
		return false
	}
	if n.file == nil {
		n.file = make(map[network]struct{})
	}
	before := len(n.file)
	n.file[network{n.month, n.high}] = struct{}{}
	return len(n.file) > before
}

// end closes a file; without keep what it said is forgotten.
func (n *networks) end(keep bool) {
	if keep && len(n.file) > 0 {
		if n.seen == nil {
			n.seen = make(map[network]struct{}, len(n.file))
		}
		maps.Copy(n.seen, n.file)
	}
	n.file = nil
}

// networkOf is the part of an address that tells its network.
func networkOf(address string) (uint64, bool) {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return 0, false
	}
	if a = a.Unmap(); a.Is4() {
		b := a.As4()
		return uint64(binary.BigEndian.Uint32(b[:]) >> 8), true
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:])>>16 | 1<<63, true
}

// countNetworks is what the parts of one upload saw, and base's larger counts.
func countNetworks(base *Dataset, parts []*Part) []NetworkMonth {
	all := make(map[network]struct{})
	for _, p := range parts {
		maps.Copy(all, p.networks.seen)
	}
	counts := make(map[lens.Date]int)
	for k := range all {
		counts[monthDate(k.month)]++
	}
	if base != nil {
		for _, m := range base.networks {
			counts[m.Date] = max(counts[m.Date], m.Networks)
		}
	}
	months := make([]NetworkMonth, 0, len(counts))
	for date, n := range counts {
		months = append(months, NetworkMonth{date, n})
	}
	slices.SortFunc(months, func(a, b NetworkMonth) int { return a.Date.Compare(b.Date) })
	return months
}

func monthDate(month uint32) lens.Date {
	return lens.Date{Year: int(month / 12), Month: time.Month(month%12 + 1), Day: 1}
}

// appendNetworks writes each month as its distance from the one before, and its
// count.
func appendNetworks(b []byte, months []NetworkMonth) []byte {
	before := 0
	for _, m := range months {
		month := m.Date.Year*12 + int(m.Date.Month) - 1
		b = binary.AppendUvarint(b, uint64(month-before))
		b = binary.AppendUvarint(b, uint64(m.Networks))
		before = month
	}
	return b
}

func readNetworks(b []byte) ([]NetworkMonth, error) {
	var months []NetworkMonth
	month := uint32(0)
	for len(b) > 0 {
		var distance uint32
		var n int
		if !readNumber(&b, &distance, 12*(lens.LastYear+2)-1-month) || !readNumber(&b, &n, math.MaxInt32) || distance == 0 || n == 0 {
			return nil, corrupt("networks")
		}
		month += distance
		months = append(months, NetworkMonth{monthDate(month), n})
	}
	return months, nil
}
