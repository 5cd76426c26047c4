package clip

import (
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/h264"
	"github.com/spotify-data-tool/spotify-data-tool/internal/mp4"
	"github.com/spotify-data-tool/spotify-data-tool/internal/scene"
)

const (
	timescale   = 15360
	quantiser   = 24 // what is good for drawings
	longestHold = 8  // frames that a picture is shown for at most
)

// frames is how many frames a story has.
func frames(s Story) int { return int(Seconds(s) * h264.FrameRate) }

// Scene is what a story shows at a moment, in seconds from its beginning.
func Scene(s Story, look Look, at float64) *scene.Scene { return newStage(look).scene(s, at) }

// Still is the last picture of a story as a PNG.
func Still(s Story, look Look) ([]byte, error) { return scene.PNG(Scene(s, look, Seconds(s))) }

// Video is a story as an MP4 of at most so many bytes a second. Where it takes more its
// pictures become coarser, and in the end are held for longer. It ends in its last
// picture.
func Video(s Story, look Look, bytesEachSecond int) ([]byte, error) {
	limit := int(Seconds(s) * float64(bytesEachSecond))
	for hold := 1; ; hold *= 2 {
		film, err := encode(s, look, hold, limit)
		if !errors.Is(err, h264.ErrTooLarge) || hold >= longestHold {
			return film, err
		}
	}
}

// encode makes a clip whose pictures are shown for so many frames each.
func encode(s Story, look Look, hold, limit int) ([]byte, error) {
	encoder, err := h264.New(h264.Config{Width: look.Width, Height: look.Height, QP: quantiser})
	if err != nil {
		return nil, fmt.Errorf("encode clip: %w", err)
	}
	movie := mp4.Movie{Width: look.Width, Height: look.Height, Timescale: timescale}
	if movie.SPS, movie.PPS, err = h264.ParameterSets(look.Width, look.Height); err != nil {
		return nil, fmt.Errorf("encode clip: %w", err)
	}
	n := frames(s)
	var stage *stage
	var painter *scene.Frames
	samples, err := encoder.EncodeClip(n, limit-sampleTables*n, func(i int) (*image.YCbCr, []bool, []h264.Motion, error) {
		if i == 0 { // again, if it is encoded again
			stage, painter = newStage(look), scene.NewFrames(look.Width, look.Height)
		}
		shown := i - i%hold
		if i == n-1 {
			shown = i
		}
		frame, changed, motion := painter.Paint(stage.scene(s, Seconds(s)*float64(shown)/float64(n-1)))
		return frame, changed, motion, nil
	})
	if err != nil {
		return nil, fmt.Errorf("encode clip: %w", err)
	}
	for i, sample := range samples {
		movie.Samples = append(movie.Samples, mp4.Sample{Data: sample, Duration: timescale / h264.FrameRate, Keyframe: i == 0})
	}
	return mp4.Marshal(movie)
}

// sampleTables is more than the header says of each sample.
const sampleTables = 16

// A Limit is what a film may have at most.
type Limit struct {
	Time  time.Duration
	Bytes int
}

// ErrTooLarge is a film of more than its Limit.
var ErrTooLarge = errors.New("clip: the film is too long or too large")

// Stitch lays clips of one size behind each other, without encoding anything.
func Stitch(limit Limit, clips ...[]byte) ([]byte, error) {
	all := make([]mp4.Movie, len(clips))
	for i, content := range clips {
		var err error
		if all[i], err = mp4.Parse(content); err != nil {
			return nil, fmt.Errorf("read clip: %w", err)
		}
	}
	movie, err := mp4.Stitch(all...)
	if err != nil {
		return nil, fmt.Errorf("stitch film: %w", err)
	}
	if movie.Duration() > limit.Time {
		return nil, fmt.Errorf("stitch film of %s: %w", movie.Duration(), ErrTooLarge)
	}
	film, err := mp4.Marshal(movie)
	if err == nil && len(film) > limit.Bytes {
		return nil, fmt.Errorf("stitch film of %d bytes: %w", len(film), ErrTooLarge)
	}
	return film, err
}
