// Package clip draws what a listening life was like as short films without sound: one
// idea each, a picture worth keeping at the end. It is given figures and words, and
// knows neither datasets nor languages.
package clip

// A Story is what one clip tells. The same Story is the same clip.
type Story interface {
	head() Head
	// draw adds what is seen at a moment, from 0 to Seconds.
	draw(s *stage, at float64)
}

// A Run is a stretch of a sentence in one voice.
type Run struct {
	Text   string
	Accent bool
}

// A Head is what every clip says.
type Head struct {
	Over     string // a line above the sentence: what of, and when
	Sentence []Run
	Foot     string // who made it
}

func (h Head) head() Head { return h }

// A Row is a thing that was heard.
type Row struct {
	Name   string
	Letter string // its monogram, or its number
	Hue    int    // the step of its colour; see identity.Hues
	Figure string
}

// A Race is artists passing each other as their hours add up.
type Race struct {
	Head
	Steps []string // what the periods are called
	Rows  []Runner
	// Figure says a value in words that fit behind a bar.
	Figure func(value int64) string
}

// A Runner is a row with its sum at the end of each period.
type Runner struct {
	Row
	Sums []int64
}

// Months are columns that rise one after the other.
type Months struct {
	Head
	Labels []string
	Values []int64
	Best   int // the tallest
	Figure func(value int64) string
}

// A Clock is the hours of the day around a dial, drawn by a hand.
type Clock struct {
	Head
	Hours  [24]int64
	Peak   int
	Marks  [4]string // at midnight, six, noon and eighteen
	Center string    // what is said in the middle at the end
}

// An Obsession is one song, and a dot for each play.
type Obsession struct {
	Head
	Song   Row
	By     string
	Days   []string
	Plays  []int
	Figure func(plays int) string
}

// Discoveries are artists that arrive.
type Discoveries struct {
	Head
	Sums   []int // new artists until the end of each period
	Names  []Arrival
	Figure func(n int) string
}

// An Arrival is who arrived in a period.
type Arrival struct {
	Row
	Period int
}

// A Day is one day around a dial.
type Day struct {
	Head
	Plays  []Stretch
	Names  []Row
	Marks  [4]string
	Total  int64 // of Plays, in their unit
	Figure func(value int64) string
}

// A Stretch is a part of a day, in fractions of it, with what it adds to the total.
type Stretch struct {
	From, To float64
	Hue      int // -1 for none
	Adds     int64
}

// Milestones are round numbers that a counter passes.
type Milestones struct {
	Head
	Stops  []Stop
	Figure func(n int) string
}

// A Stop is a round number and the play with which it was reached.
type Stop struct {
	N          int
	Unit, Date string
	What       Row
}

// A Finale is the record, drawn ray by ray, with what there is to say in the end.
type Finale struct {
	Head
	Label, Note string // in the middle of the record
	Rays        []Ray
	Names       []Row // whose colours the rays have
	Facts       []Fact
}

// A Ray is one day: its length is a fraction of the longest, and its colour that of one
// of the names, or -1.
type Ray struct {
	Length float64
	Of     int
}

// A Fact is a figure with its name.
type Fact struct{ Figure, Name string }

// Seconds is how long a clip takes: all kinds together less than a film may.
func Seconds(s Story) float64 {
	switch s.(type) {
	case Months, Clock:
		return 6
	case Race, Finale:
		return 8
	}
	return 7
}
