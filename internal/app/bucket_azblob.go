//go:build !no_azblob

package app

import (
	"context"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azobject "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // opens azblob URLs

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/object"
)

// openAzure opens Azure Blob Storage: azblob://container, with the account in
// AZURE_STORAGE_ACCOUNT or in storage_account=….
func openAzure(ctx context.Context, rawURL string, now func() time.Time) (bucket.Bucket, error) {
	// This reads the environment, and asks nobody.
	store, err := blob.OpenBucket(ctx, rawURL)
	if err != nil {
		return nil, err
	}
	return object.New(object.Provider{
		Open:   func(context.Context) (*blob.Bucket, error) { return store, nil },
		Absent: func(err error) bool { return bloberror.HasCode(err, bloberror.BlobNotFound) },
		Refused: func(err error) bool {
			return bloberror.HasCode(err, bloberror.BlobAlreadyExists, bloberror.ConditionNotMet, bloberror.TargetConditionNotMet)
		},
		DeleteOnly: func(there *blob.Attributes, as func(any) bool) error {
			var options *azobject.DeleteOptions
			if !as(&options) {
				return errNoCondition
			}
			tag := azcore.ETag(there.ETag)
			options.AccessConditions = &azobject.AccessConditions{ModifiedAccessConditions: &azobject.ModifiedAccessConditions{IfMatch: &tag}}
			return nil
		},
	}, now), nil
}
