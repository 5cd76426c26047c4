package sample

import (
	"strconv"
	"time"
)

// profile are the documents that say who the person is. All of it is invented.
func (p *Person) profile() []Document {
	began := time.Unix(p.from, 0).UTC()
	ago := func(days int) string { return p.to.AddDate(0, 0, -days).Format(time.DateOnly) }
	at := func(days int, clock string) string { return ago(days) + "T" + clock + "Z" }
	top := p.tally(p.to.AddDate(0, -3, 0), p.to)
	shared := top.topSongs(2)
	first := p.performer(theOne).songs[0]
	message := func(when, from, text string) object { return object{"time", when, "from", from, "message", text} }
	share := func(when, from, text string, s *song) object {
		return append(message(when, from, text), "uri", s.id)
	}
	return []Document{
		{"Userdata.json", object{
			"username", "runa.sample", "email", "runa@example.org", "country", "FI", "createdFromFacebook", false, "facebookUid", nil,
			"birthdate", strconv.Itoa(began.Year()-19) + "-04-17", "gender", "female", "postalCode", "00000",
			"mobileNumber", nil, "mobileOperator", nil, "mobileBrand", nil, "creationTime", began.Format(time.DateOnly),
			"assuredEstimatedAge", nil, "assuredAgeMethod", nil, "assuredAgeTimestamp", nil,
		}},
		{"Identity.json", object{
			"displayName", "Runa", "firstName", "Runa", "lastName", "Sample", "imageUrl", "https://example.org/runa-64.jpg",
			"largeImageUrl", "https://example.org/runa-300.jpg", "tasteMaker", false, "verified", false,
		}},
		{"Identifiers.json", object{"identifierType", "email", "identifierValue", "runa@example.org"}},
		{"Payments.json", object{"payment_method", "Visa, ending in 0000", "creation_date", ago(860), "country", "FI", "postal_code", "00000"}},
		{"DuoNewFamily.json", object{
			"planType", "DUO", "role", "member", "joinedDate", ago(410),
			"members", []object{{"username", "aarne.invented", "role", "owner"}, {"username", "runa.sample", "role", "member"}},
			"address", "Keksitty katu 12 A 4, 00000 Helsinki",
		}},
		{"Follow.json", object{
			"userIsFollowing", []string{"aarne.invented", "ines.madeup", "venla.pretend", "joao.unreal", "kaisu.fiction", "radio.imaginary", "marta.nobody"},
			"userIsFollowedBy", []string{"aarne.invented", "ines.madeup", "venla.pretend", "joao.unreal", "tio.rui.invented", "kaisu.fiction", "bruno.madeup", "l.pretend", "nobody.in.particular"},
			"userIsBlocking", []string{"free.followers.example"},
		}},
		{"MessageData.json", object{
			"chat-ines", object{"members", []string{"runa.sample", "ines.madeup"}, "messages", []object{
				share(at(31, "18:22:04"), "ines.madeup", "this one is you on the 28 tram", shared[0]),
				message(at(31, "18:40:51"), "runa.sample", "saving it for the walk home. it is already dark here"),
				message(at(30, "08:03:17"), "ines.madeup", "it is 19 degrees in Lisbon, just saying"),
				message(at(30, "08:05:40"), "runa.sample", "rude"),
			}},
			"chat-aarne", object{"members", []string{"runa.sample", "aarne.invented"}, "messages", []object{
				share(at(12, "16:10:00"), "runa.sample", "for the sauna list?", shared[1]),
				message(at(12, "16:31:12"), "aarne.invented", "Too fast. But yes."),
				share(at(4, "20:14:33"), "aarne.invented", "Please never play this again", first),
			}},
		}},
		{"UserPrompts.json", []object{
			{"created_timestamp", at(402, "05:41:19.078"), "message", "running music that starts slow because I do"},
			{"created_timestamp", at(231, "17:02:55.310"), "message", "Portuguese songs for somebody who left, but not sad ones"},
			{"created_timestamp", at(58, "06:12:08.441"), "message", "piano for a spreadsheet, nothing I know"},
			{"created_timestamp", at(9, "18:27:44.902"), "message", "Finnish songs where the singer speaks clearly"},
		}},
		{"AgentGateway.json", object{"conversations", []object{{
			"createdAt", at(58, "06:11:30"),
			"messages", []object{
				{"role", "user", "text", "play something calm without words"},
				{"role", "assistant", "text", "Here is some quiet piano."},
				{"role", "user", "text", "quieter"},
			},
		}}}},
		{"AdsIdentitySecondPartyIdentifiers.json", object{"identifiers", []object{{"partner", "Example Data Partner", "identifierType", "hashed_email", "matchedDate", ago(143)}}}},
		{"UserFestivalsDataForSAR.json", object{
			"festivalId", "invented-summer-festival", "userId", "5a3b0c9d8e7f6a1b2c3d4e5f60718293", "totalArtistsMatched", 4,
			"topArtists", each(top.topArtists(4), func(a *performer) object { return object{"name", a.name} }),
		}},
	}
}
