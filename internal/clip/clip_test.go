package clip_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/mp4"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
)

const perSecond = reel.BytesEachSecond

var limit = clip.Limit{Time: reel.MaxFilmTime, Bytes: reel.MaxFilmBytes}

func figure[N int | int64](n N) string { return fmt.Sprint(n) }

func head(sentence string) clip.Head {
	return clip.Head{Over: "Of 2025", Sentence: []clip.Run{{Text: sentence, Accent: true}, {Text: " and so on."}}, Foot: "made here"}
}

func row(i int, name string) clip.Row {
	return clip.Row{Name: name, Letter: name[:1], Hue: 5 * i % 24, Figure: "12 h"}
}

// stories are one of each kind, with names of many kinds.
func stories() map[string]clip.Story {
	names := []string{"The Invented Tides", strings.Repeat("Very long name ", 14), "Ωmega Νησί", "ש\u05dcום", "彩色の音楽", "Ünïted 🎷 Brass"}
	var rows []clip.Row
	race := clip.Race{Head: head("Tides"), Figure: figure[int64]}
	months := clip.Months{Head: head("512 hours"), Best: 7, Figure: figure[int64]}
	for step := range 12 {
		race.Steps = append(race.Steps, fmt.Sprintf("Month %d", step+1))
		months.Labels, months.Values = append(months.Labels, "M"), append(months.Values, int64(10+step%8*5))
	}
	for i, name := range names {
		rows = append(rows, row(i, name))
		r := clip.Runner{Row: row(i, name)}
		sum := int64(0)
		for step := range 12 {
			sum += int64(20 + (i*37+step*13)%60)
			r.Sums = append(r.Sums, sum)
		}
		race.Rows = append(race.Rows, r)
	}
	marks := [4]string{"0", "6", "12", "18"}
	clock := clip.Clock{Head: head("Nine at night"), Peak: 21, Marks: marks, Center: "21:00"}
	for h := range clock.Hours {
		clock.Hours[h] = int64(h * h)
	}
	clock.Hours[22], clock.Hours[23] = 50, 20
	day := clip.Day{Head: head("8 hours"), Names: rows[:3], Marks: marks, Total: 96, Figure: figure[int64]}
	for i := range 96 {
		day.Plays = append(day.Plays, clip.Stretch{From: 0.3 + float64(i)*0.005, To: 0.3 + float64(i)*0.005 + 0.004, Hue: i%25 - 1, Adds: 1})
	}
	finale := clip.Finale{Head: head("512 hours"), Label: "2025", Note: "one line a day", Names: rows[:5], Facts: []clip.Fact{{Figure: "224 days", Name: "with music"}}}
	for i := range 365 {
		finale.Rays = append(finale.Rays, clip.Ray{Length: float64(i*7919%100) / 100, Of: i%6 - 1})
	}
	return map[string]clip.Story{
		"race": race, "months": months, "clock": clock, "day": day, "finale": finale,
		"obsession":   clip.Obsession{Head: head("38 times"), Song: rows[0], By: names[1], Days: []string{"Mon", "Tue", "Wed"}, Plays: []int{20, 0, 18}, Figure: figure[int]},
		"discoveries": clip.Discoveries{Head: head("40 artists"), Sums: []int{3, 10, 30, 40}, Names: []clip.Arrival{{Row: rows[3], Period: 0}, {Row: rows[4], Period: 3}}, Figure: figure[int]},
		"milestones":  clip.Milestones{Head: head("1,000 plays"), Stops: []clip.Stop{{N: 100, Unit: "artists", Date: "1 May", What: rows[2]}, {N: 1000, Unit: "plays", Date: "2 June", What: rows[5]}}, Figure: figure[int]},
	}
}

var (
	portrait = clip.Look{Width: 1080, Height: 1920, Dark: true}
	small    = clip.Look{Width: 480, Height: 480} // where the size does not matter: an encoder's work is in pixels
)

// Every kind is a clip of its length and no more than its bytes, in every shape, and
// the clips of a look stand behind one header.
func TestVideos(t *testing.T) {
	looks := []clip.Look{{Width: 1080, Height: 1080}, {Width: 1920, Height: 1080}, portrait}
	if testing.Short() {
		looks = []clip.Look{small}
	}
	for _, look := range looks {
		var all [][]byte
		samples := 0
		for name, s := range stories() {
			if look.Width != look.Height && name != "race" && name != "day" {
				continue // they are drawn by TestStories
			}
			content, err := clip.Video(s, look, perSecond)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			m, err := mp4.Parse(content)
			if err != nil || m.Width != look.Width || m.Height != look.Height || len(m.Samples) != int(30*clip.Seconds(s)) {
				t.Errorf("%s: %d×%d with %d samples, %v", name, m.Width, m.Height, len(m.Samples), err)
			}
			if len(content) > int(perSecond*clip.Seconds(s))+2000 {
				t.Errorf("%s takes %d bytes", name, len(content))
			}
			samples += len(m.Samples)
			all = append(all, content)
		}
		film, err := clip.Stitch(limit, all...)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mp4.Parse(film)
		if err != nil || len(m.Samples) != samples || samples > 60*30 || len(film) > 4<<20 {
			t.Errorf("a film of %d bytes and %d samples, %v", len(film), len(m.Samples), err)
		}
	}
}

// A film of all kinds is within the limits of films, as long as each clip is within its
// share.
func TestFilmOfAllKindsFits(t *testing.T) {
	stories, seconds := stories(), 0.0
	for _, kind := range reel.Kinds {
		s, ok := stories[string(kind)]
		if !ok {
			t.Fatalf("%s is not tried", kind)
		}
		seconds += clip.Seconds(s)
	}
	if longest := reel.MaxFilmTime.Seconds(); seconds > longest || longest*perSecond > reel.MaxFilmBytes {
		t.Errorf("%g of %g s, and %g of %d bytes", seconds, longest, longest*perSecond, reel.MaxFilmBytes)
	}
}

// What is longer or larger than its limit is not stitched.
func TestFilmIsWithinItsLimit(t *testing.T) {
	s := stories()["months"] // of six seconds
	content, err := clip.Video(s, small, perSecond)
	if err != nil {
		t.Fatal(err)
	}
	most := slices.Repeat([][]byte{content}, 10)
	film, err := clip.Stitch(limit, most...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := clip.Stitch(clip.Limit{Time: limit.Time, Bytes: len(film)}, most...); err != nil {
		t.Errorf("just as large as it may be: %v", err)
	}
	if _, err := clip.Stitch(clip.Limit{Time: limit.Time, Bytes: len(film) - 1}, most...); !errors.Is(err, clip.ErrTooLarge) {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := clip.Stitch(limit, append(most, content)...); !errors.Is(err, clip.ErrTooLarge) {
		t.Errorf("66 seconds: %v", err)
	}
}

// What does not fit is held for longer, and what cannot fit is refused.
func TestVideoFits(t *testing.T) {
	const unchanged = 12 // bytes of a picture that is the one before
	s := stories()["discoveries"]
	content, err := clip.Video(s, small, 1_500)
	if err != nil || len(content) > 1_500*7+2000 {
		t.Fatalf("%d bytes, %v", len(content), err)
	}
	m, err := mp4.Parse(content)
	if err != nil || len(m.Samples) != 7*30 {
		t.Fatalf("%d samples, %v", len(m.Samples), err)
	}
	for i, sample := range m.Samples[:len(m.Samples)-1] {
		if i%2 == 1 && len(sample.Data) > unchanged {
			t.Errorf("picture %d, which is to be the one before, takes %d bytes", i, len(sample.Data))
		}
	}
	if _, err := clip.Video(s, small, 100); err == nil {
		t.Error("a clip of 100 bytes a second")
	}
	if _, err := clip.Stitch(limit, content, content[:100]); err == nil {
		t.Error("a damaged clip was stitched")
	}
}

// The same story is the same scenes, and the still is the last of them.
func TestStories(t *testing.T) {
	for name, s := range stories() {
		for _, look := range []clip.Look{{Width: 1080, Height: 1080}, {Width: 1920, Height: 1080}} {
			if items := clip.Scene(s, look, clip.Seconds(s)).Items; len(items) < 5 {
				t.Errorf("%s shows %d things", name, len(items))
			}
		}
		for _, at := range []float64{0, 0.4 * clip.Seconds(s), clip.Seconds(s)} {
			if !reflect.DeepEqual(clip.Scene(s, portrait, at), clip.Scene(s, portrait, at)) {
				t.Errorf("%s: two pictures of one moment", name)
			}
		}
		keys := make(map[string]bool)
		for _, item := range clip.Scene(s, portrait, clip.Seconds(s)).Items {
			if item.Key != "" && keys[item.Key] {
				t.Errorf("%s: two items are called %s", name, item.Key)
			}
			keys[item.Key] = true
		}
		content, err := clip.Still(s, portrait)
		if err != nil {
			t.Fatal(err)
		}
		if img, err := png.DecodeConfig(bytes.NewReader(content)); err != nil || img.Width != 1080 || img.Height != 1920 {
			t.Errorf("%s: a still of %d×%d, %v", name, img.Width, img.Height, err)
		}
	}
}
