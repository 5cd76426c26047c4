package object

import (
	"context"
	"time"

	"gocloud.dev/blob"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

func (b *Bucket) Stat(ctx context.Context, key string) (int64, error) {
	size, _, err := b.stat(ctx, key)
	return size, err
}

func (b *Bucket) Expires(ctx context.Context, key string) (time.Time, error) {
	_, expires, err := b.stat(ctx, key)
	return expires, err
}

func (b *Bucket) stat(ctx context.Context, key string) (size int64, expires time.Time, err error) {
	if err := bucket.CheckKey(key); err != nil {
		return 0, time.Time{}, err
	}
	err = b.ask(ctx, "look for blob", func(ctx context.Context, store *blob.Bucket, _ func(int)) error {
		h, bytes, err := b.peek(ctx, store, objectName(key))
		if err != nil {
			return err
		}
		if !b.live(h) {
			return bucket.ErrNotFound
		}
		size, expires = bytes, h.expires
		return nil
	})
	return size, expires, err
}

// peek reads an object's header, and the size of what follows.
func (b *Bucket) peek(ctx context.Context, store *blob.Bucket, name string) (header, int64, error) {
	r, err := store.NewRangeReader(ctx, name, 0, int64(headerBytes), nil)
	if err != nil {
		return header{}, 0, err
	}
	defer r.Close()
	h, err := readHeader(r)
	return h, r.Size() - int64(headerBytes), err
}
