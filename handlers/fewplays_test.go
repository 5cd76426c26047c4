package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestStoriesOfLittle: where there is little to tell, the story tells that, and no habit.
func TestStoriesOfLittle(t *testing.T) {
	at := time.Date(2025, 3, 14, 8, 0, 0, 0, time.UTC)
	song := func(i int, ms int) play {
		return play{
			ts: at.Add(time.Duration(i) * 4 * time.Minute).Format(time.RFC3339), ms: ms, end: "trackdone",
			track: fmt.Sprint("Salt ", i), artist: "Nubira Tal", album: "Harbour", uri: fmt.Sprintf("spotify:track:%022d", i),
		}
	}
	var day, episodes []play
	for i := range 30 {
		day = append(day, song(i, 200_000))
		episodes = append(episodes, play{
			ts: at.AddDate(0, 0, 15*i).Format(time.RFC3339), ms: 3_000_000, end: "trackdone",
			episode: fmt.Sprint("Part ", i), show: []string{"Night Ferry", "Night Ferry", "The Slow Desk"}[i%3], uri: fmt.Sprintf("spotify:episode:%022d", i),
		})
	}
	for name, c := range map[string]struct {
		plays             []play
		headline, lede    string
		read, label       string
		habit             bool
		yearTitle, yearIn string
	}{
		"one play": {
			plays: []play{song(0, 201_000)}, headline: "3 minutes on 14 March 2025.", lede: "One play: Salt 0, by Nubira Tal.",
			read: "Read 14 March", label: "14 March", yearTitle: "3 minutes on 14 March 2025.", yearIn: "One play: Salt 0, by Nubira Tal.",
		},
		"one day": {
			plays: day, headline: "1.7 hours on 14 March 2025.", lede: "Nubira Tal was first, with 1.7 hours.",
			read: "Read 14 March", label: "14 March", yearTitle: "1.7 hours on 14 March 2025.", yearIn: "30 plays on 1 day, by 1 artist. It began with Salt 0.",
		},
		"podcasts": {
			plays: episodes, headline: "25 hours in", lede: "Night Ferry was first, with 16.7 hours.",
			read: "Read 2025", label: "2025", habit: true, yearTitle: "16.7 hours in 2025.", yearIn: "20 plays on 20 days. It began with Part 0.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := newSite(t).visitor(t)
			v.upload("", file{"x.zip", zipped(t, file{"Spotify Extended Streaming History/Streaming_History_Audio_2025.json", history(c.plays...)})}).want(t, http.StatusCreated)
			story, year := v.get("/").want(t, http.StatusOK).page(t), v.get("/years/2025").want(t, http.StatusOK).page(t)
			if got := text(story, "h1"); !strings.HasPrefix(got, c.headline) {
				t.Errorf("it says %q", got)
			}
			for what, pair := range map[string][2]string{
				"lede": {text(story, ".story-hero .lede"), c.lede}, "button": {text(story, ".hero-actions .button"), c.read},
				"title of the year": {text(year, "h1"), c.yearTitle}, "lede of the year": {text(year, ".story-hero .lede"), c.yearIn},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
				}
			}
			if got := text(story, ".record .side"); !strings.HasPrefix(got, c.label) {
				t.Errorf("the record is labelled %q", got)
			}
			if said := strings.Contains(text(story, ".rhythm"), "above all") || strings.Contains(text(story, ".rhythm"), "ften"); said && !c.habit {
				t.Errorf("a habit is told: %s", text(story, ".rhythm"))
			}
			if table := strings.Contains(text(story, ".rhythm .chapter-foot"), "as a table"); table == (story.Find(".record .rays a").Length() < 2) {
				t.Errorf("the record of %d days has a table: %v", story.Find(".record .rays a").Length(), table)
			}
			if year.Find(".figure-grid:empty").Length() > 0 || year.Find(".chapter:empty").Length() > 0 {
				t.Error("a chapter of the year is empty")
			}
			if text(year, ".imprint") == "" {
				t.Error("the printed year does not say what it was made from")
			}
		})
	}
}

// TestMonthsWithoutAFile: a month that no file speaks of is not called silent.
func TestMonthsWithoutAFile(t *testing.T) {
	of := func(month time.Month, day int, kind string) play {
		p := play{ts: time.Date(2025, month, day, 8, 0, 0, 0, time.UTC).Format(time.RFC3339), ms: 200_000, end: "trackdone"}
		if kind == "episode" {
			p.episode, p.show, p.uri = "Part", "Night Ferry", "spotify:episode:0000000000000000000001"
		} else {
			p.track, p.artist, p.album, p.uri = "Salt", "Nubira Tal", "Harbour", "spotify:track:0000000000000000000001"
		}
		return p
	}
	v := newSite(t).visitor(t)
	v.upload("", file{"x.zip", zipped(t, file{"Spotify Extended Streaming History/Streaming_History_Audio_2025.json",
		history(of(time.January, 3, "track"), of(time.March, 5, "episode"), of(time.May, 7, "track"))})}).want(t, http.StatusCreated)
	var said []string
	for _, month := range v.get("/years/2025").want(t, http.StatusOK).page(t).Find(".month-firsts li").EachIter() {
		said = append(said, strings.Join(strings.Fields(month.Text()), " "))
	}
	if len(said) < 5 || said[1] != "February no file" || said[2] != "March no music" || !strings.HasPrefix(said[4], "May Nubira Tal") {
		t.Errorf("%q", said)
	}
}
