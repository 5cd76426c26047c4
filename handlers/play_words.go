package handlers

import (
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// startWords and endWords say in words why a play began and ended. Codes that
// say nothing, and those of later years, are left out: a code is no answer.
var (
	startWords = map[string]string{
		"trackdone": "began after the one before", "fwdbtn": "began with the forward button", "backbtn": "began with the back button",
		"clickrow": "chosen from a list", "clickside": "chosen at the side", "playbtn": "began with the play button",
		"popup": "chosen in a pop-up", "remote": "began from another device", "appload": "began with the app",
		"trackerror": "began after an error", "uriopen": "opened by a link", "autoplay": "began by autoplay",
		"persisted": "taken up where it was left", "reconnect": "began after reconnecting",
		"switched-to-video": "switched from sound to video", "switched-to-audio": "switched from video to sound",
	}
	endWords = map[string]string{
		"trackdone": "ended by itself", "fwdbtn": "ended with the forward button", "backbtn": "ended with the back button",
		"endplay": "ended for something else", "clickrow": "ended for another from a list", "clickside": "ended for another at the side",
		"playbtn": "ended with the play button", "popup": "ended in a pop-up", "remote": "ended from another device",
		"logout": "ended by signing out", "unexpected-exit": "ended when the app stopped",
		"unexpected-exit-while-paused": "the app stopped while it was paused", "appload": "ended when the app began anew",
		"trackerror": "ended in an error", "uriopen": "ended for a link", "requested": "ended on request",
		"switched-to-video": "ended for its video", "switched-to-audio": "ended for its sound alone",
	}
)

// playDetail is what Spotify wrote about a play, for those who want to know.
func playDetail(it dataset.Item) string {
	var parts []string
	say := func(words string) {
		if words != "" {
			parts = append(parts, words)
		}
	}
	say(startWords[it.ReasonStart])
	say(endWords[it.ReasonEnd])
	for _, t := range []struct {
		on   export.Tri
		word string
	}{{it.Shuffle, "shuffle on"}, {it.Offline, "offline"}, {it.Incognito, "private session"}} {
		if t.on == export.True {
			parts = append(parts, t.word)
		}
	}
	// Many are codes, whose kind of device is named beside the play already.
	if strings.Contains(it.Platform, " ") && !strings.Contains(it.Platform, "_") {
		say("on " + it.Platform)
	}
	if it.Country != unknownCountry {
		say("in " + inSentence(countryName(it.Country)))
	}
	if it.Minute {
		parts = append(parts, "known to the minute only")
	}
	return strings.Join(parts, ", ")
}
