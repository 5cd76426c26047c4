package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"golang.org/x/oauth2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// An Attempt is a sign-in that has begun. The browser keeps it, sealed, until it
// comes back from the provider: any instance can then finish it.
type Attempt struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	// Redirect is the address the provider was told to lead back to.
	Redirect string `json:"r"`
	// Next is where the person wanted to go.
	Next string `json:"p,omitempty"`
}

func newAttempt(redirect, next string) Attempt {
	return Attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Redirect: redirect, Next: next}
}

// is reports whether the attempt is the one that the provider answers.
func (a Attempt) is(state string) bool {
	return a.State != "" && subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) == 1
}

// AttemptID tells the attempts of one browser apart. It is part of a cookie's name.
func AttemptID(state string) string {
	hash := sha256.Sum256([]byte("sign-in attempt\x00" + state))
	return hex.EncodeToString(hash[:6])
}

// An AttemptKeyring seals attempts: the first key seals, every key opens.
type AttemptKeyring [][]byte

const attemptLabel = "spotify-data-tool sign-in attempt v1"

// NewAttemptKeyring derives the keys from the secrets that seal sessions.
func NewAttemptKeyring(secret string, previous []string) (ring AttemptKeyring) {
	for _, secret := range append([]string{secret}, previous...) {
		ring = append(ring, seal.Derive([]byte(secret), nil, attemptLabel, seal.KeyBytes))
	}
	return ring
}

// Seal is the attempt as a cookie's value.
func (k AttemptKeyring) Seal(a Attempt, now time.Time) (string, error) {
	content, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	blob, err := seal.Seal(k[0], attemptName(a.State), now.Add(AttemptLife), content)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(blob), nil
}

// Open returns the attempt that the provider answers with a state, or ErrAttempt.
func (k AttemptKeyring) Open(value, state string, now time.Time) (Attempt, error) {
	for _, key := range k {
		blob, err := base64.RawURLEncoding.DecodeString(value)
		if err != nil {
			break
		}
		content, expires, err := seal.Open(key, attemptName(state), blob)
		var a Attempt
		if err == nil && now.Before(expires) && json.Unmarshal(content, &a) == nil && a.is(state) {
			return a, nil
		}
	}
	return Attempt{}, ErrAttempt
}

func attemptName(state string) string { return "signin/" + AttemptID(state) }
