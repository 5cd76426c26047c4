package h264

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// A stream is the NAL units of a clip, each behind its length.
type stream struct {
	width, height int
	units         []byte
}

func newStream(t testing.TB, width, height int) *stream {
	t.Helper()
	sps, pps, err := ParameterSets(width, height)
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{width: width, height: height}
	for _, unit := range [][]byte{sps, pps} {
		s.units = binary.BigEndian.AppendUint32(s.units, uint32(len(unit)))
		s.units = append(s.units, unit...)
	}
	return s
}

func (s *stream) add(sample []byte) { s.units = append(s.units, sample...) }

// checkDecoded decodes a stream with two decoders that others wrote, and fails
// unless both give the frames, which are as Decoded gives them.
func (s *stream) checkDecoded(t testing.TB, frames [][]byte) {
	t.Helper()
	s.check(t, "ffmpeg", s.ffmpeg(t), frames)
	s.check(t, "tinyh264", s.tinyh264(t), frames)
}

func (s *stream) check(t testing.TB, decoder string, decoded []byte, frames [][]byte) {
	t.Helper()
	size := s.width * s.height * 3 / 2
	for n, frame := range frames {
		if len(decoded) < (n+1)*size {
			t.Fatalf("%s gives %d bytes: want %d frames of %d", decoder, len(decoded), len(frames), size)
		}
		got := decoded[n*size:][:size]
		if bytes.Equal(got, frame) {
			continue
		}
		for i := range got {
			if got[i] != frame[i] {
				t.Fatalf("%s: frame %d: byte %d, pixel %d, %d of luma, is %d: want %d", decoder, n, i, i%s.width, i/s.width, got[i], frame[i])
			}
		}
	}
	if len(decoded) != len(frames)*size {
		t.Fatalf("%s gives %d bytes: want %d frames of %d", decoder, len(decoded), len(frames), size)
	}
}

// ffmpeg decodes with ffmpeg, for which what it warns of is an error.
func (s *stream) ffmpeg(t testing.TB) []byte {
	t.Helper()
	var annexB []byte
	for rest := s.units; len(rest) > 0; {
		length := int(binary.BigEndian.Uint32(rest))
		annexB = append(append(annexB, 0, 0, 0, 1), rest[4:4+length]...)
		rest = rest[4+length:]
	}
	command := exec.CommandContext(t.Context(), servers.Program(t, "ffmpeg"),
		"-v", "warning", "-xerror", "-threads", "1", "-f", "h264", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "pipe:1")
	return run(t, command, annexB)
}

// tinyh264 decodes with tinyh264, and crops what comes of it.
func (s *stream) tinyh264(t testing.TB) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), servers.Program(t, "node"), "testdata/tinyh264.mjs", servers.Package(t, "tinyh264"))
	decoded := run(t, command, s.units)
	width, height := 16*macroblocks(s.width), 16*macroblocks(s.height)
	var cropped []byte
	for ; len(decoded) >= width*height*3/2; decoded = decoded[width*height*3/2:] {
		rest := decoded
		for i := range 3 {
			fullWidth, fullHeight, seenWidth, seenHeight := width, height, s.width, s.height
			if i > 0 {
				fullWidth, fullHeight, seenWidth, seenHeight = width/2, height/2, s.width/2, s.height/2
			}
			for y := range seenHeight {
				cropped = append(cropped, rest[y*fullWidth:][:seenWidth]...)
			}
			rest = rest[fullWidth*fullHeight:]
		}
	}
	return cropped
}

func run(t testing.TB, command *exec.Cmd, input []byte) []byte {
	t.Helper()
	var output, complaints bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(input), &output, &complaints
	if err := command.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v\n%s", command.Path, err, &complaints)
	}
	return output.Bytes()
}
