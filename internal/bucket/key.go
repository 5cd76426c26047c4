package bucket

import (
	"fmt"
	"strings"
)

// MaxKeyBytes is the length of the longest key. It leaves room for a driver's
// own prefix within the 255 bytes file systems allow a name.
const MaxKeyBytes = 200

// CheckKey returns an error wrapping [ErrKey] unless key is one that every
// driver takes. Drivers call it first, so that no store is ever asked for a
// name that means something to it.
func CheckKey(key string) error {
	if err := checkBytes(key); err != nil {
		return err
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return fmt.Errorf("%w: %q has an empty or a dot segment", ErrKey, key)
		}
	}
	return nil
}

// CheckPrefix is CheckKey for the prefix of a List, which may be empty and may
// end anywhere in a key.
func CheckPrefix(prefix string) error { return checkBytes(prefix) }

func checkBytes(s string) error {
	if len(s) > MaxKeyBytes {
		return fmt.Errorf("%w: %d bytes are more than %d", ErrKey, len(s), MaxKeyBytes)
	}
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-/") != "" {
		return fmt.Errorf("%w: %q has a byte outside [a-z0-9._-/]", ErrKey, s)
	}
	return nil
}

// Namespace is what a key of three segments or more begins with: the first two,
// and the rest of the key behind them. Drivers keep what is in one namespace
// together, so that it is found without a walk through everything else. Shorter
// keys are in none. It serves the prefix of a List as well.
func Namespace(key string) (space, rest string, ok bool) {
	first, behind, _ := strings.Cut(key, "/")
	second, rest, ok := strings.Cut(behind, "/")
	if !ok {
		return "", "", false
	}
	return key[:len(first)+1+len(second)], rest, true
}
