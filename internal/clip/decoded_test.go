package clip_test

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"os/exec"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// What another decoder makes of every kind of clip is what was painted: at least 45 dB
// over a clip, and no picture under 40.
func TestDecoded(t *testing.T) {
	ffmpeg := servers.Program(t, "ffmpeg")
	for _, look := range []clip.Look{{Width: 1080, Height: 1080}, portrait} {
		for name, s := range stories() {
			if look == portrait && (testing.Short() || name != "race" && name != "finale") {
				continue // what a square shows is shown
			}
			content, err := clip.Video(s, look, 1<<20) // as fine as it begins
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			decode := exec.CommandContext(t.Context(), ffmpeg, "-loglevel", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")
			decode.Stdin = bytes.NewReader(content)
			var wrong bytes.Buffer
			decode.Stderr = &wrong
			out, err := decode.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := decode.Start(); err != nil {
				t.Fatal(err)
			}
			painter := scene.NewFrames(look.Width, look.Height)
			decoded, pixels := bufio.NewReaderSize(out, 1<<20), look.Width*look.Height
			frame := make([]byte, pixels*3/2)
			worst, sum, n := math.Inf(1), 0.0, int(30*s.Seconds())
			for i := range n {
				if _, err := io.ReadFull(decoded, frame); err != nil {
					t.Fatalf("%s, picture %d: %v: %s", name, i, err, &wrong)
				}
				painted, _, _ := painter.Paint(clip.Scene(s, look, s.Seconds()*float64(i)/float64(n-1)))
				squares := 0.0
				for y := range look.Height {
					for x := range look.Width {
						d := float64(frame[y*look.Width+x]) - float64(painted.Y[y*painted.YStride+x])
						squares += d * d
					}
				}
				sum += squares
				worst = min(worst, psnr(squares, pixels))
			}
			if rest, _ := io.Copy(io.Discard, decoded); rest != 0 || decode.Wait() != nil || wrong.Len() > 0 {
				t.Errorf("%s: %d bytes too many: %s", name, rest, &wrong)
			}
			if whole := psnr(sum, pixels*n); whole < 45 || worst < 40 {
				t.Errorf("%s of %d×%d: %.1f dB, the worst picture %.1f", name, look.Width, look.Height, whole, worst)
			}
		}
	}
}

func psnr(squares float64, pixels int) float64 {
	return 10 * math.Log10(255*255/max(squares/float64(pixels), 1e-9))
}
