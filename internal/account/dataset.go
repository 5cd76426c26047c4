package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// Of is the account of the documents that d keeps, read once.
func Of(d *dataset.Dataset) *Account {
	return dataset.Remember(d, "account", func() *Account {
		sources, problems := sourcesOf(d)
		a := Read(sources)
		a.Problems = append(a.Problems, problems...)
		return a
	})
}

// Revealed are the personal fields with their values as they stand, for a
// person who asked to see them. They are read anew and kept nowhere.
func Revealed(d *dataset.Dataset) []PersonalField {
	sources, _ := sourcesOf(d)
	return personalFields(ordered(sources), true)
}

func sourcesOf(d *dataset.Dataset) (sources []Source, problems []Problem) {
	for i, doc := range d.Documents() {
		json, err := d.DocumentJSON(i)
		if err != nil {
			problems = append(problems, Problem{doc.Name, doc.Package, ReasonNotUnpacked, 1})
			continue
		}
		sources = append(sources, Source{doc.Topic, doc.Name, doc.Package, doc.Modified, json})
	}
	return sources, problems
}
