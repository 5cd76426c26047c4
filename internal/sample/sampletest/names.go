package sampletest

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

// The names of listeners for tests and benchmarks. All are invented: made of
// words, or of syllables in other scripts.

// firstArtists are the ones a listener of any size knows. The order is theirs:
// the first is the favourite. Among them are the names that break programs.
var firstArtists = []string{
	"Velvet Harbour", "Marisol Vane", "The Paper Comets", "Night Ferry", "Ingrid Aaltovik",
	"Glass Meridian", "夜の水槽", "Lowland Choir", "Teo Barragán", "Static Orchard",
	"Северный Причал", "Hollow Bell", "Copper & Rye", "Ana Petrichor", "달빛 정원",
	"Kilometre Zero", "Winter Cartography", "Sør-Fjällen", "Tin Cathedral", "Ogechi Brightwater",
	"<em>x</em>", "Saltwater Almanac", "Les Heures Lentes", "نجمة الصحراء", "Marble Arcade",
	"🌙 Luna Lenta", "The “Quoted” Sons", "Rosa & the Understudies", "Αστρική Σκόνη", "Harbour Lights Union",
	"O'Malley \"Slim\" Carver", "Zażółć Gęślą", "Blue Hour Society", "Minor Planets", "Ünal Gökçen",
	"明け方レコード", "Pale Machines", "Quiet Ruin", "DJ C:\\Windows", "The Long Exposure",
}

var (
	adjectives = strings.Fields(`Amber Arctic Autumn Blind Brass Broken Burning Cardinal Chrome Cobalt
		Crimson Distant Drowsy Electric Fading Feral Foggy Fragile Gentle Gilded Golden Hidden Honest
		Indigo Iron Ivory Jagged Lazy Liquid Lonely Lucid Magnetic Midnight Modest Mossy Nocturnal
		Opal Painted Paper Patient Phantom Plastic Polar Proud Quiet Radiant Restless Rusted Sacred
		Scarlet Secret Silent Silver Sleepless Slow Solar Spiral Stolen Sunday Tender Timid Twin Ultra
		Vacant Velvet Violet Wandering Wild Winter Wooden`)
	nouns = strings.Fields(`Airfields Almanac Anchors Antlers Archive Arcade Atlas Avenues Balcony
		Basilica Beacon Birches Bloom Canyon Carousel Cassettes Castles Cinema Clocks Coast Comets
		Corridors Cosmos Delta Diaries Embers Engines Estuary Falcons Ferns Fields Fjord Foxes Gardens
		Ghosts Glaciers Harbour Heron Horizon Hours Islands Kites Ladders Lagoon Lanterns Letters
		Library Lighthouse Magnolia Maps Mirrors Monsoon Moths Museum Oaks Observatory Orchard Owls
		Parade Pavilion Pilots Planets Quarry Rafters Railway Ravens Rivers Satellites Shadows Signals
		Sparrows Stairs Stations Swimmers Telescope Tides Towers Trams Valley Vultures Windows Wolves`)
	given = strings.Fields(`Aino Amaru Bastien Caoimhe Daichi Elif Farah Gustavo Hanne Ilse Jarek Kwame
		Leïla Mattéo Nadja Olamide Pilar Quim Rhona Saoirse Tomasz Ulla Vasil Wren Xiomara Yara Zdeněk`)
	surnames = strings.Fields(`Albrecht Boateng Castellane Dvorak Eriksdottir Fontaine Grünwald Hasegawa
		Iversen Jankowski Kalinov Laurent Moreau Nakagawa Okonjo Pereira Quintero Rosseau Sandoval
		Tanaka Underhill Vasquez Wikström Ximenes Yilmaz Zoltan`)
	moods = strings.Fields(`after again alone apart asleep away before below beyond down elsewhere
		forever home inside near now outside over somewhere still there tomorrow tonight under without`)

	// syllables of other scripts, and what joins the words made of them
	scripts = []struct {
		syllables []string
		space     string
	}{
		{strings.Fields("се ве ро дна луч ми рка тан вол но зим сад ле гор ки пар бел ый"), " "},
		{strings.Fields("夜 風 海 月 花 星 町 雨 光 庭 空 道 声 森 窓 鳥"), ""},
		{strings.Fields("달 빛 바람 노래 하늘 구름 정원 새벽 강 물결 별 섬"), " "},
		{strings.Fields("نور ليل بحر قمر ورد صدى ريح نجم دار سلا"), " "},
		{strings.Fields("ασ τρο νη σι θα λα κυ μα φω ρα νυ χτα"), " "},
		{strings.Fields("ש מש י רח כו כב ר וח ים ל יל"), " "},
	}
)

// artistName invents the n-th artist's name.
func artistName(r *rand.Rand, n int) string {
	if n < len(firstArtists) {
		return firstArtists[n]
	}
	switch k := r.IntN(20); {
	case k < 7:
		return sample.Pick(r, adjectives) + " " + sample.Pick(r, nouns)
	case k < 11:
		return sample.Pick(r, given) + " " + sample.Pick(r, surnames)
	case k < 13:
		return "The " + sample.Pick(r, adjectives) + " " + sample.Pick(r, nouns)
	case k < 15:
		return sample.Pick(r, nouns) + " & " + sample.Pick(r, nouns)
	case k < 16:
		return strings.ToUpper(sample.Pick(r, nouns))
	case k < 17:
		return strings.ToLower(sample.Pick(r, adjectives) + sample.Pick(r, nouns))
	case k < 18:
		return sample.Pick(r, given) + " og " + sample.Pick(r, given)
	}
	return foreign(r)
}

// foreign invents one or two words in another script.
func foreign(r *rand.Rand) string {
	s := &scripts[r.IntN(len(scripts))]
	var b strings.Builder
	for word := range 1 + r.IntN(2) {
		if word > 0 {
			b.WriteString(s.space)
		}
		for range 2 + r.IntN(2) {
			b.WriteString(sample.Pick(r, s.syllables))
		}
	}
	return b.String()
}

func albumName(r *rand.Rand) string {
	switch r.IntN(7) {
	case 0:
		return "Songs for the " + sample.Pick(r, adjectives) + " " + sample.Pick(r, nouns)
	case 1:
		return sample.Pick(r, nouns)
	case 2:
		return sample.Pick(r, nouns) + ", Vol. " + strconv.Itoa(1+r.IntN(3))
	case 3:
		return "Live at the " + sample.Pick(r, nouns)
	case 4:
		return foreign(r)
	}
	return sample.Pick(r, adjectives) + " " + sample.Pick(r, nouns)
}

func trackName(r *rand.Rand) string {
	name := ""
	switch r.IntN(9) {
	case 0:
		name = sample.Pick(r, nouns)
	case 1:
		name = "We Went " + title(sample.Pick(r, moods))
	case 2:
		name = title(sample.Pick(r, moods)) + " the " + sample.Pick(r, nouns)
	case 3:
		name = sample.Pick(r, adjectives) + " " + title(sample.Pick(r, moods))
	case 4:
		name = sample.Pick(r, nouns) + " in " + sample.Pick(r, nouns)
	case 5:
		name = "No " + sample.Pick(r, nouns) + " " + title(sample.Pick(r, moods))
	case 6:
		name = foreign(r)
	default:
		name = sample.Pick(r, adjectives) + " " + sample.Pick(r, nouns)
	}
	switch r.IntN(24) {
	case 0:
		name += " - Live"
	case 1:
		name += " (feat. " + sample.Pick(r, given) + " " + sample.Pick(r, surnames) + ")"
	case 2:
		name += " / " + sample.Pick(r, nouns)
	case 3:
		name += " ✨"
	}
	return name
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
