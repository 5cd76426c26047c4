package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// Of is the account of the documents that d keeps, read once.
func Of(d *dataset.Dataset) *Account {
	return dataset.Remember(d, "account", func() *Account { return Read(sourcesOf(d)) })
}

// Revealed are the personal fields with their values as they stand, for a
// person who asked to see them. They are read anew and kept nowhere.
func Revealed(d *dataset.Dataset) []PersonalField {
	return newReading(sourcesOf(d)).personalFields(true)
}
