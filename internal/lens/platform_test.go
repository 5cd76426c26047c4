package lens

import (
	"slices"
	"testing"
)

func TestFamilyOf(t *testing.T) {
	for platform, want := range map[string]Family{
		"Android OS 12 API 31 (samsung, SM-G991B)": FamilyAndroid,
		"android":                      FamilyAndroid,
		"iOS 13.3 (iPhone11,8)":        FamilyIOS,
		"ios":                          FamilyIOS,
		"Windows 10 (10.0.19041; x64)": FamilyWindows,
		"windows":                      FamilyWindows,
		"OS X 10.15.7 [x86 8]":         FamilyMac,
		"osx":                          FamilyMac,
		"Linux [x86-64 0]":             FamilyLinux,
		"linux":                        FamilyLinux,
		"web_player windows 10;chrome 96.0.4664.45;desktop":     FamilyWeb,
		"web_player osx 10.15;safari 14.0;desktop":              FamilyWeb,
		"WebPlayer (websocket RFC6455)":                         FamilyWeb,
		"Partner google cast;Chromecast;;":                      FamilyCast,
		"Partner google cast_tv;Google TV;;tpapi":               FamilyCast,
		"Partner android_tv Sony;BRAVIA 4K;":                    FamilyTV,
		"Partner webos_tv LG;OLED55;":                           FamilyTV,
		"Partner roku_tv TCL;55R617;":                           FamilyTV,
		"tizen":                                                 FamilyTV,
		"Partner scei sony_computer_entertainment;ps4;":         FamilyConsole,
		"playstation":                                           FamilyConsole,
		"Partner amazon_salmon Amazon;Echo_Dot;8f8a2e0b;;tpapi": FamilySpeaker,
		"Partner sonos_ppc Sonos;Play5;":                        FamilySpeaker,
		"Partner sonos_imx6 Sonos;Beam;":                        FamilySpeaker,
		"Partner android_sdk Acme;Player;":                      FamilySpeaker,
		"Partner acme_box Acme;One;":                            FamilySpeaker,
		"Android Auto (Google, Automotive)":                     FamilyCar,
		"not_applicable":                                        FamilyOther,
		"unknown":                                               FamilyOther,
		"":                                                      FamilyOther,
		"Microsoft Something":                                   FamilyOther,
	} {
		if got := FamilyOf(platform); got != want {
			t.Errorf("%q is %s, want %s", platform, got, want)
		}
	}
}

// TestDevicesComeBeforeTheirSystems: a platform string that names several things
// is the first of them in this order. Browsers, televisions and speakers name
// the system they run as well.
func TestDevicesComeBeforeTheirSystems(t *testing.T) {
	order := []struct {
		family Family
		mark   string
	}{
		{FamilyWeb, "web_player"}, {FamilyCast, "google cast"}, {FamilyTV, "android_tv"}, {FamilyConsole, "playstation"},
		{FamilySpeaker, "Partner sonos"}, {FamilyAndroid, "Android OS 12"},
	}
	for i, first := range order {
		for _, later := range order[i+1:] {
			for _, platform := range []string{first.mark + " " + later.mark, later.mark + ";" + first.mark} {
				if got := FamilyOf(platform); got != first.family {
					t.Errorf("%q is %s, want %s", platform, got, first.family)
				}
			}
		}
	}
	for _, system := range []string{"Android OS 12", "iOS 15", "Windows 10", "OS X 10.15", "linux"} {
		if got := FamilyOf("Partner acme " + system); got != FamilySpeaker {
			t.Errorf("a partner's device that runs %s is %s", system, got)
		}
	}
}

func TestEveryFamilyIsOffered(t *testing.T) {
	for _, f := range families {
		if !slices.Contains(Families, f.family) {
			t.Errorf("%s cannot be chosen", f.family)
		}
	}
	if !slices.Contains(Families, FamilyOther) || slices.Contains(Families, "") {
		t.Error("Families is wrong")
	}
}
