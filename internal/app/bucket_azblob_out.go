//go:build no_azblob

package app

var openAzure = leftOut("no_azblob")
