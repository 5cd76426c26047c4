// Package account reads the documents of Spotify's account package (playlists,
// library, searches and everything else that is no listening history) and
// answers what follows from them, alone and together with the history.
//
// Reading never fails. Spotify changes these documents every year and people
// edit them, so any key may be missing, null or of another type: what can be
// read is, and the rest is counted in Account.Problems.
package account

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Problem says that a document could not be read as a whole. It never repeats
// what the document says.
type Problem struct {
	Document string
	Package  string
	Code     export.Code
	Count    int // of values concerned; 1 when it is the document itself
	Size     int // of the document, in bytes
}

// Why a document could not be read as a whole. Of [export.CodeBeyondBounds]
// Count is how many elements and fields were not read.
const (
	CodeCutShort    export.Code = "cut_short"    // what comes before the damage was read
	CodeOddKind     export.Code = "odd_kind"     // values of another kind than expected were skipped
	CodeNoTime      export.Code = "no_time"      // rows without a time that can be read
	CodeTooMuch     export.Code = "too_much"     // the document holds more than is read of one
	CodeNotUnpacked export.Code = "not_unpacked" // the dataset cannot give it back
)

// Account is what the pages show of the account packages of one person. It is
// immutable and holds no messages, payments or addresses: those are read where
// documents are shown.
type Account struct {
	Problems []Problem // in the order of reading

	Playlists []Playlist // the newest package's in its order, then those that only older packages have
	Library   Library    // of the newest package
	Searches  []Search   // the keystrokes of all packages folded, in order of time
	Changes   []Change   // of all technical logs, in order of time

	Follow     Follow
	Marquee    []Marquee
	Inferences []string
	Taste      []string // the paragraphs of the taste profile

	Prompts  []Prompt        // of all packages, in order of time
	Letters  []Letter        // playlists in a bottle, of all packages
	Podcasts []PodcastAction // of all packages, in order of time
	Capsule  Capsule         // of all packages, in order of time
	Wrapped  []Wrapped       // of all packages, by year

	personal []PersonalField
}

func (r *reading) readAll() {
	for _, topic := range topicOrder(r.sources) {
		rule, of := ruleOf(topic), ofTopic(r.sources, topic)
		if rule.newest {
			of = byPackage(of)[0]
		}
		if rule.read != nil {
			rule.read(r, of)
		}
	}
	r.account.fillNames()
	r.account.personal = r.personalFields(false)
}

// reading is one run over the documents of a dataset, within the bounds of
// limits.go.
type reading struct {
	account *Account
	data    *dataset.Dataset
	sources []source          // in order, each with what may be read of it
	damaged map[int]bool      // sources that cannot be unpacked
	texts   map[string]string // texts once each: artists and albums repeat all over
	room    []byte            // in which documents are unpacked
}

func newReading(d *dataset.Dataset) *reading {
	r := &reading{account: &Account{}, data: d, damaged: make(map[int]bool), texts: make(map[string]string)}
	r.sources = r.plan(ordered(d.Documents()))
	return r
}

func (r *reading) problem(s *source, code export.Code, count int) {
	if count > 0 {
		r.account.Problems = append(r.account.Problems, Problem{s.Name, s.Package, code, count, s.Size})
	}
}
