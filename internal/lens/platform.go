package lens

import "strings"

// A Family is what a person would call the device a play came from. Spotify
// wrote hundreds of platform strings over the years, in three fashions.
type Family = string

// The families.
const (
	FamilyAndroid Family = "android"
	FamilyIOS     Family = "ios"
	FamilyWindows Family = "windows"
	FamilyMac     Family = "macos"
	FamilyLinux   Family = "linux"
	FamilyWeb     Family = "web"
	FamilyCast    Family = "cast"
	FamilyTV      Family = "tv"
	FamilyConsole Family = "console"
	FamilySpeaker Family = "speaker"
	FamilyCar     Family = "car"
	FamilyOther   Family = "other" // unknown, unnamed, or not in this list
)

// Families lists all of them, in the order in which a form offers them.
var Families = []Family{
	FamilyIOS, FamilyAndroid, FamilyWindows, FamilyMac, FamilyLinux, FamilyWeb,
	FamilySpeaker, FamilyCast, FamilyTV, FamilyConsole, FamilyCar, FamilyOther,
}

// families are tried in this order. What a device is for comes before the
// system it runs: a browser, a television and a speaker all name one too.
var families = []struct {
	family Family
	marks  []string // any of them, in lower case
}{
	{FamilyWeb, []string{"web_player", "webplayer", "web player"}},
	{FamilyCast, []string{"cast"}},
	{FamilyTV, []string{"_tv", "tv_", "tvos", "tizen", "webos", "roku", "bravia", "vizio", "smarttv", "smart tv", "fire tv", "android tv", "apple tv", "appletv", "chromebook tv"}},
	{FamilyConsole, []string{"playstation", "scei", "xbox", "ps3", "ps4", "ps5", "nintendo"}},
	{FamilyCar, []string{"android_auto", "android auto", "androidauto", "carplay", "automotive", "tesla", "car_thing", "car thing"}},
	{FamilySpeaker, []string{"sonos", "amazon_", "salmon", "echo", "alexa", "bose", "speaker", "denon", "yamaha", "marantz", "onkyo", "harman", "bluesound", "libratone", "devialet", "homepod", "receiver", "partner"}},
	{FamilyAndroid, []string{"android"}},
	{FamilyIOS, []string{"ios", "iphone", "ipad", "ipod", "watchos"}},
	{FamilyMac, []string{"os x", "osx", "macos", "mac os"}},
	{FamilyLinux, []string{"linux", "ubuntu", "chrome os", "chromeos"}},
	{FamilyWindows, []string{"windows"}},
}

// FamilyOf is the family of a platform string.
func FamilyOf(platform string) Family {
	s := strings.ToLower(platform)
	for _, f := range families {
		for _, m := range f.marks {
			if strings.Contains(s, m) {
				return f.family
			}
		}
	}
	return FamilyOther
}
