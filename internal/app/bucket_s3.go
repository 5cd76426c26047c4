//go:build !no_s3

package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // opens s3 URLs

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/object"
)

// openS3 opens S3 and what speaks like it: s3://name?region=…, with
// endpoint=… and use_path_style=true for others than Amazon.
func openS3(ctx context.Context, rawURL string, now func() time.Time) (bucket.Bucket, error) {
	u, err := bucket.ParseURL(rawURL)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	// Blobs are sealed, and a changed one does not open. S3's own checksums, which
	// not all that speaks like S3 knows, would find nothing more.
	for _, name := range []string{"request_checksum_calculation", "response_checksum_validation"} {
		if !query.Has(name) {
			query.Set(name, "when_required")
		}
	}
	u.RawQuery = query.Encode()
	// This reads files and the environment, and asks nobody.
	store, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, err
	}
	says := func(err error, codes ...string) bool {
		var answer smithy.APIError
		return errors.As(err, &answer) && slices.Contains(codes, answer.ErrorCode())
	}
	return object.New(object.Provider{
		Open:    func(context.Context) (*blob.Bucket, error) { return store, nil },
		Absent:  func(err error) bool { return says(err, "NoSuchKey", "NotFound") },
		Refused: func(err error) bool { return says(err, "PreconditionFailed", "ConditionalRequestConflict") },
		DeleteOnly: func(there *blob.Attributes, as func(any) bool) error {
			var input *s3.DeleteObjectInput
			if !as(&input) {
				return errNoCondition
			}
			input.IfMatch = &there.ETag
			return nil
		},
		Rules: func(ctx context.Context, store *blob.Bucket) ([]object.Rule, error) {
			return s3Rules(ctx, store, u.Host)
		},
		Prefix: query.Get("prefix"),
	}, now), nil
}

// s3Rules are the rules of a bucket that remove objects after some days. Reading them
// takes s3:GetLifecycleConfiguration.
func s3Rules(ctx context.Context, store *blob.Bucket, name string) (rules []object.Rule, err error) {
	var client *s3.Client
	if !store.As(&client) {
		return nil, errNoCondition
	}
	answer, err := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &name})
	if refused, ok := errors.AsType[smithy.APIError](err); ok && refused.ErrorCode() == "NoSuchLifecycleConfiguration" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, r := range answer.Rules {
		if r.Status != types.ExpirationStatusEnabled || r.Expiration == nil || r.Expiration.Days == nil {
			continue
		}
		rule := object.Rule{Days: int(*r.Expiration.Days)}
		//lint:ignore SA1019 rules of an older form have their prefix there
		for _, prefix := range []*string{r.Prefix, filterPrefix(r.Filter)} {
			if prefix != nil {
				rule.Prefix = *prefix
			}
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func filterPrefix(f *types.LifecycleRuleFilter) *string {
	switch {
	case f == nil:
		return nil
	case f.And != nil:
		return f.And.Prefix
	default:
		return f.Prefix
	}
}
