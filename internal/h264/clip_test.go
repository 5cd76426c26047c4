package h264

import (
	"errors"
	"image"
	"reflect"
	"testing"
)

// raceClip encodes a race, and says how much was painted.
func raceClip(t *testing.T, frames, limit int) (samples [][]byte, painted int, err error) {
	t.Helper()
	p := newPainter(320, 568)
	e, err := New(Config{Width: 320, Height: 568, QP: 24})
	if err != nil {
		t.Fatal(err)
	}
	samples, err = e.EncodeClip(frames, limit, func(n int) (*image.YCbCr, []bool, []Motion, error) {
		p.paint(race(n, 320, 568))
		painted++
		return p.frame, p.changed, p.motion, nil
	})
	if e.qp != 24 {
		t.Errorf("the quantiser is %d afterwards", e.qp)
	}
	return samples, painted, err
}

func sum(samples [][]byte) (size int) {
	for _, sample := range samples {
		size += len(sample)
	}
	return size
}

func TestAClipFitsIntoItsBytes(t *testing.T) {
	const frames = 90
	free, painted, err := raceClip(t, frames, 1<<30)
	if err != nil || painted != frames || len(free) != frames {
		t.Fatalf("without a limit: %d samples of %d frames, %v", len(free), painted, err)
	}
	whole := sum(free)
	for _, percent := range []int{100, 90, 75, 50} {
		limit := whole * percent / 100
		samples, painted, err := raceClip(t, frames, limit)
		if err != nil || len(samples) != frames {
			t.Errorf("%d %%: %d samples, %v", percent, len(samples), err)
			continue
		}
		got := sum(samples)
		t.Logf("%d %%: %d bytes of %d, %d frames painted", percent, got, limit, painted)
		if got > limit {
			t.Errorf("%d %%: %d bytes, more than %d", percent, got, limit)
		}
		if percent >= 90 && painted != frames {
			t.Errorf("%d %%: %d frames were painted: the clip should not be encoded twice", percent, painted)
		}
		if got < limit/2 {
			t.Errorf("%d %%: %d bytes, much less than %d", percent, got, limit)
		}
		if testing.Short() && percent > 50 {
			continue // below, a clip is made to fit by whatever there is to it
		}
		if again, _, _ := raceClip(t, frames, limit); !reflect.DeepEqual(samples, again) {
			t.Errorf("%d %%: the same clip has other bytes the second time", percent)
		}
	}
	if _, _, err := raceClip(t, frames, whole/100); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one hundredth: %v", err)
	}
}

func TestEncodeClipStopsWithThePainter(t *testing.T) {
	e, err := New(Config{Width: 16, Height: 16, QP: 24})
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no paint")
	paint := func(int) (*image.YCbCr, []bool, []Motion, error) { return nil, nil, nil, broken }
	if _, err := e.EncodeClip(2, 1000, paint); !errors.Is(err, broken) {
		t.Errorf("the painter's error is %v", err)
	}
	if _, err := e.EncodeClip(1, 1000, paint); err == nil || errors.Is(err, broken) {
		t.Errorf("a clip of one frame: %v", err)
	}
}
