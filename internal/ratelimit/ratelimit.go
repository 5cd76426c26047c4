// Package ratelimit bounds how much each network address may ask for in an hour,
// and how much at once. It remembers no address: of each it keeps a hash under a
// key that ends with the process, and that only until what was spent has come
// back, or what is under way is over.
package ratelimit

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// maxKnown bounds the addresses that are remembered, some 200 bytes each.
	// Beyond it one that is known is forgotten, and has its whole budget again.
	maxKnown = 20_000
	// tidyEvery is how often those are looked for who need not be remembered.
	tidyEvery = time.Minute
	// siteBits of an IPv6 address are its owner's network; the rest is theirs to
	// choose.
	siteBits = 64
)

// Limiter gives each address a budget. What was spent comes back evenly, all of
// it within an hour. Who has overspent waits: what a request costs is known
// only while it arrives. It is safe for concurrent use.
type Limiter struct {
	budget int
	now    func() time.Time
	seed   maphash.Seed

	mu    sync.Mutex
	known map[uint64]*rate.Limiter
	tidy  time.Time
}

// New returns a limiter with a budget for each address and hour.
func New(budget int64, now func() time.Time) *Limiter {
	return &Limiter{budget: int(budget), now: now, seed: maphash.MakeSeed(), known: make(map[uint64]*rate.Limiter)}
}

// Wait is how long the address has to wait until it may spend anything; 0 when
// it may.
func (l *Limiter) Wait(address netip.Addr) time.Duration {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wait(now, address)
}

func (l *Limiter) wait(now time.Time, address netip.Addr) time.Duration {
	left, ok := l.known[nameOf(l.seed, address)]
	if !ok {
		return 0
	}
	missing := 1 - left.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(left.Limit()) * float64(time.Second))
}

// Take is Wait and, for an address that need not wait, Spend in one step: of
// several requests at once only those begin that find something left.
func (l *Limiter) Take(address netip.Addr, n int64) (wait time.Duration) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := l.wait(now, address); wait > 0 {
		return wait
	}
	l.spend(now, address, n)
	return 0
}

// Spend takes n from what the address may spend, also when that is more than is
// left.
func (l *Limiter) Spend(address netip.Addr, n int64) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spend(now, address, n)
}

func (l *Limiter) spend(now time.Time, address netip.Addr, n int64) {
	l.forget(now)
	name := nameOf(l.seed, address)
	left, ok := l.known[name]
	if !ok {
		for other := range l.known {
			if len(l.known) < maxKnown {
				break
			}
			delete(l.known, other)
		}
		left = rate.NewLimiter(rate.Limit(float64(l.budget)/time.Hour.Seconds()), l.budget)
		l.known[name] = left
	}
	// Reserving is taking before it is there; it takes no more than all at once.
	left.ReserveN(now, int(min(n, int64(l.budget))))
}

// forget drops the addresses that have their whole budget again.
func (l *Limiter) forget(now time.Time) {
	if now.Sub(l.tidy) < tidyEvery {
		return
	}
	l.tidy = now
	for name, left := range l.known {
		if left.TokensAt(now) >= float64(l.budget) {
			delete(l.known, name)
		}
	}
}

// nameOf is what stands for an address: its hash, and of IPv6 that of its network.
func nameOf(seed maphash.Seed, address netip.Addr) uint64 {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		site, _ := address.Prefix(siteBits) // fails for a length no address has
		address = site.Addr()
	}
	return maphash.Comparable(seed, address)
}
