//go:build !no_gs

package app

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cloud.google.com/go/storage"
	"gocloud.dev/blob"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/gcp"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/object"
)

// openGS opens Google Cloud Storage: gs://name.
func openGS(_ context.Context, rawURL string, now func() time.Time) (bucket.Bucket, error) {
	u, err := bucket.ParseURL(rawURL)
	if err != nil {
		return nil, err
	}
	return object.New(object.Provider{
		// Where there are no credentials, looking for them asks the network.
		Open: func(ctx context.Context) (*blob.Bucket, error) { return openGSBucket(ctx, u) },
		// To the client every 404 is an object that does not exist.
		Absent: func(err error) bool {
			return errors.Is(err, storage.ErrObjectNotExist) && !strings.Contains(err.Error(), "bucket does not exist")
		},
		Refused: func(err error) bool {
			var answer *googleapi.Error
			return errors.As(err, &answer) && answer.Code == http.StatusPreconditionFailed
		},
		// Google's versions are numbers beside the ETag.
		DeleteOnly: func(there *blob.Attributes, as func(any) bool) error {
			var attributes storage.ObjectAttrs
			var object **storage.ObjectHandle
			if !there.As(&attributes) || !as(&object) {
				return errNoCondition
			}
			*object = (*object).If(storage.Conditions{GenerationMatch: attributes.Generation})
			return nil
		},
		Rules: func(ctx context.Context, store *blob.Bucket) ([]object.Rule, error) {
			return gsRules(ctx, store, u.Host)
		},
		Prefix: u.Query().Get("prefix"),
		// The client's own buffer would be 16 MB for each object under way.
		BufferSize: -1,
	}, now), nil
}

func openGSBucket(ctx context.Context, u *url.URL) (*blob.Bucket, error) {
	// Tokens are fetched anew for as long as the program runs.
	ctx = context.WithoutCancel(ctx)
	query := u.Query()
	prefix := query.Get("prefix")
	query.Del("prefix")
	// Otherwise reading tells a missing bucket from a missing object as little as
	// the client's error does.
	opener := &gcsblob.URLOpener{Options: gcsblob.Options{ClientOptions: []option.ClientOption{storage.WithJSONReads()}}}
	if query.Get("anonymous") != "true" {
		credentials, err := gcp.DefaultCredentials(ctx)
		if err != nil {
			return nil, err
		}
		opener.TokenSource = gcp.CredentialsTokenSource(credentials)
		if opener.Client, err = gcp.NewHTTPClient(gcp.DefaultTransport(), opener.TokenSource); err != nil {
			return nil, err
		}
	}
	store, err := opener.OpenBucketURL(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, RawQuery: query.Encode()})
	if err == nil && prefix != "" {
		store = blob.PrefixedBucket(store, prefix)
	}
	return store, err
}

// gsRules are the rules of a bucket that delete objects after some days. Reading them
// takes storage.buckets.get.
func gsRules(ctx context.Context, store *blob.Bucket, name string) (rules []object.Rule, err error) {
	var client *storage.Client
	if !store.As(&client) {
		return nil, errNoCondition
	}
	attributes, err := client.Bucket(name).Attrs(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range attributes.Lifecycle.Rules {
		if r.Action.Type != storage.DeleteAction || r.Condition.AgeInDays == 0 {
			continue
		}
		prefixes := r.Condition.MatchesPrefix
		if len(prefixes) == 0 {
			prefixes = []string{""}
		}
		for _, prefix := range prefixes {
			rules = append(rules, object.Rule{Prefix: prefix, Days: int(r.Condition.AgeInDays)})
		}
	}
	return rules, nil
}
