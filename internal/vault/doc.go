// Package vault seals datasets, stores them in a bucket, opens them again and
// keeps recently opened ones in memory. The key of a dataset is in its [Ref]
// and nowhere else: whoever reads the bucket reads nothing.
package vault
