package export

import (
	"regexp"
	"slices"
)

// knownFile is a file of the account data that is no listening history.
type knownFile struct {
	topic Topic
	stem  *regexp.Regexp // of its name, see jsonStem
	// keys tell the file by its content when it was renamed: all of them stand
	// in its first object. Empty where keys would not be conclusive.
	keys []string
}

var knownFiles = []knownFile{
	{TopicPlaylists, regexp.MustCompile(`^playlist\d*$`), []string{"playlists"}},
	{TopicLibrary, regexp.MustCompile(`^yourlibrary\d*$`), []string{"tracks", "albums", "shows"}},
	{TopicSearches, regexp.MustCompile(`^searchqueries\d*$`), []string{"searchTime", "searchQuery"}},
	{TopicFollow, regexp.MustCompile(`^follow$`), []string{"followingUsersCount"}},
	{TopicMarquee, regexp.MustCompile(`^marquee$`), []string{"artistName", "segment"}},
	{TopicInferences, regexp.MustCompile(`^inferences$`), []string{"inferences"}},
	{TopicUserdata, regexp.MustCompile(`^(userdata|userattributes)$`), []string{"username", "birthdate"}},
	{TopicIdentity, regexp.MustCompile(`^identity$`), []string{"displayName", "tasteMaker"}},
	{TopicIdentifiers, regexp.MustCompile(`^identifiers?$`), []string{"identifierType"}},
	{TopicPayments, regexp.MustCompile(`^payments$`), []string{"payment_method"}},
	{TopicAddress, regexp.MustCompile(`^useraddress$`), nil},
	{TopicPrompts, regexp.MustCompile(`^userprompts$`), nil},
	{TopicAgent, regexp.MustCompile(`^agentgateway$`), nil},
	{TopicBottle, regexp.MustCompile(`^playlistinabottle$`), nil},
	{TopicMessages, regexp.MustCompile(`^messagedata$`), nil},
	{TopicPodcastInteractivity, regexp.MustCompile(`^podcastinteractivity`), nil},
	{TopicSoundCapsule, regexp.MustCompile(`^yoursoundcapsule$`), nil},
	{TopicWrapped, regexp.MustCompile(`^wrapped\d{4}$`), nil},
	{TopicFamilyPlan, regexp.MustCompile(`^familyplan|^duonewfamily$`), nil},
	{TopicTasteProfile, regexp.MustCompile(`^tasteprofile$`), nil},
	{TopicFestivals, regexp.MustCompile(`^userfestivalsdataforsar$`), nil},
	{TopicPlaylistsCreated, regexp.MustCompile(`^playlistcreated$`), nil},
	{TopicAdsIdentity, regexp.MustCompile(`^adsidentity`), nil},
	{TopicVoice, regexp.MustCompile(`^voice[_ ]?input`), nil},
	{TopicCustomerService, regexp.MustCompile(`^customer[_ ]?service[_ ]?history`), nil},
	{TopicForArtists, regexp.MustCompile(`^spotify[_ ]?for[_ ]?artists`), nil},
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
func knownByKeys(keys map[string]bool) *knownFile {
	for i := range knownFiles {
		k := &knownFiles[i]
		if len(k.keys) > 0 && !slices.ContainsFunc(k.keys, func(key string) bool { return !keys[key] }) {
			return k
		}
	}
	return nil
}
