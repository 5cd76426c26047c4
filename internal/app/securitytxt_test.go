package app

import (
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// securityFields reads the file as RFC 9116 describes it.
func securityFields(t *testing.T, base string) (fields map[string][]string, header http.Header) {
	t.Helper()
	resp, err := http.Get(base + securityPath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", resp.Status, err)
	}
	fields = make(map[string][]string)
	for line := range strings.Lines(string(b)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok || strings.TrimSpace(value) != value || value == "" {
			t.Errorf("not a field: %q", line)
		}
		fields[name] = append(fields[name], value)
	}
	return fields, resp.Header
}

func TestSecurityText(t *testing.T) {
	s := startTestServer(t, map[string]string{"SECURITY_CONTACT": "mailto:security@example.org, https://example.org/report"})
	fields, header := securityFields(t, s.base)
	if got := fields["Contact"]; !slices.Equal(got, []string{"mailto:security@example.org", "https://example.org/report"}) {
		t.Errorf("contacts: %q", got)
	}
	if got := header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	if header.Get("Set-Cookie") != "" {
		t.Error("it sets a cookie")
	}
	// Exactly one, in the future, and within the year that the RFC recommends.
	if len(fields["Expires"]) != 1 || len(fields["Preferred-Languages"]) != 1 {
		t.Fatalf("%v", fields)
	}
	expires, err := time.Parse(time.RFC3339, fields["Expires"][0])
	if left := time.Until(expires); err != nil || left < 28*24*time.Hour || left > 365*24*time.Hour {
		t.Errorf("expires %q, %v", fields["Expires"], err)
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete} {
		wantNoMethod(t, method, s.base+securityPath)
	}
}

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
