package ratelimit

import (
	"math"
	"net/netip"
	"testing"
	"time"
)

func at(text string) netip.Addr { return netip.MustParseAddr(text) }

// clock is a time that stands still until it is told.
type clock struct{ time.Time }

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time              { return c.Time }
func (c *clock) after(d time.Duration)       { c.Time = c.Add(d) }
func within(a, b, margin time.Duration) bool { return (a - b).Abs() <= margin }

func TestBudget(t *testing.T) {
	c := newClock()
	l := New(3600, c.now) // one a second
	a, b := at("203.0.113.1"), at("203.0.113.2")
	for range 4 {
		if wait := l.Wait(a); wait != 0 {
			t.Fatalf("waits %s with something left", wait)
		}
		l.Spend(a, 899)
	}
	if wait := l.Wait(a); wait != 0 { // 4 are left
		t.Errorf("waits %s for the last", wait)
	}
	l.Spend(a, 104)
	if wait := l.Wait(a); !within(wait, 101*time.Second, time.Second) {
		t.Errorf("waits %s, want what was overspent to come back", wait)
	}
	if l.Wait(b) != 0 {
		t.Error("one pays for another")
	}
	c.after(l.Wait(a) + time.Millisecond)
	if wait := l.Wait(a); wait != 0 {
		t.Errorf("waits %s more than was said", wait)
	}
}

// A single request may cost more than a whole budget, and never more than an
// hour and what was left.
func TestMoreThanABudget(t *testing.T) {
	c := newClock()
	l := New(1000, c.now)
	l.Spend(at("203.0.113.1"), math.MaxInt64)
	if wait := l.Wait(at("203.0.113.1")); wait <= 0 || wait > time.Hour {
		t.Errorf("waits %s", wait)
	}
}

func TestOneNetwork(t *testing.T) {
	for _, test := range []struct {
		one, other string
		same       bool
	}{
		{"203.0.113.1", "203.0.113.2", false},
		{"203.0.113.1", "::ffff:203.0.113.1", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"fe80::1%eth0", "fe80::1%eth1", true},
	} {
		l := New(10, newClock().now)
		l.Spend(at(test.one), 20)
		if got := l.Wait(at(test.other)) > 0; got != test.same {
			t.Errorf("%s and %s: one budget %v, want %v", test.one, test.other, got, test.same)
		}
	}
}

// Who has spent nothing for an hour is forgotten, and there are never more than
// there is room for.
func TestForgets(t *testing.T) {
	c := newClock()
	l := New(1000, c.now)
	next := at("203.0.113.1")
	for range maxKnown + 100 {
		l.Spend(next, 1)
		next = next.Next()
	}
	if len(l.known) != maxKnown {
		t.Errorf("%d known, want %d", len(l.known), maxKnown)
	}
	c.after(time.Hour + time.Minute)
	l.Spend(next, 1)
	if len(l.known) != 1 {
		t.Errorf("%d known after an hour", len(l.known))
	}
}
