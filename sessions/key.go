package sessions

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MinSecretKeyLength is the least number of characters of a secret key.
const MinSecretKeyLength = 32

// minDistinct is the least number of different characters. A random key of 32
// hexadecimal digits has about fourteen; one with fewer than eight was typed.
const minDistinct = 8

// SecretKeyHint tells an operator how to make a key.
const SecretKeyHint = "make one with: openssl rand -base64 32"

var (
	// ErrSecretKeyRequired is the error of a missing key. It names the variable
	// that programs conventionally read the key from.
	ErrSecretKeyRequired = errors.New("SESSION_SECRET_KEY environment variable is required")
	// ErrSecretKeyWeak is the error of a key that can be guessed. An error that
	// is ErrSecretKeyWeak is ErrSecretKeyRequired too: a weak key is no key.
	ErrSecretKeyWeak = errors.New("the key given is weak")
)

// placeholders are left over in configurations that nobody finished. They are
// looked for in the letters and digits of a key, in lower case. The list is
// short on purpose: a key must not be refused for an ordinary word.
var placeholders = []string{"changeme", "changethis", "replaceme", "replacethis", "insertyour", "placeholder"}

// CheckSecretKey reports whether a key is fit to seal sessions with. The
// error never shows any of the key.
func CheckSecretKey(key string) error {
	if key == "" {
		return ErrSecretKeyRequired
	}
	if weakness := weakness(key); weakness != "" {
		return fmt.Errorf("%w: %w: %s", ErrSecretKeyRequired, ErrSecretKeyWeak, weakness)
	}
	return nil
}

// GenerateKey returns a new random key, for a program on a laptop that was
// given none. Its sessions end with the process.
func GenerateKey() string {
	return rand.Text() + rand.Text() // Each has at least 128 bits.
}

// weakness says why a key is weak, and is empty for a good one.
func weakness(key string) string {
	if n := utf8.RuneCountInString(key); n < MinSecretKeyLength {
		return fmt.Sprintf("it has %d characters, at least %d are needed", n, MinSecretKeyLength)
	}
	distinct := make(map[rune]struct{})
	for _, c := range key {
		distinct[c] = struct{}{}
	}
	if len(distinct) < minDistinct {
		return fmt.Sprintf("it has only %d different characters", len(distinct))
	}
	plain := strings.Map(lettersAndDigits, key)
	for _, placeholder := range placeholders {
		if strings.Contains(plain, placeholder) {
			return fmt.Sprintf("it contains the placeholder %q", placeholder)
		}
	}
	if strength(key) < minStrength {
		return "it is made of repetitions, sequences or common words"
	}
	return ""
}

func lettersAndDigits(c rune) rune {
	if unicode.IsLetter(c) || unicode.IsDigit(c) {
		return unicode.ToLower(c)
	}
	return -1
}
