package app

import (
	"context"
	"errors"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/file"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/redis"
	"github.com/spotify-data-tool/spotify-data-tool/internal/redisconn"
)

// bucketDrivers is how DATASET_URL is opened. The SDK of each cloud is linked
// from one file, which a build tag leaves out: bucket_s3.go, bucket_gs.go and
// bucket_azblob.go.
func bucketDrivers() bucket.Drivers {
	d := bucket.Drivers{"file": file.OpenURL}
	for _, scheme := range redisconn.Schemes() {
		d[scheme] = redis.OpenURL
	}
	for scheme, open := range map[string]cloudDriver{"s3": openS3, "gs": openGS, "azblob": openAzure} {
		d[scheme] = func(ctx context.Context, rawURL string) (bucket.Bucket, error) {
			return open(ctx, rawURL, time.Now)
		}
	}
	return d
}

// A cloudDriver opens a bucket whose blobs expire by the clock now.
type cloudDriver func(ctx context.Context, rawURL string, now func() time.Time) (bucket.Bucket, error)

// errNoCondition: an SDK has changed what it takes conditions by.
var errNoCondition = errors.New("conditions are not taken")
