package web

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/list"
	"github.com/spotify-data-tool/spotify-data-tool/components/prose"
)

// PrivacyPage is where people ask Spotify for their data.
const PrivacyPage = "https://www.spotify.com/account/privacy/"

// Package is one of those that Spotify hands out on its own: what Spotify calls it,
// and how long it takes to send it.
type Package struct{ Name, Takes string }

// The packages.
var (
	PackageExtended = Package{"Extended streaming history", "up to 30 days"}
	PackageAccount  = Package{"Account data", "up to 5 days"}
	PackageLog      = Package{"Technical log information", "up to 30 days"}
)

// AskFor says how to get a package from Spotify, and where to add it: at addURL,
// unless a button beside the sentence leads there.
func AskFor(p Package, addURL string) prose.Text {
	t := prose.Of("To get it, tick ").Strong(p.Name).Plain(" on ").Link("Spotify’s privacy page", PrivacyPage).
		Plain(". Spotify takes " + p.Takes + " to send it. Then ")
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

// Part is a part of the account data that a person's packages may lack: that no
// package holds it, and where it would be.
type Part struct{ title, message string }

// The parts with a page of their own.
var (
	PartPlaylists = Part{"Your packages hold no playlists.", "They are in the account data."}
	PartLibrary   = Part{"Your packages hold no library.", "What you saved and banned is in the account data, in YourLibrary.json."}
	PartSearches  = Part{"Your packages hold no searches.", "They are in the account data, in SearchQueries.json, and reach back about three months."}
	PartChanges   = Part{"Your packages hold no changes.", "What you saved and put into playlists, and when, is in the technical log."}
	PartOpinions  = Part{"Your packages do not say what Spotify thinks of you.", "Its guesses are in the account data: Inferences.json, Marquee.json and a few more."}
	PartWrapped   = Part{"Your packages hold no Wrapped.", "Account data asked for since 2024 holds one file a year, such as Wrapped2024.json."}
	PartDocuments = Part{"Your packages hold nothing but plays.", "Everything else is in the account data: playlists, library, searches, payments."}
)

// Missing says that a part is missing, and what to do: bring the package.
func Missing(req *Request, p Part) *list.EmptyView {
	v := list.EmptyView{
		Title: p.title, Message: p.message,
		Action: layout.LinkView{Label: "Add your account data", URL: Href(PathReceipt, Kept(req.Lens)) + "#more"},
		How:    AskFor(PackageAccount, ""),
	}
	if p == PartChanges {
		v.Action.Label, v.How = "Add your technical log", AskFor(PackageLog, "")
	}
	return &v
}
