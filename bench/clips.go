package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	reelpage "github.com/spotify-data-tool/spotify-data-tool/handlers/reel"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/clip"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

const (
	stepClips  = "step-clips"
	stepFrames = "step-frames"
)

// clipYear is the year of the generated packages that is told.
const clipYear = 2025

// clipLook is what takes longest, as a page asks for it unless told otherwise.
var clipLook = clip.Look{Width: 1080, Height: 1920, Dark: true}

// allowedBytes is what making clips may take of memory beyond the dataset.
const allowedBytes = 64 << 20

// A clipOutcome is what one clip takes.
type clipOutcome struct {
	Kind    reel.Kind `json:"kind"`
	Seconds float64   `json:"seconds"` // that it lasts
	CPU     float64   `json:"cpu"`     // in seconds
	Bytes   int       `json:"bytes"`
}

func storiesOf(ds *dataset.Dataset) map[reel.Kind]clip.Story {
	l := lens.Lens{}
	l.From, l.To = web.YearOf(clipYear)
	return reelpage.Stories(&web.Request{Data: ds, Lens: l})
}

// makeClips makes each clip of a year, and the film of them, as the server does. It
// tells what the process holds beyond the dataset at most.
func makeClips(args []string) (outcome, error) {
	ds, err := openStored(args[0])
	if err != nil {
		return outcome{}, err
	}
	stories := storiesOf(ds)
	debug.FreeOSMemory() // what opening and telling left behind is not the dataset
	held, err := statusKB(os.Getpid(), "VmRSS:")
	if err != nil {
		return outcome{}, err
	}
	// As the server does in a container it tells the collector how much there is, or
	// that would let lie as much again as the dataset takes. Some of what is allowed is
	// not the heap's.
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetMemoryLimit(int64(m.Sys-m.HeapReleased) + allowedBytes - 12<<20)
	// From here on the peak is that of the clips.
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return outcome{}, fmt.Errorf("reset the peak of memory: %w", err)
	}
	o := outcome{Rows: ds.Rows()}
	var made [][]byte
	for _, kind := range reel.Kinds {
		story := stories[kind]
		if story == nil {
			continue
		}
		start := cpuTime()
		content, err := clip.Video(story, clipLook, reel.BytesEachSecond)
		if err != nil {
			return outcome{}, fmt.Errorf("clip %s: %w", kind, err)
		}
		o.Clips = append(o.Clips, clipOutcome{kind, clip.Seconds(story), cpuTime() - start, len(content)})
		made = append(made, content)
	}
	start := cpuTime()
	film, err := clip.Stitch(clip.Limit{Time: reel.MaxFilmTime, Bytes: reel.MaxFilmBytes}, made...)
	if err != nil {
		return outcome{}, err
	}
	o.Clips = append(o.Clips, clipOutcome{CPU: cpuTime() - start, Bytes: len(film)})
	peak, err := peakRSS(os.Getpid())
	o.BeyondKB = peak - held
	return o, err
}

// cpuTime is the seconds of processor that the process has had, on all cores.
func cpuTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it is asked rightly
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}

// writeFrames writes the painted pictures of a clip to standard output, as planes of
// 4:2:0 without anything around them. It reports nothing there.
func writeFrames(args []string) error {
	ds, err := openStored(args[0])
	if err != nil {
		return err
	}
	story := storiesOf(ds)[reel.Kind(args[1])]
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	painter := scene.NewFrames(clipLook.Width, clipLook.Height)
	n := int(30 * clip.Seconds(story))
	for i := range n {
		frame, _, _ := painter.Paint(clip.Scene(story, clipLook, clip.Seconds(story)*float64(i)/float64(n-1)))
		for y := range clipLook.Height {
			if _, err := out.Write(frame.Y[y*frame.YStride:][:clipLook.Width]); err != nil {
				return err
			}
		}
		for _, plane := range [][]byte{frame.Cb, frame.Cr} {
			for y := range clipLook.Height / 2 {
				if _, err := out.Write(plane[y*frame.CStride:][:clipLook.Width/2]); err != nil {
					return err
				}
			}
		}
	}
	return out.Flush()
}

// An encoding is what another encoder takes for a clip.
type encoding struct {
	cpu    float64
	peakKB int64
	bytes  int64
}

// encodeWith gives the frames of a clip to ffmpeg.
func encodeWith(ffmpeg, dir string, kind reel.Kind, encoder ...string) (e encoding, err error) {
	self, err := os.Executable()
	if err != nil {
		return e, err
	}
	out := filepath.Join(dir, "other.mp4")
	paint := exec.Command(self, stepFrames, dir, string(kind))
	args := []string{
		"-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", fmt.Sprintf("%dx%d", clipLook.Width, clipLook.Height), "-framerate", "30", "-i", "-",
	}
	encode := exec.Command(ffmpeg, append(append(args, encoder...), out)...)
	paint.Stderr, encode.Stderr = os.Stderr, os.Stderr
	if encode.Stdin, err = paint.StdoutPipe(); err != nil {
		return e, err
	}
	if err := paint.Start(); err != nil {
		return e, err
	}
	if err := encode.Start(); err != nil {
		return e, errors.Join(err, paint.Process.Kill(), paint.Wait())
	}
	done := make(chan struct{})
	peak := make(chan int64)
	go func() { // what it held at most is not to be asked when it has ended
		most := int64(0)
		for {
			if kb, err := peakRSS(encode.Process.Pid); err == nil {
				most = max(most, kb)
			}
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	err = errors.Join(encode.Wait(), paint.Wait())
	close(done)
	e.peakKB = <-peak
	if err != nil {
		return e, fmt.Errorf("encode %s with %s: %w", kind, ffmpeg, err)
	}
	e.cpu = (encode.ProcessState.UserTime() + encode.ProcessState.SystemTime()).Seconds()
	if info, err := os.Stat(out); err == nil {
		e.bytes = info.Size()
	}
	return e, nil
}

// presets are those of x264 that are compared.
var presets = []string{"ultrafast", "veryfast"}

// compareClips makes the clips of a stored package, and lets x264 encode the very same
// frames. ffmpeg takes some time to read them, which is measured and taken off.
func compareClips(out io.Writer, p pkg) error {
	dir, err := os.MkdirTemp("", "bench-clips-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if _, err := measure(stepStore, p.path, dir); err != nil {
		return err
	}
	o, err := measure(stepClips, dir)
	if err != nil {
		return err
	}
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		ffmpeg = ""
	}
	fmt.Fprintf(out, "\n## Clips, %s\n\nThe clips of %d at %d×%d, 30 frames a second. Seconds of CPU for telling, painting and encoding; those of x264 for encoding the same painted frames, at the same quantiser, without reading them.\n\n", p.name, clipYear, clipLook.Width, clipLook.Height)
	fmt.Fprintln(out, "| clip | lasts | CPU | size | x264 ultrafast | size | x264 veryfast | size |\n|---|--:|--:|--:|--:|--:|--:|--:|")
	film := clipOutcome{}
	var films [2]encoding
	for _, c := range o.Clips {
		name, others := string(c.Kind), [2]encoding{}
		film.CPU += c.CPU
		if c.Kind == "" { // the film, with what stitching took
			name, film.Bytes = "the film", c.Bytes
			c, others = film, films
		} else if film.Seconds += c.Seconds; ffmpeg != "" {
			reading, err := encodeWith(ffmpeg, dir, c.Kind, "-c:v", "rawvideo", "-f", "null")
			if err != nil {
				return err
			}
			for i, preset := range presets {
				if others[i], err = encodeWith(ffmpeg, dir, c.Kind, "-c:v", "libx264", "-preset", preset, "-qp", "24"); err != nil {
					return err
				}
				others[i].cpu -= reading.cpu
				films[i].cpu += others[i].cpu
				films[i].bytes += others[i].bytes
				films[i].peakKB = max(films[i].peakKB, others[i].peakKB)
			}
		}
		fmt.Fprintf(out, "| %s | %.0f s | **%.2f s** | %d KB |", name, c.Seconds, c.CPU, c.Bytes>>10)
		for _, other := range others {
			if ffmpeg == "" {
				fmt.Fprint(out, " – | – |")
			} else {
				fmt.Fprintf(out, " %.2f s | %d KB |", other.cpu, other.bytes>>10)
			}
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "\nWith a memory limit of %d MB beyond the dataset the process held %d MB of them at most", allowedBytes>>20, o.BeyondKB>>10)
	if ffmpeg != "" {
		fmt.Fprintf(out, ", the child with x264 %d MB and %d MB", films[0].peakKB>>10, films[1].peakKB>>10)
	}
	_, err = fmt.Fprintln(out, ".")
	return err
}

// statusKB is a figure of a process that the system tells in KB.
func statusKB(pid int, field string) (kb int64, err error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(b), field)
	_, err = fmt.Sscan(rest, &kb)
	return kb, err
}
