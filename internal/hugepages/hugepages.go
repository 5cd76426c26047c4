// Package hugepages puts the Go heap on huge pages. Importing, or opening a
// dataset, is for a good part waiting for memory that is touched for the first
// time: on virtual machines a page of 4 KiB can cost ten microseconds, and a
// huge page of 2 MiB hardly more.
package hugepages
