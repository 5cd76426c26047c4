package mp4

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/h264"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

const (
	timescale = 15360
	perFrame  = timescale / h264.FrameRate
)

// clip encodes a square that crosses a picture.
func clip(tb testing.TB, width, height, qp, frames int, from int) Movie {
	tb.Helper()
	sps, pps, err := h264.ParameterSets(width, height)
	if err != nil {
		tb.Fatal(err)
	}
	e, err := h264.New(h264.Config{Width: width, Height: height, QP: qp})
	if err != nil {
		tb.Fatal(err)
	}
	m := Movie{Width: width, Height: height, SPS: sps, PPS: pps, Timescale: timescale}
	frame := image.NewYCbCr(image.Rect(0, 0, (width+15)&^15, (height+15)&^15), image.YCbCrSubsampleRatio420)
	for n := range frames {
		for i := range frame.Y {
			frame.Y[i] = 40
			if x, y := i%frame.YStride-2*n-from, i/frame.YStride-20; x >= 0 && y >= 0 && x < 40 && y < 40 {
				frame.Y[i] = byte(100 + 3*x)
			}
		}
		for i := range frame.Cb {
			frame.Cb[i], frame.Cr[i] = byte(90+from), 140
		}
		sample, keyframe, err := e.Encode(frame, nil, nil)
		if err != nil {
			tb.Fatal(err)
		}
		m.Samples = append(m.Samples, Sample{Data: bytes.Clone(sample), Duration: perFrame, Keyframe: keyframe})
	}
	return m
}

func written(tb testing.TB, m Movie) []byte {
	tb.Helper()
	film, err := Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return film
}

func file(t *testing.T, m Movie) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, written(t, m), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// decoded gives the frames that ffmpeg finds, from a time on if one is given.
func decoded(t *testing.T, path string, before ...string) []byte {
	t.Helper()
	arguments := slices.Concat([]string{"-v", "warning", "-xerror"}, before, []string{"-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "pipe:1"})
	command := exec.CommandContext(t.Context(), servers.Program(t, "ffmpeg"), arguments...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("ffmpeg: %v\n%s", err, &complaints)
	}
	return output
}

func TestParseReadsWhatWriteWrites(t *testing.T) {
	for _, frames := range []int{2, 29, 30, 31, 60, 95} {
		m := clip(t, 320, 180, 24, frames, 0)
		// Durations and keyframes in runs.
		m.Samples[1].Duration = 3
		m.Samples[frames-1].Keyframe = true
		got, err := Parse(written(t, m))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, m) {
			t.Errorf("a movie of %d frames comes back different", frames)
		}
	}
}

// A film is what its clips are, one behind the other, whatever their quantisers.
func TestStitch(t *testing.T) {
	clips := []Movie{clip(t, 320, 180, 24, 40, 0), clip(t, 320, 180, 40, 2, 30), clip(t, 320, 180, h264.MinQP, 31, 60)}
	var want []byte
	for _, c := range clips {
		// As it is stored and read again.
		want = append(want, decoded(t, file(t, c))...)
	}
	film, err := Stitch(clips...)
	if err != nil {
		t.Fatal(err)
	}
	path := file(t, film)
	const size = 320 * 180 * 3 / 2
	if got := decoded(t, path); len(got) != 73*size || !bytes.Equal(got, want) {
		t.Errorf("the film is %d bytes of frames and not its clips' %d", len(got), len(want))
	}

	// A player that seeks gets the same frame.
	for _, n := range []int{7, 39, 40, 43, 72} {
		got := decoded(t, path, "-ss", fmt.Sprintf("%.6f", max(0, float64(n)-0.25)/h264.FrameRate))
		if len(got) != (73-n)*size || !bytes.Equal(got[:size], want[n*size:][:size]) {
			t.Errorf("after seeking frame %d is another, of %d", n, len(got)/size)
		}
	}
}

func TestStitchRefuses(t *testing.T) {
	a := clip(t, 320, 180, 24, 2, 0)
	for name, change := range map[string]func(*Movie){
		"width":     func(m *Movie) { m.Width++ },
		"height":    func(m *Movie) { m.Height++ },
		"timescale": func(m *Movie) { m.Timescale++ },
		"SPS":       func(m *Movie) { m.SPS = append(slices.Clone(m.SPS), 0x80) },
		"PPS":       func(m *Movie) { m.PPS = append(slices.Clone(m.PPS), 0x80) },
	} {
		b := a
		change(&b)
		if _, err := Stitch(a, b); !errors.Is(err, ErrDiffer) {
			t.Errorf("clips of another %s: %v", name, err)
		}
	}
	b := a
	b.Samples = b.Samples[1:]
	if _, err := Stitch(a, b); err == nil {
		t.Error("a clip that begins with no keyframe is taken")
	}
	if _, err := Stitch(); err == nil {
		t.Error("no clips are taken")
	}
}

func TestWriteRefuses(t *testing.T) {
	good := clip(t, 320, 180, 24, 2, 0)
	for name, change := range map[string]func(*Movie){
		"no width":        func(m *Movie) { m.Width = 0 },
		"a large height":  func(m *Movie) { m.Height = 65536 },
		"no SPS":          func(m *Movie) { m.SPS = nil },
		"no PPS":          func(m *Movie) { m.PPS = nil },
		"no timescale":    func(m *Movie) { m.Timescale = 0 },
		"no samples":      func(m *Movie) { m.Samples = nil },
		"no keyframe":     func(m *Movie) { m.Samples = m.Samples[1:] },
		"no duration":     func(m *Movie) { m.Samples[1].Duration = 0 },
		"an empty sample": func(m *Movie) { m.Samples[1].Data = nil },
		"long durations":  func(m *Movie) { m.Samples[0].Duration, m.Samples[1].Duration = 1<<31, 1<<31 },
	} {
		m := good
		m.Samples = slices.Clone(m.Samples)
		change(&m)
		if _, err := Marshal(m); err == nil {
			t.Errorf("%s: is written", name)
		}
	}
}

// A player has to be told size, colours and times by the header.
func TestHeader(t *testing.T) {
	command := exec.CommandContext(t.Context(), servers.Program(t, "ffprobe"), "-v", "warning", "-count_packets", "-show_streams", "-show_format", "-of", "json", file(t, clip(t, 1080, 1920, 30, 75, 0)))
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Streams []map[string]any
		Format  map[string]any
	}
	if err := json.Unmarshal(output, &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"codec_name": "h264", "profile": "Constrained Baseline", "level": 40.0, "width": 1080.0, "height": 1920.0,
		"has_b_frames": 0.0, "sample_aspect_ratio": "1:1", "display_aspect_ratio": "9:16", "pix_fmt": "yuv420p",
		"color_range": "tv", "color_space": "bt709", "color_transfer": "bt709", "color_primaries": "bt709",
		"refs": 1.0, "r_frame_rate": "30/1", "avg_frame_rate": "30/1", "time_base": "1/15360", "start_time": "0.000000",
		"duration": "2.500000", "nb_frames": "75", "nb_read_packets": "75", "codec_tag_string": "avc1",
	} {
		if got.Streams[0][name] != want {
			t.Errorf("%s is %v: want %v", name, got.Streams[0][name], want)
		}
	}
	if got.Format["duration"] != "2.500000" || len(got.Streams) != 1 {
		t.Errorf("%d streams of %v", len(got.Streams), got.Format["duration"])
	}
}

// Offsets beyond 32 bits get a wider table. The samples share their bytes.
func TestWideOffsets(t *testing.T) {
	m := clip(t, 320, 180, 24, 2, 0)
	piece := make([]byte, 32<<20)
	for range 140 {
		m.Samples = append(m.Samples, Sample{Data: piece, Duration: perFrame})
	}
	header, data, err := m.header()
	if err != nil {
		t.Fatal(err)
	}
	table := bytes.Index(header, []byte("co64"))
	if table < 0 || bytes.Contains(header, []byte("stco")) {
		t.Fatal("no wide table")
	}
	if count := binary.BigEndian.Uint32(header[table+8:]); count != 5 {
		t.Errorf("%d chunks: want 5", count)
	}
	offset := uint64(len(header))
	for i, s := range m.Samples {
		if i%perChunk == 0 {
			if got := binary.BigEndian.Uint64(header[table+12+i/perChunk*8:]); got != offset {
				t.Errorf("chunk %d begins at %d: want %d", i/perChunk, got, offset)
			}
		}
		offset += uint64(len(s.Data))
	}
	if got := binary.BigEndian.Uint64(header[len(header)-8:]); got != uint64(data)+16 {
		t.Errorf("mdat says %d bytes", got)
	}
}

func TestParseRefuses(t *testing.T) {
	whole := written(t, clip(t, 64, 64, 24, 3, 0))
	for n := range whole {
		if _, err := Parse(whole[:n]); !errors.Is(err, ErrFormat) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(whole), err)
		}
	}
	if _, err := Parse(append(slices.Clone(whole), 0)); !errors.Is(err, ErrFormat) {
		t.Errorf("one byte more: %v", err)
	}
	header, _, _ := clip(t, 64, 64, 24, 3, 0).header()
	for i := range header {
		for _, flip := range []byte{1, 0x80, 0xFF} {
			damaged := slices.Clone(whole)
			damaged[i] ^= flip
			checkParse(t, damaged)
		}
	}
}

// checkParse fails if what Parse reads is not what Write writes.
func checkParse(t *testing.T, data []byte) {
	t.Helper()
	m, err := Parse(data)
	if err != nil {
		if !errors.Is(err, ErrFormat) {
			t.Fatalf("another error: %v", err)
		}
		return
	}
	if !bytes.Equal(written(t, m), data) {
		t.Fatal("Parse reads what Write does not write")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(written(f, clip(f, 64, 64, 24, 3, 0)))
	f.Add(written(f, clip(f, 16, 16, 51, 33, 0)))
	f.Fuzz(checkParse)
}
