package sessions_test

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/rand/v2"
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
		"550e8400-e29b-41d4-a716-446655440000",
		"Q2hhbmdpbmcgdGhlIGtleSBvZiBzZXNzaW9ucw==",
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
		// Long enough, and yet typed.
		"password-password-password-12345", "Password1Password2Password3Password4",
		"0123456789abcdefghijklmnopqrstuvwxyz", "98765432109876543210zyxwvutsrqponmlk", "AbCdEfGhIjKlMnOpQrStUvWxYz012345",
		"qwertyuiopasdfghjklzxcvbnm123456", "1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y",
		"hunter2hunter2hunter2hunter2hunter2", "bicycle bicycle bicycle bicycle 7", testKey[:12] + testKey[:12] + testKey[:12],
		"spotify-data-tool-secret-key-2026!", "this-is-a-very-secret-key-for-sessions",
		"my very long secret session key for production", "correct horse battery staple correct horse",
		"supersecretsupersecretsupersecret", "00000000-0000-0000-0000-000000000000", "aaaabbbbccccddddeeeeffffgggghhhh",
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

// Of 100,000 random keys none is refused, however they are spelled.
func TestRandomKeysAreNotWeak(t *testing.T) {
	keys := 20_000
	if testing.Short() {
		keys = 2_000
	}
	for name, spell := range map[string]func([]byte) string{
		"openssl rand -base64 32": base64.StdEncoding.EncodeToString,
		"openssl rand -hex 32":    hex.EncodeToString,
		"32 hexadecimal digits":   func(b []byte) string { return hex.EncodeToString(b[:16]) },
		"base64url":               base64.RawURLEncoding.EncodeToString,
		"base32 of 20 bytes":      func(b []byte) string { return base32.StdEncoding.EncodeToString(b[:20]) },
	} {
		random := rand.NewChaCha8([32]byte{9})
		for range keys {
			secret := make([]byte, 32)
			_, _ = random.Read(secret)
			if err := sessions.CheckSecretKey(spell(secret)); err != nil {
				t.Errorf("%s: %q: %v", name, spell(secret), err)
			}
		}
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
