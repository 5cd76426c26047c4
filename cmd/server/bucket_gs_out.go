//go:build no_gs

package main

var openGS = leftOut("no_gs")
