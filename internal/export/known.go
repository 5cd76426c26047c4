package export

import "regexp"

// knownFile is a file of the account data that is no listening history.
type knownFile struct {
	topic Topic
	stem  *regexp.Regexp // of its name, see jsonStem
	holds string         // completes "It holds …"
	// keys tell the file by its content when it was renamed: all of them stand
	// in its first object. None where that would be guesswork.
	keys []string
}

var knownFiles = []knownFile{
	{TopicPlaylists, regexp.MustCompile(`^playlist\d*$`), "your playlists", []string{"playlists"}},
	{TopicLibrary, regexp.MustCompile(`^yourlibrary\d*$`), "your library: what you saved and whom you follow", []string{"tracks", "albums", "shows"}},
	{TopicSearches, regexp.MustCompile(`^searchqueries\d*$`), "your searches", []string{"searchTime", "searchQuery"}},
	{TopicFollow, regexp.MustCompile(`^follow$`), "how many people you follow and who follows you", []string{"followingUsersCount"}},
	{TopicMarquee, regexp.MustCompile(`^marquee$`), "what kind of listener advertisers take you for", []string{"artistName", "segment"}},
	{TopicInferences, regexp.MustCompile(`^inferences$`), "what Spotify infers about you for advertising", []string{"inferences"}},
	{TopicUserdata, regexp.MustCompile(`^(userdata|userattributes)$`), "your account details", []string{"username", "birthdate"}},
	{TopicIdentity, regexp.MustCompile(`^identity$`), "your public profile", []string{"displayName", "tasteMaker"}},
	{TopicIdentifiers, regexp.MustCompile(`^identifiers?$`), "the address or number you sign in with", []string{"identifierType"}},
	{TopicPayments, regexp.MustCompile(`^payments$`), "how you pay", []string{"payment_method"}},
	{TopicAddress, regexp.MustCompile(`^useraddress$`), "your postal address", nil},
	{TopicPrompts, regexp.MustCompile(`^userprompts$`), "what you asked Spotify to make playlists of", nil},
	{TopicAgent, regexp.MustCompile(`^agentgateway$`), "your conversations with Spotify's assistant", nil},
	{TopicBottle, regexp.MustCompile(`^playlistinabottle$`), "your letters to your later self", nil},
	{TopicMessages, regexp.MustCompile(`^messagedata$`), "your messages on Spotify", nil},
	{TopicPodcastInteractivity, regexp.MustCompile(`^podcastinteractivity`), "your ratings, comments and votes on podcasts", nil},
	{TopicSoundCapsule, regexp.MustCompile(`^yoursoundcapsule$`), "Spotify's own statistics of your listening", nil},
	{TopicWrapped, regexp.MustCompile(`^wrapped\d{4}$`), "your Wrapped of one year", nil},
	{TopicFamilyPlan, regexp.MustCompile(`^familyplan|^duonewfamily$`), "your family or duo plan", nil},
	{TopicTasteProfile, regexp.MustCompile(`^tasteprofile$`), "the taste Spotify takes you to have", nil},
	{TopicFestivals, regexp.MustCompile(`^userfestivalsdataforsar$`), "your festivals", nil},
	{TopicPlaylistsCreated, regexp.MustCompile(`^playlistcreated$`), "the playlists you made", nil},
	{TopicAdsIdentity, regexp.MustCompile(`^adsidentity`), "what ties you to advertisers' own data", nil},
	{TopicVoice, regexp.MustCompile(`^voice[_ ]?input`), "what you said to Spotify", nil},
	{TopicCustomerService, regexp.MustCompile(`^customer[_ ]?service[_ ]?history`), "your talks with Spotify's customer service", nil},
	{TopicForArtists, regexp.MustCompile(`^spotify[_ ]?for[_ ]?artists`), "your Spotify for Artists account", nil},
}

// knownByName finds the account file of that name.
func knownByName(name string) *knownFile {
	stem, ok := jsonStem(name)
	if !ok {
		return nil
	}
	for i := range knownFiles {
		if knownFiles[i].stem.MatchString(stem) {
			return &knownFiles[i]
		}
	}
	return nil
}

// knownByKeys finds the account file with such a first object.
func knownByKeys(has func(key string) bool) *knownFile {
	for i := range knownFiles {
		k := &knownFiles[i]
		all := len(k.keys) > 0
		for _, key := range k.keys {
			all = all && has(key)
		}
		if all {
			return k
		}
	}
	return nil
}
