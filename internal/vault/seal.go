package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"time"
)

// A sealed blob is a header and a ciphertext. The header is a mark that names
// the format and its version, and the time of expiry in Unix milliseconds. The
// ciphertext is AES-256-GCM with its random nonce in front; header and dataset
// ID are authenticated with it, so that neither a blob under another's name nor
// a later expiry passes.
//
// The standard library's AEAD is enough: a dataset is sealed and opened as a
// whole, under a key of its own that is used once. What filippo.io/age adds,
// recipients and streaming, would go unused.
const (
	sealMark   = "sdtseal\x01"
	sealHeader = len(sealMark) + 8
	// sealOverhead is the nonce and the tag.
	sealOverhead = 12 + 16
)

func seal(ref Ref, expires time.Time, content []byte) ([]byte, error) {
	aead, err := newAEAD(ref.Key)
	if err != nil {
		return nil, err
	}
	blob := make([]byte, 0, sealHeader+len(content)+sealOverhead)
	blob = append(blob, sealMark...)
	blob = binary.BigEndian.AppendUint64(blob, uint64(expires.UnixMilli()))
	return aead.Seal(blob, nil, content, associated(blob, ref.ID)), nil
}

// unseal returns what was sealed. Whatever blob holds otherwise, the error
// wraps ErrSealed.
func unseal(ref Ref, blob []byte) (content []byte, expires time.Time, err error) {
	if len(blob) < sealHeader+sealOverhead || string(blob[:len(sealMark)]) != sealMark {
		return nil, time.Time{}, fmt.Errorf("%w: unknown format", ErrSealed)
	}
	aead, err := newAEAD(ref.Key)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	header, ciphertext := blob[:sealHeader], blob[sealHeader:]
	content, err = aead.Open(nil, nil, ciphertext, associated(header, ref.ID))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return content, time.UnixMilli(int64(binary.BigEndian.Uint64(header[len(sealMark):]))), nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// associated is what is authenticated beside the content.
func associated(header []byte, id string) []byte {
	return append(header[:len(header):len(header)], id...)
}
