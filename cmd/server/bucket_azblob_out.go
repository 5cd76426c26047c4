//go:build no_azblob

package main

var openAzure = leftOut("no_azblob")
