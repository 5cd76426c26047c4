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
	return &cookieStore{ring}
}

// opened returns the first session that the cookies carry, or the reason why the
// last of them is none.
func opened(s *cookieStore, c *cookies) (found candidate, err error) {
	for found, err = range s.candidates(c, "session") {
		if err == nil {
			break
		}
	}
	return found, err
}

// received lays values out as a browser would send them back.
func received(values []string) *cookies {
	var c cookies
	for i, value := range values {
		c.values[i] = []string{value}
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
		got, err := opened(s, received(values))
		if err != nil || got.stale {
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
		if _, _, err := s.ring.open("session", id, other); !errors.Is(err, errMalformed) {
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
		if _, err := unmarshalRecord(good[:n]); !errors.Is(err, errUnreadable) {
			t.Errorf("%d bytes: %v", n, err)
		}
		id, body := s.ring.seal("session", good[:n])
		if _, err := opened(s, received([]string{"v1." + id + "." + body})); !errors.Is(err, errUnreadable) {
			t.Errorf("%d bytes sealed: %v", n, err)
		}
	}
	if _, err := unmarshalRecord(append([]byte{0}, good[1:]...)); !errors.Is(err, errUnreadable) {
		t.Errorf("no version: %v", err)
	}
	// What a newer version keeps in it is its own affair.
	for _, newer := range [][]byte{{recordVersion + 1}, append([]byte{recordVersion + 1}, good[1:]...), append([]byte{255}, good[1:20]...)} {
		if _, err := unmarshalRecord(newer); !errors.Is(err, ErrNewerVersion) {
			t.Errorf("newer version: %v", err)
		}
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
		if err := a.check(record{issued: test.issued, expires: test.expires}); !errors.Is(err, test.want) {
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
		for value := range received(genuine).sealed() {
			bodies[value.body] = true
		}
		if _, err := opened(s, received(genuine)); err != nil {
			f.Fatalf("the genuine cookie does not open: %v", err)
		}
		f.Add(strings.Join(genuine, " "))
		f.Add(strings.Join(genuine, " ") + " x")
	}
	f.Add("x y z w " + small)
	f.Add(part1 + " y z w x " + part2)
	f.Add("")
	f.Add("v1.. ")
	f.Add("v1." + s.ring[0].id + ".AAAA")
	f.Add("v1." + s.ring[0].id + ".4.AAAA AAAA AAAA AAAA")
	f.Fuzz(func(t *testing.T, line string) {
		var c cookies
		for i, value := range strings.Split(line, " ") {
			// Beyond the last part they are further values of the earlier ones.
			if part := i % maxParts; i < maxParts*maxValues {
				c.values[part] = append(c.values[part], value)
			}
		}
		for value, err := range c.sealed() {
			if err != nil {
				continue
			}
			session, err := s.open(value, "session")
			// Where a body is cut into parts is not sealed, only its content.
			if err == nil && !bodies[value.body] {
				t.Errorf("opened as a session of %d bytes: %q", len(session.data), line)
			}
		}
	})
}
