//go:build no_s3

package main

var openS3 = leftOut("no_s3")
