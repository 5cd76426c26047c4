package dataset

import "github.com/spotify-data-tool/spotify-data-tool/internal/export"

// What a dataset may hold, over all its uploads and the same on every instance.
// Beyond it an import is refused; what was stored before there were these bounds
// still opens.
//
// The longest history known has 430,000 plays. One of 3 million, invented as a
// heavy listener's, takes 98 MiB when it is opened and 191.7 MiB as Size counts: what is
// kept more of each row or item must be made up for. An instance with 400 MiB
// (GOMEMLIMIT) opens any dataset within MaxBytes, and adds to it.
const (
	MaxPlays = 3_000_000
	MaxBytes = 192 << 20 // as Size counts
)

// maxRows bounds the rows that a merge looks at, and those of a dataset that was
// stored before there was MaxPlays. No dataset has more spellings of names either.
const maxRows = 1 << 24

// maxTogether bounds the rows that are looked at together, doubles included: those
// of one second or, where account rows look for their partners, of one minute.
// Packages have a few dozen, and that for each of their copies.
const maxTogether = 1 << 17

// maxQuestions bounds how often a merge asks for a name that a thing ever carried.
// Of a genuine row without a URI it does once or twice, and of one of unknown length once
// for each name with its title and a comma.
const maxQuestions = 1 << 26

// maxDocuments and maxDocumentBytes, of their JSON, bound the documents of a
// dataset: several times what one upload may bring, which is far more than any
// package has.
const (
	maxDocuments     = 1 << 14
	maxDocumentBytes = 1 << 28
)

// maxLooseBytes bounds the account rows that are left out and kept by name (see
// partners). A year of listening has a few thousand of them.
const maxLooseBytes = 32 << 20

// maxFiles bounds the lines of the receipt. A package has fewer than 200.
const maxFiles = 10_000

// How many platforms and reasons a dataset tells apart; the last of each stands
// for all others.
const (
	maxPlatforms = 1 << 16
	maxReasons   = 1 << 8
)

// maxNetworks bounds the networks that one worker counts, over all months. A
// file made to hurt could bring one a row; those beyond are not counted.
const maxNetworks = 1 << 16

// What a dataset cannot hold. Genuine packages stay far below.
var (
	errTooMuchText      = &export.InputError{Fault: export.FaultTooLarge, Code: export.CodeTooMuchText}
	errTooManyDocuments = &export.InputError{Fault: export.FaultTooLarge, Code: export.CodeTooManyDocuments}
	errTooManyFiles     = &export.InputError{Fault: export.FaultTooLarge, Code: export.CodeTooManyFiles}
	errTooManyRows      = &export.InputError{Fault: export.FaultTooLarge, Code: export.CodeTooManyRows}
)
