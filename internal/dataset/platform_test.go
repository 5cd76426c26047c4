package dataset

import "testing"

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
		"Partner android_sdk Acme;Player;":                      FamilyAndroid,
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

func TestEveryFamilyIsOffered(t *testing.T) {
	for _, f := range families {
		if !isFamily(f.family) {
			t.Errorf("%s cannot be chosen", f.family)
		}
	}
	if !isFamily(FamilyOther) || isFamily("") {
		t.Error("isFamily is wrong")
	}
}
