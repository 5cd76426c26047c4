package sessions

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// formatVersion is the first field of a sealed cookie.
const formatVersion = "v1"

// Labels under which HKDF derives from one secret. The key id is public, so it
// must come from a label of its own and say nothing about the sealing key.
const (
	sealLabel  = "sessions v1 sealing key"
	keyIDLabel = "sessions v1 key id"
)

// keyIDLength is in bytes; enough to tell a handful of keys apart.
const keyIDLength = 6

// encoding refuses trailing bits, so that a sealed value has one spelling.
var encoding = base64.RawURLEncoding.Strict()

// sealingKey seals and opens under one secret.
type sealingKey struct {
	id   string
	aead cipher.AEAD
}

func newSealingKey(secret string) (sealingKey, error) {
	id, err := hkdf.Key(sha256.New, []byte(secret), nil, keyIDLabel, keyIDLength)
	if err != nil {
		return sealingKey{}, fmt.Errorf("derive key id: %w", err)
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, sealLabel, 32)
	if err != nil {
		return sealingKey{}, fmt.Errorf("derive sealing key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealingKey{}, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealingKey{}, fmt.Errorf("make cipher: %w", err)
	}
	return sealingKey{id: encoding.EncodeToString(id), aead: aead}, nil
}

// keyring seals with its first key and opens with any.
type keyring []sealingKey

func newKeyring(current string, previous []string) (keyring, error) {
	ring := keyring{}
	for _, secret := range append([]string{current}, previous...) {
		key, err := newSealingKey(secret)
		if err != nil {
			return nil, err
		}
		ring = append(ring, key)
	}
	return ring, nil
}

// seal encrypts plaintext for the cookie of that name and returns the id of the
// key and the body.
func (ring keyring) seal(name string, plaintext []byte) (keyID, body string) {
	key := ring[0]
	sealed := key.aead.Seal(nil, nil, plaintext, associatedData(name, key.id))
	return key.id, encoding.EncodeToString(sealed)
}

// open decrypts what seal returned. It also reports whether that was sealed with
// the current key.
func (ring keyring) open(name, keyID, body string) (plaintext []byte, current bool, err error) {
	for i, key := range ring {
		if key.id != keyID {
			continue
		}
		sealed, err := encoding.DecodeString(body)
		// The decoder skips line breaks, which would allow another spelling.
		if err != nil || encoding.EncodedLen(len(sealed)) != len(body) {
			return nil, false, errMalformed
		}
		plaintext, err := key.aead.Open(nil, nil, sealed, associatedData(name, key.id))
		if err != nil {
			return nil, false, errNotAuthentic
		}
		return plaintext, i == 0, nil
	}
	if id, err := encoding.DecodeString(keyID); err != nil || len(id) != keyIDLength {
		return nil, false, errMalformed
	}
	return nil, false, errUnknownKey
}

// associatedData binds a sealed value to its place. The fields cannot run into
// each other: none of them can contain a NUL.
func associatedData(name, keyID string) []byte {
	return []byte(formatVersion + "\x00" + name + "\x00" + keyID)
}
