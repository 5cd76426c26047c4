package mp4

import (
	"bytes"
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/spotify-data-tool/spotify-data-tool/internal/h264"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// seek goes to a time and gives the colour of a corner.
const seek = `(async (time) => {
	const video = document.querySelector("video");
	await new Promise((done, failed) => {
		video.onseeked = done;
		video.onerror = () => failed(new Error(video.error.message));
		video.currentTime = time;
	});
	const canvas = document.createElement("canvas");
	canvas.width = video.videoWidth;
	canvas.height = video.videoHeight;
	const context = canvas.getContext("2d");
	context.drawImage(video, 0, 0);
	return [canvas.width, canvas.height, ...context.getImageData(4, 4, 1, 1).data.slice(0, 3)];
})`

// play plays for a part of a second.
const play = `(async () => {
	const video = document.querySelector("video");
	await video.play();
	while (video.currentTime < 0.4) await new Promise((done) => setTimeout(done, 20));
	video.pause();
	return video.duration;
})()`

// await waits for what a script promises.
func await(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// A browser plays a film of several clips, seeks in it by asking for ranges, and
// shows the colours that were meant.
func TestABrowserPlaysAndSeeks(t *testing.T) {
	film, err := Stitch(clip(t, 320, 180, 24, 40, 0), clip(t, 320, 180, 36, 60, 30), clip(t, 320, 180, h264.MinQP, 50, 60))
	if err != nil {
		t.Fatal(err)
	}
	content := written(t, film)
	var ranges atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/film.mp4" {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(`<!doctype html><video src="/film.mp4" muted playsinline preload="metadata"></video>`))
			return
		}
		if r.Header.Get("Range") != "" {
			ranges.Add(1)
		}
		w.Header().Set("Content-Type", "video/mp4")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}))
	defer server.Close()

	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(servers.Program(t, servers.Chromium...)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.WSURLReadTimeout(time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	defer cancel()

	var duration float64
	if err := chromedp.Run(ctx, chromedp.Navigate(server.URL), chromedp.Evaluate(play, &duration, await)); err != nil {
		t.Fatal(err)
	}
	if math.Abs(duration-5) > 0.001 {
		t.Errorf("the film takes %v s: want 5", duration)
	}
	for _, test := range []struct {
		time string
		blue byte // Cb of the clip that is shown then
	}{{"0.1", 90}, {"4.9", 150}, {"1.4", 120}, {"3.2", 120}, {"3.4", 150}, {"1.2", 90}} {
		var got []float64
		if err := chromedp.Run(ctx, chromedp.Evaluate(seek+"("+test.time+")", &got, await)); err != nil {
			t.Fatal(err)
		}
		// BT.709 of limited range.
		y, cb, cr := 1.164*(40-16), float64(test.blue)-128, 140.0-128
		want := [5]float64{320, 180, y + 1.793*cr, y - 0.213*cb - 0.533*cr, y + 2.112*cb}
		for i := range want {
			want[i] = max(want[i], 0)
			if len(got) != 5 || math.Abs(got[i]-want[i]) > 4 {
				t.Errorf("at %s s: size and colour are %v: want %.0f", test.time, got, want)
				break
			}
		}
	}
	if ranges.Load() == 0 {
		t.Error("the browser asked for no ranges")
	}
}
