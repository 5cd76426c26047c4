package app

import (
	"log/slog"
	"math"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// What the tests of the whole program need of its inside.

const (
	ProbeTime    = probeTime
	SecurityPath = securityPath
)

// Reads reports whether the program reads an environment variable.
func Reads(name string) bool {
	return slices.ContainsFunc(variables, func(v variable) bool { return v.name == name })
}

// CheckConfig returns what an environment configures of a deployment's safety.
func CheckConfig(getenv func(string) string) (production, secureCookies bool, warnings []string, err error) {
	c, err := readConfig(getenv, math.MaxInt64)
	return c.production, c.sessions.Secure, c.warnings, err
}

// StartAt starts an instance with a clock of its own.
func StartAt(t *testing.T, getenv func(string) string, now func() time.Time) (base string) {
	t.Helper()
	cfg, err := readConfig(getenv, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	s, err := wire(t.Context(), cfg, slog.New(slog.DiscardHandler), now)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.handler)
	t.Cleanup(func() {
		server.Close()
		if err := s.close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return server.URL
}
