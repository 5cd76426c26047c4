package sessions

import (
	"encoding/binary"
	"fmt"
	"time"
)

// record is a session as a store keeps it: what scs encoded, and what is
// checked before that is decoded.
type record struct {
	token   string
	issued  time.Time
	expires time.Time
	data    []byte
}

const (
	recordVersion = 1
	// recordHeader is the version, two times in milliseconds and the length of
	// the token.
	recordHeader = 1 + 8 + 8 + 1
)

func (r record) marshal() []byte {
	b := make([]byte, 0, recordHeader+len(r.token)+len(r.data))
	b = append(b, recordVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(r.issued.UnixMilli()))
	b = binary.BigEndian.AppendUint64(b, uint64(r.expires.UnixMilli()))
	b = append(b, byte(len(r.token)))
	b = append(b, r.token...)
	return append(b, r.data...)
}

func unmarshalRecord(b []byte) (record, error) {
	if len(b) > 0 && b[0] > recordVersion {
		return record{}, fmt.Errorf("%w: record version %d", ErrNewerVersion, b[0])
	}
	if len(b) < recordHeader || b[0] != recordVersion {
		return record{}, errUnreadable
	}
	tokenEnd := recordHeader + int(b[recordHeader-1])
	if len(b) < tokenEnd {
		return record{}, errUnreadable
	}
	return record{
		token:   string(b[recordHeader:tokenEnd]),
		issued:  time.UnixMilli(int64(binary.BigEndian.Uint64(b[1:]))).UTC(),
		expires: time.UnixMilli(int64(binary.BigEndian.Uint64(b[9:]))).UTC(),
		data:    b[tokenEnd:],
	}, nil
}

// admission decides by the clock whether a session is still valid, which scs
// leaves to its stores.
type admission struct {
	now       func() time.Time
	notBefore time.Time
}

func (a admission) check(r record) error {
	switch {
	case !a.now().Before(r.expires):
		return errExpired
	case r.issued.Before(a.notBefore):
		return errNotBefore
	}
	return nil
}
