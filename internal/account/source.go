package account

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// Source is one document of a package.
type Source struct {
	Topic    export.Topic
	Name     string // base name in the package
	Package  string // what the person called the package
	Modified int64  // Unix seconds of its entry in the ZIP, 0 for a loose file
	JSON     []byte // whole, UTF-8; Read keeps no reference to it

	// A source of a dataset is unpacked when it is read, one at a time.
	data *dataset.Dataset
	at   int // in data.Documents()

	sum    [sha256.Size]byte
	extent export.Extent
	cut    bool // only its first end bytes may be read, see plan
	end    int
}

// sourcesOf are the documents of a dataset, none of them unpacked.
func sourcesOf(d *dataset.Dataset) []Source {
	documents := d.Documents()
	sources := make([]Source, len(documents))
	for i, doc := range documents {
		sources[i] = Source{
			Topic: doc.Topic, Name: doc.Name, Package: doc.Package, Modified: doc.Modified,
			data: d, at: i, sum: doc.Sum, extent: doc.Extent,
		}
	}
	return sources
}

// json is the whole document. Documents of a dataset are unpacked into the same
// buffer one after another; whatever is kept of them is copied.
func (r *reading) json(s *Source) ([]byte, error) {
	if s.data == nil {
		return s.JSON, nil
	}
	json, err := s.data.DocumentInto(r.room, s.at)
	if err == nil {
		r.room = json
	}
	return json, err
}

// size is the length of the whole document.
func (s *Source) size() int {
	if s.data == nil {
		return len(s.JSON)
	}
	return s.data.Documents()[s.at].Size
}

// content is what may be read of a document; ok is false when it is damaged.
func (r *reading) content(s *Source) (json []byte, ok bool) {
	json, err := r.json(s)
	if err != nil {
		if !r.damaged[s.at] {
			r.damaged[s.at] = true
			r.problem(s, CodeNotUnpacked, 1)
		}
		return nil, false
	}
	if s.cut {
		json = json[:s.end]
	}
	return json, true
}

// ordered sorts by age, the newest first, and documents of the same age by
// everything else, so that the order of the input does not matter. A document
// that is there twice counts once.
func ordered(sources []Source) []Source {
	list := slices.Clone(sources)
	for i := range list {
		if s := &list[i]; s.data == nil {
			s.sum, s.extent = sha256.Sum256(s.JSON), export.Measure(s.JSON)
		}
	}
	slices.SortFunc(list, byAge)
	type identity struct {
		topic export.Topic
		base  string
		sum   [sha256.Size]byte
	}
	seen := make(map[identity]bool, len(list))
	return slices.DeleteFunc(list, func(s Source) bool {
		id := identity{s.Topic, baseOf(s.Name), s.sum}
		known := seen[id]
		seen[id] = true
		return known
	})
}

// byAge orders sources, the newest first.
func byAge(a, b Source) int {
	return cmp.Or(
		cmp.Compare(b.Modified, a.Modified),
		// People and browsers number packages of one day upwards.
		strings.Compare(b.Package, a.Package),
		strings.Compare(a.Name, b.Name),
		cmp.Compare(a.Topic, b.Topic),
		bytes.Compare(a.sum[:], b.sum[:]),
	)
}

// topicOrder are the topics of the sources in the order in which they are read
// and given room: those that are read for pages first.
func topicOrder(sources []Source) []export.Topic {
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
func (r *reading) plan(sources []Source) []Source {
	var planned []Source
	left := int64(maxReading)
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
				if !room.Holds(s.extent) || DocumentMemory(topic, s.extent) > left {
					full = true
					if !r.cut(&s, smaller(room, b.within(left))) {
						continue
					}
				}
				room, left = room.Less(s.extent), left-DocumentMemory(topic, s.extent)
				planned = append(planned, s)
			}
		}
	}
	slices.SortFunc(planned, byAge)
	return planned
}

// cut leaves of a source what fits into the room; false when it is damaged.
func (r *reading) cut(s *Source, room export.Room) bool {
	json, ok := r.content(s)
	if !ok {
		return false
	}
	end, held := export.Fitting(json, room)
	r.beyond(s, held)
	s.cut, s.end, s.extent = true, end, held
	return true
}

// beyond counts what is not read of a source.
func (r *reading) beyond(s *Source, held export.Extent) {
	b := ruleOf(s.Topic)
	n := b.count(s.extent) - b.count(held)
	if n == 0 && s.extent.Text == held.Text {
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

func ofTopic(sources []Source, topic export.Topic) []Source {
	var of []Source
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
func byPackage(sources []Source) [][]Source {
	var groups [][]Source
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
