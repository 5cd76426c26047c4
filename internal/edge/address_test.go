package edge_test

import (
	"net/http/httptest"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

func TestClientAddress(t *testing.T) {
	const header = "X-Forwarded-For"
	for name, c := range map[string]struct {
		remote string
		header string
		told   []string
		want   string
	}{
		"the connection":           {remote: "203.0.113.9:4711", want: "203.0.113.9"},
		"IPv6":                     {remote: "[2001:db8::1]:4711", want: "2001:db8::1"},
		"nobody asked":             {remote: "203.0.113.9:1", told: []string{"198.51.100.7"}, want: "203.0.113.9"},
		"behind a proxy":           {remote: "10.0.0.2:1", header: header, told: []string{"203.0.113.9"}, want: "203.0.113.9"},
		"what the client invented": {remote: "10.0.0.2:1", header: header, told: []string{"198.51.100.7, 203.0.113.9"}, want: "203.0.113.9"},
		"in a line of its own":     {remote: "10.0.0.2:1", header: header, told: []string{"198.51.100.7", "203.0.113.9"}, want: "203.0.113.9"},
		"with a port":              {remote: "10.0.0.2:1", header: header, told: []string{"203.0.113.9:55012"}, want: "203.0.113.9"},
		"IPv6 with a port":         {remote: "10.0.0.2:1", header: header, told: []string{"[2001:db8::1]:55012"}, want: "2001:db8::1"},
		"IPv6 in brackets":         {remote: "10.0.0.2:1", header: header, told: []string{"[2001:db8::1]"}, want: "2001:db8::1"},
		"IPv4 as IPv6":             {remote: "[::ffff:203.0.113.9]:1", want: "203.0.113.9"},
		"past the proxy":           {remote: "203.0.113.9:1", header: header, want: "203.0.113.9"},
		"nothing to read":          {remote: "203.0.113.9:1", header: header, told: []string{"unknown"}},
		"a proxy not asked":        {remote: "10.0.0.2:1", told: []string{"203.0.113.9"}},
		"this machine":             {remote: "127.0.0.1:1"},
		"this network":             {remote: "[fd00::1]:1"},
		"a link":                   {remote: "[fe80::1%eth0]:1"},
		"within a provider":        {remote: "100.64.3.4:1"},
		"no address":               {remote: "@"},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = c.remote
		for _, value := range c.told {
			r.Header.Add(header, value)
		}
		got := edge.ClientAddress(r, c.header)
		if text := got.String(); got.IsValid() != (c.want != "") || got.IsValid() && text != c.want {
			t.Errorf("%s: %s, want %q", name, text, c.want)
		}
	}
}
