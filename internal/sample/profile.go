package sample

import (
	_ "embed"
	"encoding/json"
	"strings"
	"text/template"
	"time"
)

// documentsText is what the person told Spotify, and what it says of her: each
// document behind a line with its name.
//
//go:embed documents.txt
var documentsText string

// profile are the documents of documents.txt, whose dates lie before the day the
// package is made. All of it is invented.
func (p *Person) profile() ([]Document, error) {
	began := time.Unix(p.from, 0).UTC()
	ago := func(days int) string { return p.to.AddDate(0, 0, -days).Format(time.DateOnly) }
	top := p.tally(p.to.AddDate(0, -3, 0), p.to)
	shared := top.topSongs(2)
	topArtists, err := compact(each(top.topArtists(4), func(a *performer) object { return object{"name", a.name} }))
	if err != nil {
		return nil, err
	}
	documents, err := template.New("documents.txt").Funcs(template.FuncMap{
		"ago": ago,
		"at":  func(days int, clock string) string { return ago(days) + "T" + clock + "Z" },
		"before": func(years, months, days int) string {
			return p.to.AddDate(-years, -months, -days).Format(time.DateOnly)
		},
		"began":      func() string { return began.Format(time.DateOnly) },
		"born":       func() int { return began.Year() - 19 },
		"episode":    func(show, part int) string { return p.world.shows[show].parts[part].Name },
		"episodeURI": func(show, part int) string { return p.world.shows[show].parts[part].id },
		"obsession":  func() string { return p.performer(theOne).songs[0].id },
		"shared":     func(i int) string { return shared[i].id },
		"topArtists": func() string { return string(topArtists) },
	}).Parse(documentsText)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	if err := documents.Execute(&b, nil); err != nil {
		return nil, err
	}
	var list []Document
	for text := range strings.SplitSeq(strings.TrimPrefix(b.String(), "== "), "\n== ") {
		name, content, _ := strings.Cut(text, "\n")
		list = append(list, Document{name, json.RawMessage(content)})
	}
	return list, nil
}
