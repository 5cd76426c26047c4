package app

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// securityPolicy is where the repository's SECURITY.md is shown. Faults of the
// program belong there, whoever runs it.
const securityPolicy = "https://github.com/spotify-data-tool/spotify-data-tool/security/policy"

const (
	securityPath = "/.well-known/security.txt"
	// securityLife is how long a copy of the file is to be trusted. The
	// time of expiry is computed for each answer, so it never goes stale here.
	securityLife = 30 * 24 * time.Hour
)

// securityText is the file of RFC 9116, which says where to report a fault. It
// has no Canonical: under which addresses it is reached, only what is in front
// knows, and what a request says of its host anybody can write.
func securityText(contacts []string, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var b strings.Builder
		for _, contact := range contacts {
			fmt.Fprintf(&b, "Contact: %s\n", contact)
		}
		fmt.Fprintf(&b, "Expires: %s\n", now().UTC().Add(securityLife).Format(time.RFC3339))
		b.WriteString("Preferred-Languages: en\nPolicy: " + securityPolicy + "\n")
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=86400")
		_, _ = w.Write([]byte(b.String()))
	})
}

// contacts returns where faults are reported, as addresses that RFC 9116 takes.
func (e *environment) contacts(name string) (contacts []string) {
	for _, text := range e.list(name) {
		u, err := url.Parse(text)
		if err != nil || !slices.Contains([]string{"https", "mailto", "tel"}, u.Scheme) || u.Host+u.Opaque == "" {
			e.problem(name, "is %q, must be addresses that begin with mailto:, https:// or tel:, separated by commas", text)
			continue
		}
		contacts = append(contacts, u.String())
	}
	return contacts
}
