//go:build no_s3 || no_gs || no_azblob

package app

import (
	"context"
	"fmt"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
)

// leftOut is the driver of what a build tag has left out.
func leftOut(tag string) cloudDriver {
	return func(context.Context, string, func() time.Time) (bucket.Bucket, error) {
		return nil, fmt.Errorf("this program was built with the tag %s, which leaves it out", tag)
	}
}
