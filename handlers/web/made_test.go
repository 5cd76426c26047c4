package web_test

import (
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// What people send says whose listening it is: nobody's, where it was invented.
func TestMadeFrom(t *testing.T) {
	if own := (&web.Request{}).MadeFrom(); !strings.Contains(own, "my own") {
		t.Errorf("own data: %q", own)
	}
	if invented := (&web.Request{Sample: true}).MadeFrom(); strings.Contains(invented, "my own") || !strings.Contains(invented, "invented") {
		t.Errorf("the sample: %q", invented)
	}
}
