package ratelimit

import (
	"errors"
	"net/netip"
	"sync"
	"testing"
)

func TestPlaces(t *testing.T) {
	address := netip.MustParseAddr
	var nobody netip.Addr
	for name, test := range map[string]struct {
		taken []netip.Addr
		next  netip.Addr
		want  error
	}{
		"the first":               {nil, address("203.0.113.9"), nil},
		"the last of an address":  {[]netip.Addr{address("203.0.113.9")}, address("203.0.113.9"), nil},
		"one too many":            {[]netip.Addr{address("203.0.113.9"), address("203.0.113.9")}, address("203.0.113.9"), ErrShare},
		"the same in IPv6":        {[]netip.Addr{address("203.0.113.9"), address("::ffff:203.0.113.9")}, address("203.0.113.9"), ErrShare},
		"one IPv6 network":        {[]netip.Addr{address("2001:db8::1"), address("2001:db8::2")}, address("2001:db8::3"), ErrShare},
		"another IPv6 network":    {[]netip.Addr{address("2001:db8::1"), address("2001:db8::2")}, address("2001:db8:0:1::3"), nil},
		"another address":         {[]netip.Addr{address("203.0.113.9"), address("203.0.113.9")}, address("203.0.113.10"), nil},
		"nobody in particular":    {[]netip.Addr{nobody, nobody, nobody}, nobody, nil},
		"full":                    {[]netip.Addr{nobody, nobody, nobody, nobody}, address("203.0.113.9"), ErrFull},
		"full, of nobody":         {[]netip.Addr{nobody, nobody, nobody, nobody}, nobody, ErrFull},
		"full comes before share": {[]netip.Addr{nobody, nobody, address("203.0.113.9"), address("203.0.113.9")}, address("203.0.113.9"), ErrFull},
	} {
		p := NewPlaces(4, 2)
		var releases []func()
		for _, a := range test.taken {
			release, err := p.Take(a)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			releases = append(releases, release)
		}
		release, err := p.Take(test.next)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if err == nil {
			release()
		}
		for _, release := range releases {
			release()
		}
		if p.taken != 0 || len(p.by) != 0 {
			t.Errorf("%s: %d places are still taken, by %v", name, p.taken, p.by)
		}
	}
}

func TestPlacesSideBySide(t *testing.T) {
	p := NewPlaces(8, 3)
	var group sync.WaitGroup
	var mu sync.Mutex
	held := 0
	for range 100 {
		group.Go(func() {
			release, err := p.Take(netip.MustParseAddr("203.0.113.9"))
			if err != nil {
				return
			}
			mu.Lock()
			if held++; held > 3 {
				t.Errorf("%d at once", held)
			}
			mu.Unlock()
			mu.Lock()
			held--
			mu.Unlock()
			release()
		})
	}
	group.Wait()
	if p.taken != 0 || len(p.by) != 0 {
		t.Errorf("%d places are still taken, by %v", p.taken, p.by)
	}
}
