package pages

import (
	"github.com/spotify-data-tool/spotify-data-tool/components/layout"
	"github.com/spotify-data-tool/spotify-data-tool/components/partials"
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

// Missing says that no package holds a part, where it would be, and what to do:
// bring the package, at bringURL.
func Missing(p Part, bringURL string) partials.EmptyView {
	v := partials.EmptyView{Action: layout.LinkView{Label: "Add your account data", URL: bringURL}}
	switch p {
	case PartPlaylists:
		v.Title = "Your packages hold no playlists."
		v.Message = "They are in the account data package, which Spotify sends within a few days. Add it, and its plays will not count twice."
	case PartLibrary:
		v.Title = "Your packages hold no library."
		v.Message = "What you saved and banned is in the account data package, in YourLibrary.json. Add it, and its plays will not count twice."
	case PartSearches:
		v.Title = "Your packages hold no searches."
		v.Message = "They are in the account data package, in SearchQueries.json, and reach back about three months. Add it, and its plays will not count twice."
	case PartChanges:
		v.Title = "Your packages hold no changes."
		v.Message = "What you saved and put into playlists is in the technical log, the third package that Spotify hands out. Tick it where you ask for your data, and add it here: its telemetry is not kept."
		v.Action.Label = "Add your technical log"
	case PartOpinions:
		v.Title = "Your packages do not say what Spotify thinks of you."
		v.Message = "Its guesses are in the account data package: Inferences.json, Marquee.json and a few more. Add it, and its plays will not count twice."
	case PartWrapped:
		v.Title = "Your packages hold no Wrapped."
		v.Message = "Account data asked for since 2024 holds one file a year, such as Wrapped2024.json. Ask for it again, and add it here."
	case PartDocuments:
		v.Title = "Your packages hold nothing but plays."
		v.Message = "Everything else is in the account data package: playlists, library, searches, payments. Add it, and its plays will not count twice."
	}
	return v
}
