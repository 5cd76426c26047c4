// Package seal is the one format in which personal data is stored: datasets,
// the parts of uploads, and what is written down about them.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A sealed blob is a header and a ciphertext. The header is a mark that names
// the format and its version, and the time of expiry in Unix milliseconds. The
// ciphertext is AES-256-GCM with its random nonce in front; header and name
// are authenticated with it, so that neither a blob under another's name nor
// a later expiry passes.
//
// The standard library's AEAD is enough: a blob is sealed and opened as a
// whole, under a key that seals this one name. What filippo.io/age adds,
// recipients and streaming, would go unused.
const (
	format  = "sdtseal"
	version = 1
	mark    = format + string(rune(version))
	// HeaderBytes is the length of the header.
	HeaderBytes = len(mark) + 8
	// nonceAndTag is what the AEAD adds.
	nonceAndTag = 12 + 16

	// Overhead is by how much a sealed blob is larger than its content.
	Overhead = HeaderBytes + nonceAndTag
	// KeyBytes is the length of a key.
	KeyBytes = 32
)

// ErrSealed: the blob is damaged, of another format or another name, or the
// key is not the one that sealed it.
var ErrSealed = errors.New("seal: cannot be opened")

// ErrVersion: the blob is in a later version of the format. It is not damaged,
// and an instance of that version opens it, so it must be left alone.
var ErrVersion = errors.New("seal: sealed by a later version")

// Derive returns n secret bytes that depend on the secret, the salt and the label
// alone. The secret is random, so no slow function has to stand between the two.
func Derive(secret, salt []byte, label string, n int) []byte {
	b, err := hkdf.Key(sha256.New, secret, salt, label, n)
	if err != nil {
		panic("seal: " + err.Error()) // only for an absurd n
	}
	return b
}

// Seal returns content sealed under key. The blob opens under that name only
// and says until when it is to be kept.
func Seal(key []byte, name string, expires time.Time, content []byte) ([]byte, error) {
	blob := make([]byte, HeaderBytes, len(content)+Overhead)
	return InPlace(key, name, expires, append(blob, content...))
}

// InPlace is Seal for content that lies behind HeaderBytes of room for the
// header. Where blob has a capacity for Overhead and the content, it is sealed
// in its place: what is large is not in memory twice.
func InPlace(key []byte, name string, expires time.Time, blob []byte) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	blob = slices.Grow(blob, nonceAndTag)
	head, content := blob[:HeaderBytes], blob[HeaderBytes:]
	binary.BigEndian.PutUint64(head[copy(head, mark):], uint64(expires.UnixMilli()))
	sealed := aead.Seal(content[:0], nil, content, associated(head, name))
	return blob[:len(head)+len(sealed)], nil
}

// Open returns what was sealed, in the place of the blob, which is of no use
// afterwards: memory touched for the first time is what a cold load waits for.
// Whatever blob holds otherwise, the error wraps ErrSealed, or is ErrVersion.
func Open(key []byte, name string, blob []byte) (content []byte, expires time.Time, err error) {
	if len(blob) > len(format) && string(blob[:len(format)]) == format && blob[len(format)] > version {
		return nil, time.Time{}, ErrVersion
	}
	if len(blob) < Overhead || string(blob[:len(mark)]) != mark {
		return nil, time.Time{}, fmt.Errorf("%w: unknown format", ErrSealed)
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	head, ciphertext := blob[:HeaderBytes], blob[HeaderBytes:]
	content, err = aead.Open(ciphertext[:0], nil, ciphertext, associated(head, name))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return content, time.UnixMilli(int64(binary.BigEndian.Uint64(head[len(mark):]))), nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != KeyBytes {
		return nil, fmt.Errorf("seal: a key of %d bytes", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// associated is what is authenticated beside the content.
func associated(header []byte, name string) []byte {
	return append(header[:len(header):len(header)], name...)
}
