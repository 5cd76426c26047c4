package link_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/buckettest"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
)

func TestCodes(t *testing.T) {
	seen := make(map[string]bool)
	for range 1000 {
		text := link.NewCode().Text()
		if len(text) != 19 || strings.ContainsAny(text, "ILOU") || strings.Count(text, "-") != 3 || seen[text] {
			t.Fatalf("code %q", text)
		}
		seen[text] = true
		for _, typed := range []string{text, strings.ToLower(text), strings.ReplaceAll(text, "-", ""), " " + strings.ReplaceAll(text, "-", " ") + " "} {
			if code, err := link.ParseCode(typed); err != nil || code.Text() != text {
				t.Fatalf("%q is read as %q, %v", typed, code.Text(), err)
			}
		}
	}
	for typed, want := range map[string]string{
		"oOiIlL00-1111-2222-3333": "0011-1100-1111-2222-3333",
		"oIlO-abcd-efgh-jkmn":     "0110-ABCD-EFGH-JKMN",
		"":                        "",
		"0110-ABCD-EFGH-JKM":      "",
		"0110-ABCD-EFGH-JKMU":     "",
		"0110-ABCD-EFGH-JKM\x00":  "",
		"0110-ABCD-EFGH-JKMé":     "",
	} {
		code, err := link.ParseCode(typed)
		if len(want) != 19 {
			want = ""
		}
		if want == "" && !errors.Is(err, link.ErrMalformed) || want != "" && code.Text() != want {
			t.Errorf("%q is read as %q, %v", typed, code.Text(), err)
		}
	}
	if _, err := link.ParseCode(strings.Repeat("-", 1<<20)); !errors.Is(err, link.ErrMalformed) {
		t.Error(err)
	}
}

func TestCodesAreNotPrinted(t *testing.T) {
	code := link.NewCode()
	for _, printed := range []string{fmt.Sprint(code), fmt.Sprintf("%+v %#v %s %q", code, code, code, code), code.LogValue().String()} {
		if group, _, _ := strings.Cut(code.Text(), "-"); strings.Contains(printed, group) {
			t.Errorf("printed as %q", printed)
		}
	}
}

func offer(now time.Time) link.Offer {
	return link.Offer{Ref: "a reference", Line: []byte("a line"), Plays: 53_411, Until: now.Add(7 * 24 * time.Hour)}
}

func TestLifeOfACode(t *testing.T) {
	clock := buckettest.NewClock()
	b := memory.New(clock.Now)
	links := link.New(b, clock.Now)
	look := func(when string, code link.Code, want error) {
		t.Helper()
		got, err := links.Look(t.Context(), code)
		if !errors.Is(err, want) || err == nil && (got.Ref != "a reference" || string(got.Line) != "a line" || got.Plays != 53_411) {
			t.Errorf("%s: %+v, %v, want %v", when, got, err, want)
		}
		if want == nil {
			return
		}
		if _, err := links.Take(t.Context(), code); !errors.Is(err, want) {
			t.Errorf("%s it is taken: %v", when, err)
		}
	}
	make := func() link.Code {
		code, made, err := links.Make(t.Context(), offer(clock.Now()))
		if err != nil || !made.Good.Equal(clock.Now().Add(link.Life)) {
			t.Fatalf("%v, %v", made.Good, err)
		}
		return code
	}
	look("one that nobody made", link.NewCode(), link.ErrUnknown)

	used := make()
	look("at first", used, nil)
	if at, err := links.Used(t.Context(), used); err != nil || !at.IsZero() {
		t.Errorf("used at %v, %v", at, err)
	}
	clock.Advance(link.Life - time.Second)
	look("in the last second", used, nil)
	if got, err := links.Take(t.Context(), used); err != nil || got.Ref != "a reference" {
		t.Fatalf("%+v, %v", got, err)
	}
	look("twice", used, link.ErrUsed)
	if at, err := links.Used(t.Context(), used); err != nil || !at.Equal(clock.Now()) {
		t.Errorf("used at %v, %v", at, err)
	}
	late := make()
	clock.Advance(link.Life)
	look("late", late, link.ErrLate)
	look("twice, and late", used, link.ErrUsed)
	withdrawn := make()
	if err := links.Withdraw(t.Context(), withdrawn); err != nil {
		t.Fatal(err)
	}
	look("withdrawn", withdrawn, link.ErrLate)
	clock.Advance(2 * time.Hour)
	look("long ago", used, link.ErrUnknown)
	if _, err := b.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if keys, err := b.List(t.Context(), ""); err != nil || len(keys) > 0 {
		t.Errorf("left: %v, %v", keys, err)
	}

	short := offer(clock.Now())
	short.Until = clock.Now().Add(time.Minute)
	if _, made, err := links.Make(t.Context(), short); err != nil || !made.Good.Equal(short.Until) {
		t.Errorf("good until %v, %v", made.Good, err)
	}
}

// TestLinksSayNothing: without the code nothing of what is stored can be read, and
// a blob under another's name opens nothing.
func TestLinksSayNothing(t *testing.T) {
	b := memory.New(time.Now)
	links := link.New(b, time.Now)
	one, _, err := links.Make(t.Context(), offer(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := b.List(t.Context(), "links/")
	if err != nil || len(keys) != 2 {
		t.Fatalf("%v, %v", keys, err)
	}
	two, _, err := links.Make(t.Context(), offer(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	all, err := b.List(t.Context(), "links/")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range all {
		blob, err := b.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"reference", "line", "53411", "at", one.Text()[:4], strings.ReplaceAll(one.Text(), "-", "")} {
			if secret != "at" && bytes.Contains(blob, []byte(secret)) || strings.Contains(strings.ToUpper(key), secret) && len(secret) > 4 {
				t.Errorf("%s holds %q", key, secret)
			}
		}
	}
	// What the first code hands over, put under the names of the second.
	for _, key := range all {
		if strings.HasSuffix(key, ".offer") && key != keys[0] && key != keys[1] {
			first := keys[0]
			if !strings.HasSuffix(first, ".offer") {
				first = keys[1]
			}
			blob, err := b.Get(t.Context(), first)
			if err == nil {
				err = b.Put(t.Context(), key, blob, time.Now().Add(time.Minute))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if got, err := links.Look(t.Context(), two); !errors.Is(err, link.ErrLate) {
		t.Errorf("another's offer opens: %+v, %v", got, err)
	}
}

// TestStoreDown: whether a code is good cannot be told while the store does not answer.
func TestStoreDown(t *testing.T) {
	down := func(context.Context, buckettest.Op, string) error { return bucket.ErrUnavailable }
	links := link.New(buckettest.Hooked{Bucket: memory.New(time.Now), Before: down}, time.Now)
	if _, _, err := links.Make(t.Context(), offer(time.Now())); !errors.Is(err, bucket.ErrUnavailable) {
		t.Error(err)
	}
	if _, err := links.Take(t.Context(), link.NewCode()); !errors.Is(err, bucket.ErrUnavailable) {
		t.Error(err)
	}
	if _, err := links.Used(t.Context(), link.NewCode()); !errors.Is(err, bucket.ErrUnavailable) {
		t.Error(err)
	}
}

// takenOnce lets devices type one code at once, on as many handles of one store as
// there are.
func takenOnce(t *testing.T, handles ...bucket.Bucket) {
	t.Helper()
	for round := range 5 {
		code, _, err := link.New(handles[0], time.Now).Make(t.Context(), offer(time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var group sync.WaitGroup
		taken := 0
		start := make(chan struct{})
		for i := range 8 {
			group.Go(func() {
				links := link.New(handles[i%len(handles)], time.Now)
				<-start
				got, err := links.Take(t.Context(), code)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && got.Ref == "a reference":
					taken++
				case !errors.Is(err, link.ErrUsed):
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
		close(start)
		group.Wait()
		if taken != 1 {
			t.Errorf("round %d: taken %d times", round, taken)
		}
	}
}
