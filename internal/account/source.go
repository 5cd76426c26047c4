package account

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// source is one document of a dataset.
type source struct {
	dataset.Document
	at  int  // in Documents() of the dataset
	cut bool // only its first end bytes may be read, see plan
	end int
}

// content is what may be read of a document; ok is false when it is damaged. All
// are unpacked into the same buffer one after another; whatever is kept of them
// is copied.
func (r *reading) content(s *source) (json []byte, ok bool) {
	json, err := r.data.DocumentInto(r.room, s.at)
	if err != nil {
		if !r.damaged[s.at] {
			r.damaged[s.at] = true
			r.problem(s, CodeNotUnpacked, 1)
		}
		return nil, false
	}
	r.room = json
	if s.cut {
		json = json[:s.end]
	}
	return json, true
}

// ordered sorts by age, the newest first, and documents of the same age by
// everything else. A dataset has none twice.
func ordered(documents []dataset.Document) []source {
	list := make([]source, len(documents))
	for i, doc := range documents {
		list[i] = source{Document: doc, at: i}
	}
	slices.SortFunc(list, byAge)
	return list
}

// byAge orders sources, the newest first.
func byAge(a, b source) int {
	return cmp.Or(
		cmp.Compare(b.Modified, a.Modified),
		// People and browsers number packages of one day upwards.
		strings.Compare(b.Package, a.Package),
		strings.Compare(a.Name, b.Name),
		cmp.Compare(a.Topic, b.Topic),
		bytes.Compare(a.Sum[:], b.Sum[:]),
	)
}

// topicOrder are the topics of the sources in the order in which they are read
// and given room: those that are read for pages first.
func topicOrder(sources []source) []export.Topic {
	seen := make(map[export.Topic]bool)
	var topics []export.Topic
	for i := range sources {
		if t := sources[i].Topic; !seen[t] {
			seen[t] = true
			topics = append(topics, t)
		}
	}
	slices.SortFunc(topics, func(a, b export.Topic) int {
		return cmp.Or(cmp.Compare(rankOf(ruleOf(b).read != nil), rankOf(ruleOf(a).read != nil)), cmp.Compare(a, b))
	})
	return topics
}

// plan decides how much of each source is read, and leaves out those of which
// nothing is. The sources are ordered by age, before and after.
func (r *reading) plan(sources []source) []source {
	var planned []source
	left := int64(dataset.MaxReading)
	for _, topic := range topicOrder(sources) {
		groups := byPackage(ofTopic(sources, topic))
		b := ruleOf(topic)
		if b.newest && b.holds == nothing {
			groups = groups[:1]
		}
		room := b.Room
		full := false // what follows is older, and finds no room
		for n, group := range groups {
			full = full || n >= maxPackages
			for _, s := range group {
				if full {
					r.beyond(&s, export.Extent{})
					continue
				}
				if !room.Holds(s.Extent) || DocumentMemory(topic, s.Extent) > left {
					full = true
					if !r.cut(&s, smaller(room, b.within(left))) {
						continue
					}
				}
				room, left = room.Less(s.Extent), left-DocumentMemory(topic, s.Extent)
				planned = append(planned, s)
			}
		}
	}
	slices.SortFunc(planned, byAge)
	return planned
}

// cut leaves of a source what fits into the room; false when it is damaged.
func (r *reading) cut(s *source, room export.Room) bool {
	json, ok := r.content(s)
	if !ok {
		return false
	}
	end, held := export.Fitting(json, room)
	r.beyond(s, held)
	s.cut, s.end, s.Extent = true, end, held
	return true
}

// beyond counts what is not read of a source.
func (r *reading) beyond(s *source, held export.Extent) {
	b := ruleOf(s.Topic)
	n := b.count(s.Extent) - b.count(held)
	if n == 0 && s.Extent.Text == held.Text {
		return // it is an empty document
	}
	r.problem(s, export.CodeBeyondBounds, max(n, 1))
}

// baseOf is a file name in lower case, without extension and without the number
// of a copy.
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

func ofTopic(sources []source, topic export.Topic) []source {
	var of []source
	for _, s := range sources {
		if s.Topic == topic {
			of = append(of, s)
		}
	}
	return of
}

// packageSpan is how far apart the files of one package may be written.
const packageSpan = 24 * 3600

// byPackage groups documents by the package they came in, the newest first.
// Packages of several years often have the same name, so their age tells
// them apart too.
func byPackage(sources []source) [][]source {
	var groups [][]source
	latest := make(map[string]int) // of each package: the group of its last document
	for _, s := range sources {
		i, ok := latest[s.Package]
		if !ok || groups[i][0].Modified-s.Modified > packageSpan {
			i = len(groups)
			latest[s.Package] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}
