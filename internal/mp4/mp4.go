// Package mp4 writes films of one track of H.264 as MP4 (ISO/IEC 14496-12 and
// -15) with the header first, reads what it has written, and lays films one
// behind the other without encoding anything.
package mp4

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"time"
)

// A Movie is one track of video. Its samples are shown in the order in which
// they are decoded.
type Movie struct {
	Width, Height int    // visible pixels, at most 65535
	SPS, PPS      []byte // parameter sets as NAL units, without start codes
	Timescale     uint32 // units of time a second; 15360 divides well
	Samples       []Sample
}

// A Sample is a frame: its NAL units, each behind its length in four bytes.
type Sample struct {
	Data     []byte
	Duration uint32 // in units of the Timescale
	Keyframe bool   // decoding can begin here
}

var (
	// ErrFormat is a file that Marshal has not written.
	ErrFormat = errors.New("mp4: not a film that was written here")
	// ErrDiffer is clips that cannot stand behind one header.
	ErrDiffer = errors.New("mp4: clips of different sizes, parameters or timescales")
)

// Duration is how long the movie lasts.
func (m Movie) Duration() time.Duration {
	var units int64
	for _, s := range m.Samples {
		units += int64(s.Duration)
	}
	return time.Duration(float64(units) / float64(m.Timescale) * float64(time.Second))
}

// Marshal gives the movie as a file, which depends on the movie alone.
func Marshal(m Movie) ([]byte, error) {
	header, data, err := m.header()
	if err != nil {
		return nil, fmt.Errorf("write film: %w", err)
	}
	film := append(make([]byte, 0, int64(len(header))+data), header...)
	for _, s := range m.Samples {
		film = append(film, s.Data...)
	}
	return film, nil
}

// Stitch gives a movie with the samples of all clips, whose sizes, parameter sets
// and timescales are the same, else the error is ErrDiffer. It shares their
// memory.
func Stitch(clips ...Movie) (Movie, error) {
	if len(clips) == 0 {
		return Movie{}, errors.New("mp4: no clips to stitch")
	}
	whole := clips[0]
	total := 0
	for _, clip := range clips {
		if clip.Width != whole.Width || clip.Height != whole.Height || clip.Timescale != whole.Timescale || !bytes.Equal(clip.SPS, whole.SPS) || !bytes.Equal(clip.PPS, whole.PPS) {
			return Movie{}, ErrDiffer
		}
		if len(clip.Samples) == 0 || !clip.Samples[0].Keyframe {
			return Movie{}, errors.New("mp4: a clip that begins with no keyframe")
		}
		total += len(clip.Samples)
	}
	whole.Samples = make([]Sample, 0, total)
	for _, clip := range clips {
		whole.Samples = append(whole.Samples, clip.Samples...)
	}
	return whole, nil
}

// check refuses what the boxes cannot hold, and gives the sums of durations and
// of bytes.
func (m Movie) check() (duration, data int64, err error) {
	switch {
	case m.Width < 1 || m.Height < 1 || m.Width > math.MaxUint16 || m.Height > math.MaxUint16:
		return 0, 0, fmt.Errorf("mp4: a film of %d×%d", m.Width, m.Height)
	case len(m.SPS) < 4 || len(m.PPS) < 1 || len(m.SPS) > math.MaxUint16 || len(m.PPS) > math.MaxUint16:
		return 0, 0, fmt.Errorf("mp4: parameter sets of %d and %d bytes", len(m.SPS), len(m.PPS))
	case m.Timescale == 0:
		return 0, 0, errors.New("mp4: a timescale of 0")
	case len(m.Samples) == 0 || !m.Samples[0].Keyframe:
		return 0, 0, errors.New("mp4: a film that begins with no keyframe")
	}
	for i, s := range m.Samples {
		if s.Duration == 0 || len(s.Data) == 0 || int64(len(s.Data)) > math.MaxUint32 {
			return 0, 0, fmt.Errorf("mp4: sample %d takes %d bytes and %d units of time", i, len(s.Data), s.Duration)
		}
		duration += int64(s.Duration)
		data += int64(len(s.Data))
	}
	if duration > math.MaxUint32 {
		return 0, 0, fmt.Errorf("mp4: a film of %d units of time", duration)
	}
	return duration, data, nil
}
