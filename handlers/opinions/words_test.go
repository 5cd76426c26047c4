package opinions

import (
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
)

func TestShortened(t *testing.T) {
	for text, want := range map[string]string{"a letter": "a letter", "a longer letter": "a longer …", "überlängenwort": "überlängen …", "夜の歌夜の歌夜の歌夜の歌": "夜の歌夜の歌夜の歌夜 …"} {
		if got := shortened(text, 10); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCapsuleSentence(t *testing.T) {
	for highlights, want := range map[int]string{
		0: "Spotify’s own count of your listening.",
		1: "Spotify’s own count of your listening. 1 highlight it found remarkable is in the document.",
		2: "Spotify’s own count of your listening. 2 highlights it found remarkable are in the document.",
	} {
		if got := capsuleSentence(format.Locale{}, highlights).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
