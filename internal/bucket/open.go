package bucket

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Driver opens the bucket that a URL of its scheme names.
type Driver func(ctx context.Context, u *url.URL) (Bucket, error)

// Drivers is a driver for each URL scheme. A program that links more drivers
// than this package has names them in one literal where it is wired; there is
// no registry that packages write to when they are imported.
type Drivers map[string]Driver

var standard = Drivers{"file": OpenFileURL}

// Open opens rawURL with the drivers that need the standard library alone:
// file.
func Open(ctx context.Context, rawURL string) (Bucket, error) {
	return standard.Open(ctx, rawURL)
}

// Open opens the bucket that rawURL names with the driver of its scheme. Its
// errors never quote the URL, which may hold a password.
func (d Drivers) Open(ctx context.Context, rawURL string) (Bucket, error) {
	u, err := d.check(rawURL)
	if err != nil {
		return nil, err
	}
	b, err := d[u.Scheme](ctx, u)
	if err != nil {
		return nil, fmt.Errorf("open %s bucket: %w", u.Scheme, err)
	}
	return b, nil
}

// CheckURL reports whether Open has a driver for rawURL, without opening it.
func CheckURL(rawURL string) error {
	_, err := standard.check(rawURL)
	return err
}

func (d Drivers) check(rawURL string) (*url.URL, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		if cause := (*url.Error)(nil); errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, fmt.Errorf("open bucket: not a URL: %w", err)
	}
	known := slices.Sorted(maps.Keys(d))
	if u.Scheme == "" {
		return nil, fmt.Errorf("open bucket: the URL has no scheme (known: %s), write for example file:./data", strings.Join(known, ", "))
	}
	if _, ok := d[u.Scheme]; !ok {
		return nil, fmt.Errorf("open bucket: no driver for %s: (known: %s)", u.Scheme, strings.Join(known, ", "))
	}
	return u, nil
}
