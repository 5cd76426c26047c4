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

// Driver opens the bucket that a URL of its scheme names. The URL comes as text,
// because not all of them are what net/url takes for one.
type Driver func(ctx context.Context, rawURL string) (Bucket, error)

// Drivers is a driver for each URL scheme. A program names those it links where
// it is wired; there is no registry that packages write to when they are imported.
type Drivers map[string]Driver

// Open opens the bucket that rawURL names with the driver of its scheme. Its
// errors never quote the URL, which may hold a password.
func (d Drivers) Open(ctx context.Context, rawURL string) (Bucket, error) {
	scheme, err := d.scheme(rawURL)
	if err != nil {
		return nil, err
	}
	b, err := d[scheme](ctx, rawURL)
	if err != nil {
		return nil, fmt.Errorf("open %s bucket: %w", scheme, err)
	}
	return b, nil
}

// Check reports whether Open has a driver for rawURL, without opening it.
func (d Drivers) Check(rawURL string) error {
	_, err := d.scheme(rawURL)
	return err
}

func (d Drivers) scheme(rawURL string) (string, error) {
	known := strings.Join(slices.Sorted(maps.Keys(d)), ", ")
	scheme, _, ok := strings.Cut(rawURL, ":")
	if !ok || strings.ContainsAny(scheme, "/.") {
		return "", fmt.Errorf("open bucket: the URL has no scheme (known: %s), write for example file:./data", known)
	}
	if _, ok := d[scheme]; !ok {
		return "", fmt.Errorf("open bucket: no driver for %s: (known: %s)", scheme, known)
	}
	return scheme, nil
}

// ParseURL is url.Parse with errors that do not quote the URL, which may hold a
// password.
func ParseURL(rawURL string) (*url.URL, error) {
	u, err := url.Parse(rawURL)
	if cause := (*url.Error)(nil); errors.As(err, &cause) {
		err = cause.Err
	}
	if err != nil {
		return nil, fmt.Errorf("not a URL: %w", err)
	}
	return u, nil
}
