// Package account reads the documents of Spotify's account package (playlists,
// library, searches and everything else that is no listening history) and
// answers what follows from them, alone and together with the history.
//
// Reading never fails. Spotify changes these documents every year and people
// edit them, so any key may be missing, null or of another type: what can be
// read is, and the rest is counted in Account.Problems.
package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/export"

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
	Beyond   []Beyond // in the order of reading

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

// Read reads the documents, within the bounds of limits.go. Their order does
// not matter.
func Read(sources []Source) *Account {
	r := newReading(sources)
	r.read()
	return r.account
}

func (r *reading) read() {
	for _, topic := range topicOrder(r.sources) {
		if read, ok := readers[topic]; ok {
			if of := ofTopic(r.sources, topic); len(of) > 0 {
				read(r, of)
			}
		}
	}
	r.account.fillNames()
	r.account.personal = r.personalFields(false)
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

// reading is one run of Read.
type reading struct {
	account *Account
	sources []Source          // in order, each with what may be read of it
	damaged map[int]bool      // sources that cannot be unpacked
	texts   map[string]string // texts once each: artists and albums repeat all over
	room    []byte            // in which documents are unpacked
}

func newReading(sources []Source) *reading {
	r := &reading{account: &Account{}, damaged: make(map[int]bool), texts: make(map[string]string)}
	r.sources = r.plan(ordered(sources))
	return r
}

func (r *reading) problem(s *Source, reason ReasonCode, count int) {
	if count > 0 {
		r.account.Problems = append(r.account.Problems, Problem{s.Name, s.Package, reason, count})
	}
}
