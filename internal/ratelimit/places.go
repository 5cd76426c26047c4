package ratelimit

import (
	"errors"
	"hash/maphash"
	"net/netip"
	"sync"
)

// Errors of Places.
var (
	// ErrFull: all places are taken.
	ErrFull = errors.New("ratelimit: all places are taken")
	// ErrShare: the address has taken its share of the places.
	ErrShare = errors.New("ratelimit: the address has its share of the places")
)

// Places bounds what is under way at once: in all, and of one address, so that
// one cannot keep all others out. Make one with NewPlaces; it is safe for
// concurrent use.
type Places struct {
	total, each int
	seed        maphash.Seed

	mu    sync.Mutex
	taken int
	by    map[uint64]int
}

// NewPlaces returns so many places, of which one address may take each.
func NewPlaces(total, each int) *Places {
	return &Places{total: total, each: each, seed: maphash.MakeSeed(), by: make(map[uint64]int)}
}

// Take takes a place, until release is called once. Of an address that is not
// known (the zero Addr) nobody can say who it is: only the total bounds it.
func (p *Places) Take(address netip.Addr) (release func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken >= p.total {
		return nil, ErrFull
	}
	known, name := address.IsValid(), nameOf(p.seed, address)
	if known && p.by[name] >= p.each {
		return nil, ErrShare
	}
	p.add(known, name, 1)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.add(known, name, -1)
	}, nil
}

// add counts n places, those of a known address under its name.
func (p *Places) add(known bool, name uint64, n int) {
	p.taken += n
	if !known {
		return
	}
	if p.by[name] += n; p.by[name] == 0 {
		delete(p.by, name)
	}
}
