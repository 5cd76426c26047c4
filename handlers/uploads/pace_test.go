package uploads

import (
	"errors"
	"io"
	"net/http/httptest"
	"testing"
	"time"
)

// A line gives so much at a time, after so long.
type line struct {
	now  time.Time
	left []drop
}

type drop struct {
	after time.Duration
	bytes int
}

func (l *line) Read(b []byte) (int, error) {
	if len(l.left) == 0 {
		return 0, io.EOF
	}
	d := l.left[0]
	l.left = l.left[1:]
	l.now = l.now.Add(d.after)
	return min(d.bytes, len(b)), nil
}

func drops(n int, after time.Duration, bytes int) []drop {
	all := make([]drop, n)
	for i := range all {
		all[i] = drop{after, bytes}
	}
	return all
}

func TestPace(t *testing.T) {
	const kb = 1 << 10
	for name, test := range map[string]struct {
		drops []drop
		// ends is after how long the body is too slow; 0 when it is not.
		ends time.Duration
	}{
		"fast":                       {drops(100, 0, 32*kb), 0},
		"2 KB a second":              {drops(100, time.Second, 2*kb), 0},
		"less":                       {drops(100, time.Second, 2*kb-100), 30 * time.Second},
		"a byte in 20 s":             {drops(10, 20*time.Second, 1), 40 * time.Second},
		"60 KB every 29 s":           {drops(10, 29*time.Second, 60*kb), 0},
		"nothing for half a minute":  {append(drops(60, time.Second, 8*kb), drop{31 * time.Second, 100}), 91 * time.Second},
		"slower and slower":          {append(drops(30, time.Second, 3*kb), drops(60, time.Second, kb)...), 46 * time.Second},
		"small and over soon":        {drops(3, 5*time.Second, 1), 0},
		"fast, then slow at the end": {append(drops(100, 0, 32*kb), drops(29, time.Second, 1)...), 0},
	} {
		l := &line{now: time.Unix(0, 0)}
		begun := l.now
		l.left = test.drops
		r := httptest.NewRequest("POST", "/uploads", l)
		body := newPacedBody(r, httptest.NewRecorder(), func() time.Time { return l.now })
		var err error
		for err == nil {
			_, err = body.Read(make([]byte, 64*kb))
			if err == nil && body.timeLeft() <= 0 {
				t.Errorf("%s: no patience, and no error", name)
			}
		}
		took := l.now.Sub(begun)
		switch {
		case test.ends == 0 && (!errors.Is(err, io.EOF) || body.inputError() != nil):
			t.Errorf("%s: %v after %s", name, err, took)
		case test.ends != 0 && (!errors.Is(err, ErrTooSlow) || body.inputError() == nil || took < test.ends-time.Second || took > test.ends+time.Second):
			t.Errorf("%s: %v after %s, want it after %s", name, err, took, test.ends)
		}
	}
}

// The time that the server takes between two reads is not the sender's.
func TestPaceOfABusyServer(t *testing.T) {
	l := &line{now: time.Unix(0, 0), left: drops(10, time.Second, 1)}
	body := newPacedBody(httptest.NewRequest("POST", "/uploads", l), httptest.NewRecorder(), func() time.Time { return l.now })
	for range 10 {
		if _, err := body.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		l.now = l.now.Add(time.Minute)
	}
}
