package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/export"

// A topicRule is what is known of the documents of a topic.
type topicRule struct {
	// read takes all documents of the topic, the newest first, or with newest those
	// of the newest package. Without read only personal fields are listed.
	read func(*reading, []source)
	bound
	// newest: the documents are a state and no record of events, so what an older
	// package says is not read.
	newest bool
	holds  personalContent
}

// personalContent is how much of the documents of a topic is personal.
type personalContent uint8

const (
	someFields personalContent = iota // fields that look personal, see isPersonalKey
	everything                        // they are about the person, or other people, and nothing else
	nothing                           // they are long, and name no people
	letters                           // some fields, and free text: people write to others, or to themselves
)

// topics are the rules of the topics that have one of their own. Elements
// are those of arrays, whatever they hold: rows, items, and the members of lists
// within them. Where a document is read as a tree, every value counts. A person
// with 100,000 items in playlists, 200,000 rows of searches and 50,000 saved tracks
// is read whole.
var topics = map[export.Topic]topicRule{
	export.TopicPlaylists:            {read: (*reading).readPlaylists, bound: elements(120_000, 24<<20, 440)},
	export.TopicLibrary:              {read: (*reading).readLibrary, bound: elements(60_000, 16<<20, 290), newest: true, holds: nothing},
	export.TopicSearches:             {read: (*reading).readSearches, bound: elements(300_000, 24<<20, 120), holds: nothing},
	export.TopicChanges:              {read: (*reading).readChanges, bound: elements(20_000, 8<<20, 600)},
	export.TopicMarquee:              {read: (*reading).readMarquee, bound: elements(20_000, 2<<20, 90), newest: true, holds: nothing},
	export.TopicFollow:               {read: (*reading).readFollow, bound: elements(50_000, 4<<20, 48), newest: true, holds: everything},
	export.TopicInferences:           {read: (*reading).readInferences, bound: values(20_000, 2<<20, 60), newest: true, holds: nothing},
	export.TopicTasteProfile:         {read: (*reading).readTaste, bound: values(5_000, 2<<20, 60), newest: true},
	export.TopicPrompts:              {read: (*reading).readPrompts, bound: values(20_000, 4<<20, 60), holds: everything},
	export.TopicBottle:               {read: (*reading).readLetters, bound: values(20_000, 4<<20, 60), holds: letters},
	export.TopicPodcastInteractivity: {read: (*reading).readPodcasts, bound: values(50_000, 8<<20, 120), holds: letters},
	export.TopicSoundCapsule:         {read: (*reading).readCapsule, bound: bound{export.Room{Elements: 300_000, Values: 1_000_000, Text: 16 << 20}, 30}, holds: nothing},
	export.TopicWrapped:              {read: (*reading).readWrapped, bound: values(20_000, 2<<20, 90), holds: nothing},

	export.TopicUserdata:        {holds: everything},
	export.TopicIdentity:        {holds: everything},
	export.TopicIdentifiers:     {holds: everything},
	export.TopicPayments:        {holds: everything},
	export.TopicAddress:         {holds: everything},
	export.TopicFamilyPlan:      {holds: everything},
	export.TopicMessages:        {holds: everything},
	export.TopicAgent:           {holds: everything},
	export.TopicAdsIdentity:     {holds: everything},
	export.TopicVoice:           {holds: everything},
	export.TopicCustomerService: {holds: everything},
}

// otherBound is the bound of each topic without read.
var otherBound = bound{export.Room{Elements: 100_000, Values: 200_000, Text: 16 << 20}, 48}

func ruleOf(t export.Topic) topicRule {
	rule := topics[t]
	if rule.read == nil {
		rule.bound = otherBound
	}
	return rule
}

// elements is a bound of so many elements of arrays and bytes of text; each is what
// an element takes.
func elements(n, text, each int) bound {
	return bound{export.Room{Elements: n, Values: anyNumber, Text: text}, each}
}

// values is a bound of so many elements of arrays and members of objects together.
func values(n, text, each int) bound {
	return bound{export.Room{Elements: n, Values: n, Text: text}, each}
}
