package sessions_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/sessions"
)

func TestCheckSecretKey(t *testing.T) {
	for _, key := range []string{
		testKey, otherKey, unknownKey, sessions.GenerateKey(),
		"0f8e4a6b2c9d1735e0fa86b4c2d91735",
		"eleven red bicycles, two of them stolen",
		"Ünïcödé zählt nach Zeichen: älter",
	} {
		if err := sessions.CheckSecretKey(key); err != nil {
			t.Errorf("%q: %v", key, err)
		}
	}
	for _, key := range []string{
		"short", testKey[:31], "ééééééééabcdefgäöüß", // Long in bytes only.
		strings.Repeat("a", 64), strings.Repeat("ab", 32), strings.Repeat("0123456", 8),
		"change-me-" + testKey, "CHANGE ME, please, before it goes live",
		"insert_your_secret_here_0123456789",
	} {
		err := sessions.CheckSecretKey(key)
		if !errors.Is(err, sessions.ErrSecretKeyWeak) || !errors.Is(err, sessions.ErrSecretKeyRequired) {
			t.Errorf("%q: %v", key, err)
			continue
		}
		if strings.Contains(err.Error(), key) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
	err := sessions.CheckSecretKey("")
	if err == nil || err.Error() != "SESSION_SECRET_KEY environment variable is required" {
		t.Errorf("empty key: %v", err)
	}
}

func TestGenerateKeyIsNewEachTime(t *testing.T) {
	if one, two := sessions.GenerateKey(), sessions.GenerateKey(); one == two || len(one) < sessions.MinSecretKeyLength {
		t.Errorf("%q and %q", one, two)
	}
}

func TestNewReportsEveryProblem(t *testing.T) {
	_, err := sessions.New(sessions.Config{
		Lifetime:           -1,
		SecretKey:          "short",
		PreviousSecretKeys: []string{"", "brief"},
		NotBefore:          time.Now().Add(time.Hour),
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"lifetime", "not-before", "it has 5 characters",
		"SESSION_SECRET_KEY environment variable is required", "previous session secret key",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no mention of %q in: %v", want, err)
		}
	}
	if !errors.Is(err, sessions.ErrSecretKeyRequired) {
		t.Error("the error is not ErrSecretKeyRequired")
	}
}

func TestNewRefusesBadStores(t *testing.T) {
	if _, err := sessions.New(sessions.Config{Store: sessions.StoreRedis}); err == nil || !strings.Contains(err.Error(), "pool") {
		t.Errorf("without a pool: %v", err)
	}
	if _, err := sessions.New(sessions.Config{Store: "memory", SecretKey: testKey}); err == nil {
		t.Error("an unknown store was accepted")
	}
}
