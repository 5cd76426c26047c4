//go:build no_s3

package app

var openS3 = leftOut("no_s3")
