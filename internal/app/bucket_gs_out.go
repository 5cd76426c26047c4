//go:build no_gs

package app

var openGS = leftOut("no_gs")
