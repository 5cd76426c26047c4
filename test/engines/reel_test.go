package engines

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// reelJourney plays a clip of the sample, and seeks in it.
func reelJourney(t *testing.T, p *page, _ *harness.Server) {
	p.click(".sample button")
	p.shows("h1", "days of your life")
	p.until("the page is whole", `document.readyState === "complete"`)
	p.open("/reel?size=square")
	p.shows("h1", "clips")
	p.until("the page of clips is whole", `document.readyState === "complete"`)
	if p.value(`document.createElement("video").canPlayType('video/mp4; codecs="avc1.42C028"')`) == `""` {
		t.Skip("this browser has no decoder: WebKit takes that of gstreamer1.0-libav")
	}
	p.until("a clip begins", `(() => { const v = document.querySelectorAll(".clips video")[1]; v.muted = true; v.play().catch(() => {}); return v.currentTime > 0.5 })()`)
	p.until("it goes on from elsewhere", `(() => { const v = document.querySelectorAll(".clips video")[1]; if (v.currentTime < 3.5 && !v.seeking) v.currentTime = 4; return !v.seeking && v.currentTime >= 4 && v.videoWidth === 1080 && v.duration === 6 })()`)
}
