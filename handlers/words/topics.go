package words

import (
	"cmp"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// TopicWords complete "It holds …".
var TopicWords = map[export.Topic]string{
	export.TopicPlaylists:            "your playlists",
	export.TopicLibrary:              "your library: what you saved and whom you follow",
	export.TopicSearches:             "your searches",
	export.TopicFollow:               "how many people you follow and who follows you",
	export.TopicMarquee:              "what kind of listener advertisers take you for",
	export.TopicInferences:           "what Spotify infers about you for advertising",
	export.TopicUserdata:             "your account details",
	export.TopicIdentity:             "your public profile",
	export.TopicIdentifiers:          "the address or number you sign in with",
	export.TopicPayments:             "how you pay",
	export.TopicAddress:              "your postal address",
	export.TopicPrompts:              "what you asked Spotify to make playlists of",
	export.TopicAgent:                "your conversations with Spotify's assistant",
	export.TopicBottle:               "your letters to your later self",
	export.TopicMessages:             "your messages on Spotify",
	export.TopicPodcastInteractivity: "your ratings, comments and votes on podcasts",
	export.TopicSoundCapsule:         "Spotify's own statistics of your listening",
	export.TopicWrapped:              "your Wrapped of one year",
	export.TopicFamilyPlan:           "your family or duo plan",
	export.TopicTasteProfile:         "the taste Spotify takes you to have",
	export.TopicFestivals:            "your festivals",
	export.TopicPlaylistsCreated:     "the playlists you made",
	export.TopicAdsIdentity:          "what ties you to advertisers' own data",
	export.TopicVoice:                "what you said to Spotify",
	export.TopicCustomerService:      "your talks with Spotify's customer service",
	export.TopicForArtists:           "your Spotify for Artists account",
	export.TopicChanges:              "changes to your library and your playlists, without the telemetry around them",
	export.TopicOther:                "something that this version does not know by name",
}

// TopicHolds completes "It holds …"; empty for what is no document.
func TopicHolds(topic export.Topic) string {
	if topic == "" {
		return ""
	}
	return cmp.Or(TopicWords[topic], TopicWords[export.TopicOther])
}
