package app

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// Without a contact of its own a site names the program's, where faults of the
// program belong.
func TestSecurityContacts(t *testing.T) {
	for _, test := range []struct {
		contact string
		want    []string // nil for a value that is refused
	}{
		{"", []string{securityPolicy}},
		{"mailto:a@example.org", []string{"mailto:a@example.org"}},
		{"tel:+49-30-1234567,mailto:a@example.org,", []string{"tel:+49-30-1234567", "mailto:a@example.org"}},
		{"a@example.org", nil},
		{"http://example.org/", nil},
		{"https://", nil},
		{"javascript:alert(1)", nil},
		{"mailto:a@example.org\nExpires: 1999-01-01T00:00:00Z", nil},
	} {
		c, err := readConfig(env("SECURITY_CONTACT="+test.contact), math.MaxInt64)
		if (err == nil) != (test.want != nil) || err != nil && !strings.Contains(err.Error(), "SECURITY_CONTACT") {
			t.Errorf("%q: %v", test.contact, err)
		}
		if err == nil && !slices.Equal(c.securityContacts, test.want) {
			t.Errorf("%q gives %q", test.contact, c.securityContacts)
		}
	}
}
