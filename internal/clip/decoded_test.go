package clip_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/mp4"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// A decoder is a program that decodes a film, and gives its pictures one by one.
type decoder struct {
	name                  string
	command               *exec.Cmd
	output                *bufio.Reader
	wrong                 bytes.Buffer
	frame                 []byte // of which the luma comes first
	stride                int
	squares               float64 // of what differs in the clip
	worst                 float64
	clipFrames, allFrames int
}

// decode starts a decoder, whose pictures are so large.
func decode(t *testing.T, name string, width, height int, input []byte, program string, args ...string) *decoder {
	t.Helper()
	d := &decoder{name: name, command: exec.CommandContext(t.Context(), program, args...), stride: width, frame: make([]byte, width*height*3/2), worst: math.Inf(1)}
	d.command.Stdin, d.command.Stderr = bytes.NewReader(input), &d.wrong
	out, err := d.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	d.output = bufio.NewReaderSize(out, 1<<20)
	return d
}

// decoders are two that others wrote: ffmpeg, which reads the file, and tinyh264, which
// knows H.264 alone and needs Node.
type decoders struct{ ffmpeg, node, tinyh264 string }

// findDecoders skips the test where they are not there.
func findDecoders(t *testing.T) decoders {
	return decoders{servers.Program(t, "ffmpeg"), servers.Program(t, "node"), servers.Package(t, "tinyh264")}
}

func (d decoders) start(t *testing.T, film []byte, m mp4.Movie) []*decoder {
	t.Helper()
	var units []byte
	for _, unit := range [][]byte{m.SPS, m.PPS} {
		units = append(binary.BigEndian.AppendUint32(units, uint32(len(unit))), unit...)
	}
	for _, sample := range m.Samples {
		units = append(units, sample.Data...)
	}
	whole := func(side int) int { return (side + 15) / 16 * 16 } // tinyh264 crops nothing
	return []*decoder{
		decode(t, "ffmpeg", m.Width, m.Height, film, d.ffmpeg, "-loglevel", "warning", "-xerror", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-"),
		decode(t, "tinyh264", whole(m.Width), whole(m.Height), units, d.node, "../h264/testdata/tinyh264.mjs", d.tinyh264),
	}
}

// next reads a picture and compares it with what was painted.
func (d *decoder) next(t *testing.T, painted []byte, stride, width, height int) {
	t.Helper()
	if _, err := io.ReadFull(d.output, d.frame); err != nil {
		t.Fatalf("%s, picture %d: %v: %s", d.name, d.allFrames, err, &d.wrong)
	}
	squares := 0
	for y := range height {
		got := d.frame[y*d.stride:][:width]
		for x, want := range painted[y*stride:][:width] {
			difference := int(got[x]) - int(want)
			squares += difference * difference
		}
	}
	d.squares += float64(squares)
	d.worst = min(d.worst, psnr(float64(squares), width*height))
	d.clipFrames++
	d.allFrames++
}

// endClip gives what the pictures since the last one have in decibels.
func (d *decoder) endClip(pixels int) (mean, worst float64) {
	mean, worst = psnr(d.squares, pixels*d.clipFrames), d.worst
	d.squares, d.worst, d.clipFrames = 0, math.Inf(1), 0
	return mean, worst
}

// What two other decoders make of a film of every kind of clip is what was painted: at
// least 45 dB over a clip, and no picture under 40. The clips are in the film as they
// are.
func TestDecoded(t *testing.T) {
	stories, programs, square := stories(), findDecoders(t), small
	if os.Getenv("MATRIX") == "on" {
		square = clip.Look{Width: 1080, Height: 1080}
	}
	for _, c := range []struct {
		look  clip.Look
		kinds []string
	}{
		{square, slices.Sorted(maps.Keys(stories))},
		{portrait, []string{"race", "finale"}}, // what a square shows is shown
	} {
		look := c.look
		if look == portrait && testing.Short() {
			continue
		}
		var clips [][]byte
		for _, name := range c.kinds {
			content, err := clip.Video(stories[name], look, 1<<20) // as fine as it begins
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			clips = append(clips, content)
		}
		film, err := clip.Stitch(limit, clips...)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mp4.Parse(film)
		if err != nil {
			t.Fatal(err)
		}
		decoders := programs.start(t, film, m)
		shown := 0
		for i, name := range c.kinds {
			s := stories[name]
			alone, err := mp4.Parse(clips[i])
			if err != nil || !bytes.Equal(alone.SPS, m.SPS) || !bytes.Equal(alone.PPS, m.PPS) {
				t.Fatalf("%s has another header than the film, or %v", name, err)
			}
			painter, n := scene.NewFrames(look.Width, look.Height), len(alone.Samples)
			for at, sample := range alone.Samples {
				if !bytes.Equal(sample.Data, m.Samples[shown].Data) {
					t.Fatalf("%s, picture %d is another one in the film", name, at)
				}
				shown++
				painted, _, _ := painter.Paint(clip.Scene(s, look, clip.Seconds(s)*float64(at)/float64(n-1)))
				for _, d := range decoders {
					d.next(t, painted.Y, painted.YStride, look.Width, look.Height)
				}
			}
			for _, d := range decoders {
				if mean, worst := d.endClip(look.Width * look.Height); mean < 45 || worst < 40 {
					t.Errorf("%s of %d×%d, by %s: %.1f dB, the worst picture %.1f", name, look.Width, look.Height, d.name, mean, worst)
				}
			}
		}
		for _, d := range decoders {
			if rest, _ := io.Copy(io.Discard, d.output); rest != 0 || d.command.Wait() != nil || d.wrong.Len() > 0 {
				t.Errorf("%s: %d bytes too many: %s", d.name, rest, &d.wrong)
			}
		}
	}
}

func psnr(squares float64, pixels int) float64 {
	return 10 * math.Log10(255*255/max(squares/float64(pixels), 1e-9))
}
