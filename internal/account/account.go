// Package account reads the documents of Spotify's account package (playlists,
// library, searches and everything else that is no listening history) and
// answers what follows from them, alone and together with the history.
//
// Reading never fails. Spotify changes these documents every year and people
// edit them, so any key may be missing, null or of another type: what can be
// read is, and the rest is counted in Account.Problems.
package account

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Source is one document of a package.
type Source struct {
	Topic    export.Topic
	Name     string // base name in the package
	Package  string // what the person called the package
	Modified int64  // Unix seconds of its entry in the ZIP, 0 for a loose file
	JSON     []byte // whole, UTF-8; Read keeps no reference to it
}

// Problem is a document that could not be read as a whole. It never repeats
// what the document says.
type Problem struct {
	Document string
	Package  string
	Reason   ReasonCode
	Count    int // values concerned; 1 when it is the document itself
}

// ReasonCode is why a document could not be read as a whole. The values are
// stable; words are made of them where they are shown.
type ReasonCode string

// The reasons of problems.
const (
	ReasonCutShort    ReasonCode = "cut_short"    // what stands before the damage was read
	ReasonOddKind     ReasonCode = "odd_kind"     // values of another kind than expected were passed over
	ReasonNoTime      ReasonCode = "no_time"      // rows have no time that can be read
	ReasonTooMuch     ReasonCode = "too_much"     // more than is read of such a document
	ReasonNotUnpacked ReasonCode = "not_unpacked" // the dataset cannot give it back
)

// Account is what the pages show of the account packages of one person,
// immutable. It holds no message, no way to pay and no address: what only the
// pages of documents show is read where they are shown.
type Account struct {
	Problems []Problem

	Playlists []Playlist // the newest package's in its order, then those that only older packages have
	Library   Library    // of the newest package
	Searches  []Search   // the keystrokes of all packages folded, in order of time
	Changes   []Change   // of all technical logs, in order of time

	Follow     Follow
	Marquee    []Marquee
	Inferences []string
	Taste      []string // the paragraphs of the taste profile

	Prompts  []Prompt     // of all packages, in order of time
	Letters  []Letter     // playlists in a bottle, of all packages
	Podcasts []PodcastAct // of all packages, in order of time
	Capsule  Capsule      // of all packages, in order of time
	Wrapped  []Wrapped    // of all packages, by year

	personal []PersonalField
}

// Read reads the documents. Their order does not matter.
func Read(sources []Source) *Account {
	sources = ordered(sources)
	r := &reading{account: &Account{}, texts: make(map[string]string)}
	for topic, read := range readers {
		r.topics = append(r.topics, topicReader{topic, read})
	}
	// Maps have no order, and problems are listed in the order of reading.
	slices.SortFunc(r.topics, func(a, b topicReader) int { return cmp.Compare(a.topic, b.topic) })
	for _, t := range r.topics {
		if of := ofTopic(sources, t.topic); len(of) > 0 {
			t.read(r, of)
		}
	}
	r.account.personal = personalFields(sources, false)
	return r.account
}

// readers take all documents of a topic, the newest first.
var readers = map[export.Topic]func(*reading, []Source){
	export.TopicPlaylists:            (*reading).readPlaylists,
	export.TopicLibrary:              (*reading).readLibrary,
	export.TopicSearches:             (*reading).readSearches,
	export.TopicChanges:              (*reading).readChanges,
	export.TopicFollow:               (*reading).readFollow,
	export.TopicMarquee:              (*reading).readMarquee,
	export.TopicInferences:           (*reading).readInferences,
	export.TopicTasteProfile:         (*reading).readTaste,
	export.TopicPrompts:              (*reading).readPrompts,
	export.TopicBottle:               (*reading).readLetters,
	export.TopicPodcastInteractivity: (*reading).readPodcasts,
	export.TopicSoundCapsule:         (*reading).readCapsule,
	export.TopicWrapped:              (*reading).readWrapped,
}

type topicReader struct {
	topic export.Topic
	read  func(*reading, []Source)
}

// reading is one run of Read.
type reading struct {
	account *Account
	topics  []topicReader
	texts   map[string]string // every text once: artists and albums repeat all over
}

func (r *reading) problem(s *Source, reason ReasonCode, count int) {
	if count > 0 {
		r.account.Problems = append(r.account.Problems, Problem{s.Name, s.Package, reason, count})
	}
}

// ordered sorts by age, the newest first, and what is of one age by all that
// tells documents apart, so that the order of the input does not matter. The
// same document twice counts once.
func ordered(sources []Source) []Source {
	type hashed struct {
		Source
		sum uint64
	}
	list := make([]hashed, len(sources))
	for i, s := range sources {
		list[i] = hashed{s, xxhash.Sum64(s.JSON)}
	}
	slices.SortFunc(list, func(a, b hashed) int {
		return cmp.Or(
			cmp.Compare(b.Modified, a.Modified),
			// People and browsers number packages of one day upwards.
			strings.Compare(b.Package, a.Package),
			strings.Compare(a.Name, b.Name),
			cmp.Compare(a.Topic, b.Topic),
			cmp.Compare(a.sum, b.sum),
			bytes.Compare(a.JSON, b.JSON),
		)
	})
	out := make([]Source, 0, len(list))
	seen := make(map[uint64][]int)
next:
	for _, s := range list {
		for _, i := range seen[s.sum] {
			if out[i].Topic == s.Topic && baseOf(out[i].Name) == baseOf(s.Name) && bytes.Equal(out[i].JSON, s.JSON) {
				continue next
			}
		}
		seen[s.sum] = append(seen[s.sum], len(out))
		out = append(out, s.Source)
	}
	return out
}

// baseOf is a file name without what browsers add to the name of a copy.
func baseOf(name string) string {
	stem := strings.ToLower(name)
	for strings.HasSuffix(stem, ".json") {
		stem = strings.TrimSuffix(stem, ".json")
	}
	if i := strings.LastIndex(stem, " ("); i > 0 && strings.HasSuffix(stem, ")") {
		stem = stem[:i]
	}
	return stem
}

func ofTopic(sources []Source, topic export.Topic) []Source {
	var of []Source
	for _, s := range sources {
		if s.Topic == topic {
			of = append(of, s)
		}
	}
	return of
}

// handoutSpan is how far apart the files of one package may be written.
const handoutSpan = 24 * 3600

// handouts groups documents by the package they were handed out in, the newest
// first. Packages of several years often have the same name, so their age tells
// them apart too.
func handouts(sources []Source) [][]Source {
	var groups [][]Source
next:
	for _, s := range sources {
		for i, g := range groups {
			if g[0].Package == s.Package && g[0].Modified-s.Modified <= handoutSpan {
				groups[i] = append(g, s)
				continue next
			}
		}
		groups = append(groups, []Source{s})
	}
	return groups
}

// newest is what the newest package says: the rule for everything that is a
// state and not a record of events.
func newest(sources []Source) []Source { return handouts(sources)[0] }
