package account

import (
	"cmp"
	"slices"
)

// Prompt is what a person asked Spotify to make a playlist of.
type Prompt struct {
	Time int64 // Unix milliseconds, 0 when it cannot be read
	Text string
}

// Letter is a playlist in a bottle: a letter to one's later self.
type Letter struct {
	Key     string // as the document calls it, such as capsule2024
	Note    string
	Answers []Answer
}

// Answer is one answer of a letter, mostly the URI of a track.
type Answer struct{ Question, Text string }

// readPrompts reads the prompts of all packages, each once.
func (r *reading) readPrompts(sources []source) {
	seen := make(map[Prompt]bool)
	for i := range sources {
		for _, n := range r.document(&sources[i]).records("prompts", "userPrompts") {
			p := Prompt{
				Time: milliseconds(n.text("created_timestamp", "createdTimestamp", "timestamp", "created_at")),
				Text: n.text("message", "prompt", "text"),
			}
			if p != (Prompt{}) && !seen[p] {
				seen[p] = true
				r.account.Prompts = append(r.account.Prompts, p)
			}
		}
	}
	slices.SortStableFunc(r.account.Prompts, func(a, b Prompt) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Text, b.Text))
	})
}

// readLetters takes the letters of all packages, each once: a later package
// holds the earlier letters again.
func (r *reading) readLetters(sources []source) {
	seen := make(map[string]bool)
	for i := range sources {
		n := r.document(&sources[i])
		if n == nil || n.Kind != NodeObject {
			continue
		}
		for j := range n.Children {
			c := &n.Children[j]
			if c.Kind != NodeObject || seen[c.Key] {
				continue
			}
			seen[c.Key] = true
			l := Letter{Key: c.Key, Note: c.text("note")}
			for _, a := range c.Child("response").records() {
				l.Answers = append(l.Answers, Answer{a.text("question"), a.text("answer")})
			}
			r.account.Letters = append(r.account.Letters, l)
		}
	}
	slices.SortStableFunc(r.account.Letters, func(a, b Letter) int { return cmp.Compare(a.Key, b.Key) })
}
