package sessions

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// These tests look at the sealed format itself, below what HTTP can reach.

const (
	formatKey   = "UJQMhQ0vYF3XrVe1cVbR8xk4m2Wn7sTz"
	formatToken = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

func formatStore(t testing.TB) *cookieStore {
	t.Helper()
	ring, err := newKeyring(formatKey, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &cookieStore{ring: ring, admission: admission{now: func() time.Time { return time.Unix(1_800_000_000, 0) }}}
}

// received lays values out as a browser would send them back.
func received(values []string) *cookies {
	var c cookies
	for i, value := range values {
		c.values[i], c.present[i] = value, true
	}
	return &c
}

// TestSealAndOpenIsIdentity goes through every size: a seam between two cookies
// is one byte wide.
func TestSealAndOpenIsIdentity(t *testing.T) {
	s := formatStore(t)
	random := rand.NewChaCha8([32]byte{1})
	content := make([]byte, 14_000)
	_, _ = random.Read(content)
	largest, byParts := 0, [maxParts + 1]int{}
	for size := 0; size <= len(content); size++ {
		sent := record{
			token:   formatToken,
			issued:  time.UnixMilli(1_799_000_000_123).UTC(),
			expires: time.UnixMilli(1_801_000_000_456).UTC(),
			data:    content[:size],
		}
		v := &visit{session: sent}
		values, err := s.send(v, "session", sent.token)
		if errors.Is(err, ErrTooLarge) {
			continue
		}
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if largest < size-1 {
			t.Fatalf("%d bytes fit and %d do not", size, largest+1)
		}
		largest = size
		byParts[len(values)]++
		for i, value := range values {
			if len(value) > partSize || value == "" || i < len(values)-1 && len(value) != partSize {
				t.Fatalf("%d bytes: part %d of %d is %d bytes long", size, i, len(values), len(value))
			}
		}
		got, current, err := s.open(received(values), "session")
		if err != nil || !current {
			t.Fatalf("%d bytes: open: %v", size, err)
		}
		if got.token != sent.token || !got.issued.Equal(sent.issued) || !got.expires.Equal(sent.expires) || !bytes.Equal(got.data, sent.data) {
			t.Fatalf("%d bytes came back changed", size)
		}
	}
	if largest < 11_000 || largest > 11_400 {
		t.Errorf("the largest session that fits has %d bytes", largest)
	}
	for parts := 1; parts <= maxParts; parts++ {
		if byParts[parts] < 2_000 {
			t.Errorf("%d sizes used %d parts", byParts[parts], parts)
		}
	}
}

func TestSealingTwiceDiffers(t *testing.T) {
	ring := formatStore(t).ring
	_, one := ring.seal("session", []byte("same"))
	_, two := ring.seal("session", []byte("same"))
	if one == two {
		t.Error("the nonce was used twice")
	}
}

func TestKeyIDSaysNothingAboutTheKey(t *testing.T) {
	ring, err := newKeyring(formatKey, []string{"gT5pLq9dKzB1yNwC7fHs3jXv0aRu6eOm"})
	if err != nil {
		t.Fatal(err)
	}
	if ring[0].id == ring[1].id || len(ring[0].id) != 8 {
		t.Errorf("key ids %q and %q", ring[0].id, ring[1].id)
	}
}

// A sealed value has one spelling: nothing that differs opens.
func TestSecondSpellingsAreMalformed(t *testing.T) {
	s := formatStore(t)
	id, body := s.ring.seal("session", []byte("xx")) // 12+2+16 bytes: no unused bits.
	if _, _, err := s.ring.open("session", id, body); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{body + "\n", body[:4] + "\r\n" + body[4:], body + "=", body + "==", " " + body} {
		if _, _, err := s.ring.open("session", id, other); err != errMalformed {
			t.Errorf("%q: %v", other, err)
		}
	}
	id, body = s.ring.seal("session", []byte("x")) // One byte short: four unused bits.
	for c := range rune(128) {
		if other := body[:len(body)-1] + string(c); other != body {
			if _, _, err := s.ring.open("session", id, other); err == nil {
				t.Errorf("the last character %q opens too", c)
			}
		}
	}
}

// A sealed record from a key of ours may still be from another version of this
// package.
func TestRecordsThatCannotBeRead(t *testing.T) {
	s := formatStore(t)
	good := record{token: formatToken, expires: time.Unix(1_900_000_000, 0), data: []byte("data")}.marshal()
	for n := range recordHeader + len(formatToken) {
		if _, err := unmarshalRecord(good[:n]); err != errUnreadable {
			t.Errorf("%d bytes: %v", n, err)
		}
		id, body := s.ring.seal("session", good[:n])
		if _, _, err := s.open(received([]string{"v1." + id + "." + body}), "session"); err != errUnreadable {
			t.Errorf("%d bytes sealed: %v", n, err)
		}
	}
	newer := append([]byte{recordVersion + 1}, good[1:]...)
	if _, err := unmarshalRecord(newer); err != errUnreadable {
		t.Errorf("newer version: %v", err)
	}
}

// The last moment of a session is the one before its expiry.
func TestAdmissionAtTheBorders(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	for _, test := range []struct {
		now, issued, notBefore, expires time.Time
		want                            error
	}{
		{at, at, time.Time{}, at.Add(time.Millisecond), nil},
		{at, at, time.Time{}, at, errExpired},
		{at, at, time.Time{}, time.Time{}, errExpired},
		{at, at, at, at.Add(time.Hour), nil},
		{at, at.Add(-time.Millisecond), at, at.Add(time.Hour), errNotBefore},
	} {
		a := admission{now: func() time.Time { return test.now }, notBefore: test.notBefore}
		if err := a.check(record{issued: test.issued, expires: test.expires}); err != test.want {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

// FuzzOpenCookie looks for any cookie that opens although it was not sealed.
// What is sealed here is fixed, so that a finding can be repeated.
func FuzzOpenCookie(f *testing.F) {
	const (
		small = "v1.sqpkNGRC._SiMRUrAlPRJ68QTfWcOU0hTM2F1W7ILFz-s2I6hq6yQMkKPU4n_IlpVyVP7wnT-UjuxBxH1ywxnWOlHFr__Giw5QrMr13MS65LFB41Qy_AUMBD-MsSVl9cBPRN-"
		part1 = "v1.sqpkNGRC.2.jRhfg4vp-_226odSk7cMFe9CwnD7D_iXSZdbvkXGkCDshRJkvUTYcq1wM-TI"
		part2 = "cSybPfVpsrNJDtUIecGWlWSlUlMPOli6VxwDdB9FfkraYVTOSFMzq3I8bC23fOiqk1h1kZT-vQ"
	)
	s := formatStore(f)
	bodies := make(map[string]bool)
	for _, genuine := range [][]string{{small}, {part1, part2}} {
		_, body, _ := join(received(genuine))
		bodies[body] = true
		if _, _, err := s.open(received(genuine), "session"); err != nil {
			f.Fatalf("the genuine cookie does not open: %v", err)
		}
		f.Add(strings.Join(genuine, " "))
		f.Add(strings.Join(genuine, " ") + " x")
	}
	f.Add("")
	f.Add("v1.. ")
	f.Add("v1." + s.ring[0].id + ".AAAA")
	f.Add("v1." + s.ring[0].id + ".4.AAAA AAAA AAAA AAAA")
	f.Fuzz(func(t *testing.T, line string) {
		var c cookies
		for i, value := range strings.SplitN(line, " ", maxParts) {
			c.values[i], c.present[i] = value, true
		}
		session, _, err := s.open(&c, "session")
		if err != nil {
			return
		}
		// Where a body is cut into parts is not sealed, only its content.
		if _, body, _ := join(&c); bodies[body] {
			return
		}
		t.Errorf("opened as a session of %d bytes: %q", len(session.data), line)
	})
}
