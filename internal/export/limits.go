package export

import "reflect"

// Limits bound what one upload may ask of the machine. They are all here.
type Limits struct {
	ArchiveEntries int   // entries in all ZIPs of one upload
	DirectoryBytes int64 // bytes of one ZIP's table of contents
	EntryBytes     int64 // uncompressed bytes of one entry
	TotalBytes     int64 // uncompressed bytes of one upload
	Ratio          int64 // uncompressed : compressed, of an entry beyond RatioFloor
	RatioFloor     int64 // entries up to this size may have any ratio
	RowBytes       int   // bytes of one row of a history file
	StringBytes    int   // bytes of one string that is kept; longer ones are cut at a rune
	Rows           int64 // rows of one upload
	DocumentBytes  int64 // bytes of one JSON file that is no listening history; larger ones are left out
	DocumentsBytes int64 // bytes of all such files of one upload; those beyond are left out
	NestedBytes    int64 // bytes of ZIPs inside the ZIPs of one upload, which are held in memory; those beyond are left out
}

// DefaultLimits leave ample room: the largest documented export has 430,000
// rows in 340 MB of JSON.
var DefaultLimits = Limits{
	ArchiveEntries: 5_000,
	DirectoryBytes: 4 << 20,
	EntryBytes:     1 << 30,
	TotalBytes:     6 << 30,
	Ratio:          200,
	RatioFloor:     1 << 20,
	RowBytes:       256 << 10,
	StringBytes:    1 << 10,
	Rows:           8_000_000,
	DocumentBytes:  32 << 20,
	DocumentsBytes: 96 << 20,
	NestedBytes:    64 << 20,
}

// orDefaults replaces every limit that is not set.
func (l Limits) orDefaults() Limits {
	limits, defaults := reflect.ValueOf(&l).Elem(), reflect.ValueOf(DefaultLimits)
	for i := range limits.NumField() {
		if limits.Field(i).IsZero() {
			limits.Field(i).Set(defaults.Field(i))
		}
	}
	return l
}
