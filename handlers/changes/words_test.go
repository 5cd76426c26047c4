package changes

import "testing"

func TestEventWords(t *testing.T) {
	if got := eventWords("AddedToQueue"); got != "Added to queue" {
		t.Errorf("words are %q", got)
	}
}
