package sample

import "time"

// The life of the listener of the start page. All times are in years since the
// first play; the last of the eight ends on the day the package is made.
const lifeYears = 8

// The chapters. Runa grows up with music in Lisbon, studies at night, commutes
// with podcasts, burns out and hears next to nothing for a year, moves to
// Helsinki with a new phone, becomes somebody who runs in the morning, and comes
// home from two weeks in Japan with one song.
const (
	studied     = 2.4 // she finished, and began to work
	fellSilent  = 4.62
	heardAgain  = 4.95 // in between not a single play
	moved       = 5.6
	streakBegan = 6.22
	streakEnded = 6.62
	tripBegan   = 6.70
	tripEnded   = 6.7384 // two weeks later
	obsessed    = 6.78
	soberedUp   = 6.865
	nearlyThere = 7.88
)

// theOne is the artist of the obsession, whose first song it is; firstLove was
// played first of all, forgotten, and came back.
const (
	theOne       = "月見坂ひなた"
	firstLove    = "The Slow Ferries"
	guiltyGenre  = "Iskelmä" // what nobody is to know, in Finland
	guiltyBefore = "Pimba"   // and in Portugal
	feastGenre   = "Holiday"
	tokyoGenre   = "City pop"
	homeGenre    = "Novo fado"
	focusGenre   = "Neoclassical"
)

// loves are whom the listener loved when, where that is part of the story.
var loves = map[string][]Era{
	firstLove:               {{0, 0.02, 1.1, 1.15}, {7.3, 0.05, 2, 2.2}},
	"Marrow & Pine":         {{0.4, 0.05, 0.7, 2}, {2.9, 0.1, 0.5, 1}},
	"Ingrid Aaltovik":       {{1.0, 0.1, 2.5, 1.7}, {5.7, 0.1, 1.5, 1.4}},
	"Glass Meridians":       {{1.8, 0.06, 0.9, 2.6}, {3.6, 0.1, 0.5, 1}},
	"Beatriz Encarnado":     {{0, 0.1, 1.2, 2}, {5.65, 0.03, 0.5, 3}, {7.0, 0.1, 0.6, 1}},
	"Kilometre Zero Point":  {{2.5, 0.06, 1.3, 2.2}, {6.3, 0.1, 0.6, 1}},
	"Penny Ledger":          {{3.4, 0.08, 0.8, 2.4}},
	"달빛 정원사들":               {{3.0, 0.05, 1.0, 2}},
	"Venla Lumikoski":       {{5.8, 0.08, 2.5, 2.6}},
	"Kaamoksen Lapset":      {{5.66, 0.06, 1.6, 1.8}, {7.4, 0.1, 1, 1.2}},
	theOne:                  {{6.71, 0.02, 0.5, 2}},
	"夜の水槽クラブ":               {{3.2, 0.1, 0.6, 1}, {6.705, 0.03, 1.4, 2.5}},
	"Aurelio Venn":          {{2.0, 0.1, 2, 1.5}, {5.9, 0.1, 3, 1.6}},
	"Minor Planets Quartet": {{4.0, 0.1, 0.7, 1}, {6.9, 0.1, 2, 2}},
}

// land is where the listener is, with the clock there and the addresses that
// Spotify sees.
type land struct {
	country   string
	offset    int  // from UTC in hours, in winter
	summer    bool // the clock is put forward by the rule of the European Union
	addresses []string
}

var (
	portugal = &land{`"PT"`, 0, true, []string{`"203.0.113.41"`, `"203.0.113.41"`, `"2001:db8:351:a1::7"`, `"198.51.100.23"`}}
	finland  = &land{`"FI"`, 2, true, []string{`"2001:db8:358:40::2c"`, `"2001:db8:358:40::2c"`, `"192.0.2.118"`, `"2001:db8:358:9e::1"`}}
	japan    = &land{`"JP"`, 9, false, []string{`"2001:db8:81:17::5"`, `"198.51.100.180"`}}
	sweden   = &land{`"SE"`, 1, true, []string{`"2001:db8:46:3::d"`}}
	greece   = &land{`"GR"`, 2, true, []string{`"192.0.2.201"`}}
	spain    = &land{`"ES"`, 1, true, []string{`"198.51.100.77"`}}
)

// stays are where the listener was and was not at home, the latest that holds.
var stays = []struct {
	from, to float64
	in       *land
}{
	{0, moved, portugal},
	{moved, lifeYears + 1, finland},
	{0.62, 0.635, spain},
	{1.66, 1.69, greece},
	{3.58, 3.6, spain},
	{5.2, 5.23, greece},
	{6.07, 6.1, portugal},
	{6.45, 6.455, sweden},
	{tripBegan, tripEnded, japan},
	{7.1, 7.13, portugal},
	{7.62, 7.63, sweden},
}

func landAt(year float64) *land {
	in := portugal
	for _, s := range stays {
		if year >= s.from && year < s.to {
			in = s.in
		}
	}
	return in
}

// clockAt is how far the clock there is from UTC, in seconds.
func (l *land) clockAt(ts int64) int64 {
	hours := l.offset
	if l.summer {
		year := time.Unix(ts, 0).UTC().Year()
		if ts >= lastSunday(year, time.March) && ts < lastSunday(year, time.October) {
			hours++
		}
	}
	return int64(hours) * 3600
}

// lastSunday is 01:00 UTC on the last Sunday of a month of 31 days.
func lastSunday(year int, month time.Month) int64 {
	t := time.Date(year, month, 31, 1, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, -int(t.Weekday())).Unix()
}

// mode is how somebody listens.
type mode int

const (
	albums    mode = iota // from the first song to the last
	mixes                 // a few songs of one artist, then another like it
	favourite             // what was saved, shuffled
	list                  // a playlist
	discovery             // new music on a Friday
	talk                  // podcasts
	reading               // audiobooks
	guilty                // in a private session
	feast                 // music of December
	loop                  // one song over and over
)

// habit is something that the listener does on many days.
type habit struct {
	from, to     float64
	on           weekdays
	hour, spread float64 // local time
	chance       float64
	minutes      float64
	mode         mode
	list         string // of mode list; "" for whichever
	device       gadget
}

// weekdays is a set, Sunday first.
type weekdays byte

const (
	everyday weekdays = 0b1111111
	workdays weekdays = 0b0111110
	weekends weekdays = 0b1000001
	fridays  weekdays = 0b0100000
)

func (w weekdays) has(d time.Weekday) bool { return w>>d&1 == 1 }

// gadget is what the listener listens on.
type gadget int

const (
	phone gadget = iota
	laptop
	speaker
	television
	console
)

var habits = []habit{
	// Lisbon, as a student: late.
	{0, studied, everyday, 23.6, 0.9, 0.66, 48, albums, "", phone},
	{0, studied, workdays, 14.6, 1.4, 0.4, 50, list, "Biblioteca, 3.º piso", laptop},
	{0, studied, weekends, 25.2, 0.8, 0.4, 55, mixes, "", laptop},
	{0, studied, everyday, 19, 1, 0.42, 28, favourite, "", phone},
	// Lisbon, working: a train each way.
	{studied, fellSilent, workdays, 7.65, 0.12, 0.78, 44, talk, "", phone},
	{studied, fellSilent, workdays, 18.1, 0.25, 0.62, 40, list, "Linha de Cascais", phone},
	{studied, fellSilent, workdays, 11, 1.2, 0.33, 62, albums, "", laptop},
	{studied, fellSilent, everyday, 23, 0.9, 0.45, 40, mixes, "", phone},
	{studied, fellSilent, weekends, 16, 1.6, 0.45, 44, favourite, "", speaker},
	{1.2, fellSilent, weekends, 24.2, 0.6, 0.09, 34, guilty, "", phone},
	// The year off.
	{heardAgain, moved, everyday, 20.5, 2.5, 0.24, 24, favourite, "", phone},
	{heardAgain, moved, weekends, 16, 2, 0.25, 40, albums, "", speaker},
	// Helsinki: early.
	{moved, lifeYears, everyday, 6.5, 0.2, 0.62, 34, list, "Aamulenkki", phone},
	{moved, lifeYears, workdays, 9.3, 0.4, 0.55, 58, albums, "", laptop},
	{moved, lifeYears, workdays, 13.2, 0.5, 0.28, 48, list, "Piano for spreadsheets", laptop},
	{moved, lifeYears, workdays, 17.1, 0.3, 0.3, 27, talk, "", phone},
	{moved, lifeYears, weekends, 10.4, 0.9, 0.6, 52, mixes, "", speaker},
	{moved, lifeYears, everyday, 20.3, 0.6, 0.28, 40, favourite, "", speaker},
	{moved, lifeYears, weekends, 21.8, 0.5, 0.07, 36, guilty, "", phone},
	{moved + 0.1, lifeYears, weekends, 19.8, 0.8, 0.16, 45, mixes, "", television},
	{moved + 0.3, lifeYears, weekends, 15, 1.2, 0.1, 60, mixes, "", console},
	// Books, in two winters.
	{moved + 0.12, moved + 0.62, everyday, 21.4, 0.4, 0.55, 42, reading, "", phone},
	{7.3, 7.62, everyday, 21.2, 0.4, 0.4, 36, reading, "", phone},
	// All the time.
	{0, lifeYears, weekends, 18.8, 0.6, 0.42, 60, list, "Cozinha, alto", speaker},
	{0, lifeYears, fridays, 17.4, 1, 0.5, 40, discovery, "", phone},
	{studied, lifeYears, everyday, 22.4, 0.3, 0.05, 32, talk, "", phone},
	// The song.
	{obsessed, soberedUp, everyday, 8.2, 0.6, 0.8, 24, loop, "", phone},
	{obsessed, soberedUp, everyday, 16.5, 2.6, 0.85, 34, loop, "", laptop},
	{soberedUp, soberedUp + 0.5, everyday, 18, 3, 0.08, 12, loop, "", phone},
}

// onTheTrip take the place of all habits for two weeks.
var onTheTrip = []habit{
	{tripBegan, tripEnded, everyday, 8.3, 0.7, 0.85, 45, mixes, "", phone},
	{tripBegan, tripEnded, everyday, 14, 2, 0.6, 40, list, "東京、ひとり", phone},
	{tripBegan, tripEnded, everyday, 20.5, 1.4, 0.8, 55, list, "東京、ひとり", phone},
}

// inDecember come on top, up to the 26th.
var inDecember = []habit{
	{0, lifeYears, everyday, 17.5, 1.6, 0.4, 42, feast, "", speaker},
	{0, lifeYears, weekends, 11, 1.2, 0.5, 45, feast, "", speaker},
}

// tempo is how much of the usual is heard at a time of the life: a quiet year,
// and a slow rise on both sides of it.
func tempo(year float64) float64 {
	switch {
	case year >= fellSilent && year < heardAgain:
		return 0
	case year >= heardAgain && year < moved:
		return 0.7
	case year > fellSilent-0.25 && year < fellSilent:
		return 0.35
	case year >= moved:
		return 0.92 + 0.04*(year-moved)
	}
	return 0.72 + 0.07*year
}

// wish is a playlist that the listener makes at some time.
type wish struct {
	name, about string
	made, done  float64  // from when to when something is added
	gone        float64  // when it was deleted, 0 for never
	genres      []string // what goes into it; none means whatever is loved
	size        int
	with        []string // who adds to it, too
	followers   int
	listed      mode // what else can be in it
}

var wishes = []wish{
	{name: "Cozinha, alto", about: "Only songs one can stir to.", made: 0.03, done: lifeYears, genres: []string{homeGenre, "Hip hop", "Latin indie", "Anatolian psych", "Indie pop"}, size: 130, followers: 6},
	{name: "Biblioteca, 3.º piso", about: "Sem palavras, ou quase.", made: 0.06, done: studied, genres: []string{"Dream pop", focusGenre, "Folk"}, size: 64},
	{name: "first love, second hand", made: 0.3, done: 2.2, genres: []string{"Indie pop", "Folk"}, size: 48, followers: 2},
	{name: "Verão 🌊", made: 0.6, done: 1.1, genres: []string{"Latin indie", homeGenre, "Indie pop"}, size: 36},
	{name: "Para a Inês", about: "Parabéns!", made: 1.2, done: 1.25, size: 24, with: []string{"ines.madeup"}},
	{name: "Linha de Cascais", about: "Forty minutes, both ways.", made: studied, done: fellSilent, genres: []string{"Electronica", "Hip hop", "K-indie", "Dream pop"}, size: 110, followers: 1},
	{name: "Madrugada", made: 2.9, done: 4.4, genres: []string{"Electronica", "Dream pop", "Arabic alternative", "Ukrainian indie"}, size: 58},
	{name: "Around the world in one evening", about: "One per language. No repeats.", made: 3.3, done: lifeYears, genres: []string{"Arabic alternative", "Ukrainian indie", "Entehno", "Israeli indie", "Thai indie", "Hindi indie", "Anatolian psych", "Polish alternative", "K-indie"}, size: 72, followers: 14},
	{name: "Quiet, please", made: 4.96, done: 5.5, genres: []string{focusGenre, "Folk"}, size: 26},
	{name: "Helsinki, week one", about: "What was on while nothing was unpacked.", made: moved + 0.01, done: moved + 0.12, genres: []string{"Suomi-indie", homeGenre}, size: 28},
	{name: "Aamulenkki", about: "Kuusi kilometriä, sataa tai ei.", made: moved + 0.02, done: lifeYears, genres: []string{"Electronica", "Suomi-indie", "Hip hop", "Indie pop", tokyoGenre}, size: 96, followers: 3},
	{name: "Piano for spreadsheets", made: moved + 0.04, done: lifeYears, genres: []string{focusGenre, "Jazz", "Dream pop"}, size: 84},
	{name: "Suomea oppimassa", about: "Songs slow enough to look the words up.", made: moved + 0.2, done: 7.2, genres: []string{"Suomi-indie"}, size: 45, with: []string{"aarne.invented"}},
	{name: "Saudades", made: moved + 0.35, done: lifeYears, genres: []string{homeGenre}, size: 40, followers: 2},
	{name: "Sauna 7 pm", made: 6.3, done: 7.7, genres: []string{"Jazz", "Suomi-indie", guiltyGenre}, size: 34, with: []string{"aarne.invented", "venla.pretend"}, followers: 4},
	{name: "東京、ひとり", about: "Two weeks, one suitcase.", made: tripBegan - 0.03, done: tripEnded + 0.2, genres: []string{tokyoGenre}, size: 62, followers: 1},
	{name: "Joulu / Natal", made: moved + 0.4, done: lifeYears, genres: []string{feastGenre}, size: 25, with: []string{"ines.madeup"}},
	{name: "Podcasts to finish", made: 7.0, done: lifeYears, size: 12, listed: talk},
	{name: "temp", made: 7.5, done: 7.6, gone: 7.93, size: 11},
	{name: "Half marathon?", made: nearlyThere, done: 7.93, gone: 7.97, genres: []string{"Electronica", "Hip hop"}, size: 17},
	{name: "Jazz for the dark months", about: "From October on.", made: 7.9, done: lifeYears, genres: []string{"Jazz", focusGenre}, size: 30},
	{name: "November, indoors", made: 7.94, done: lifeYears, size: 22},
}
