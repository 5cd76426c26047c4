package web

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// Part is a part of the account data that a person's packages may lack.
type Part uint8

// The parts with a page of their own.
const (
	PartPlaylists Part = iota
	PartLibrary
	PartSearches
	PartChanges
	PartOpinions
	PartWrapped
	PartDocuments
)

// PrivacyPage is where people ask Spotify for their data.
const PrivacyPage = "https://www.spotify.com/account/privacy/"

// Package is one of those that Spotify hands out on its own.
type Package uint8

// The packages.
const (
	PackageExtended Package = iota
	PackageAccount
	PackageLog
)

// packages are what Spotify calls them, and how long it takes to send them.
var packages = map[Package]struct{ name, takes string }{
	PackageExtended: {"Extended streaming history", "up to 30 days"},
	PackageAccount:  {"Account data", "up to 5 days"},
	PackageLog:      {"Technical log information", "up to 30 days"},
}

// Name is what Spotify calls the package.
func (p Package) Name() string { return packages[p].name }

// Takes is how long it takes Spotify to send the package.
func (p Package) Takes() string { return packages[p].takes }

// AskFor says how to get a package from Spotify, and where to add it: at addURL,
// unless a button beside the sentence leads there.
func AskFor(p Package, addURL string) prose.Text {
	t := prose.Of("To get it, tick ").Strong(packages[p].name).Plain(" on ").Link("Spotify’s privacy page", PrivacyPage).
		Plain(". Spotify takes " + packages[p].takes + " to send it. Then ")
	if addURL == "" {
		t = t.Plain("add it here")
	} else {
		t = t.Link("add it here", addURL)
	}
	if p == PackageLog {
		return t.Plain(": its telemetry is not kept.")
	}
	return t.Plain(": plays that are in both packages count once.")
}

// absent says of each part that no package holds it, and where it would be.
var absent = map[Part]struct{ title, message string }{
	PartPlaylists: {"Your packages hold no playlists.", "They are in the account data."},
	PartLibrary:   {"Your packages hold no library.", "What you saved and banned is in the account data, in YourLibrary.json."},
	PartSearches:  {"Your packages hold no searches.", "They are in the account data, in SearchQueries.json, and reach back about three months."},
	PartChanges:   {"Your packages hold no changes.", "What you saved and put into playlists, and when, is in the technical log."},
	PartOpinions:  {"Your packages do not say what Spotify thinks of you.", "Its guesses are in the account data: Inferences.json, Marquee.json and a few more."},
	PartWrapped:   {"Your packages hold no Wrapped.", "Account data asked for since 2024 holds one file a year, such as Wrapped2024.json."},
	PartDocuments: {"Your packages hold nothing but plays.", "Everything else is in the account data: playlists, library, searches, payments."},
}

// Missing says that no package holds a part, where it would be, and what to do:
// bring the package.
func Missing(req *Request, p Part) *list.EmptyView {
	v := list.EmptyView{
		Title: absent[p].title, Message: absent[p].message,
		Action: layout.LinkView{Label: "Add your account data", URL: Href(PathReceipt, Kept(req.Lens)) + "#more"},
		How:    AskFor(PackageAccount, ""),
	}
	if p == PartChanges {
		v.Action.Label, v.How = "Add your technical log", AskFor(PackageLog, "")
	}
	return &v
}
