package sessions

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// minStrength is in bits. A random key of 32 hexadecimal digits has 128, of
// which the estimate takes up to 30 for what looks like a pattern by chance.
const minStrength = 80

// Bits that a pattern is worth to somebody who guesses keys.
const (
	wordBits      = 7 // about as many as the list of words is long
	yearBits      = 7
	repeatBits    = 8
	sequenceBits  = 4 // and those of its first character
	separatorBits = 2 // from its second use on
)

// Shorter patterns are common in random keys.
const (
	minRepeat   = 3
	minSequence = 3
)

// commonWords are what people make keys and passwords of, by first letter.
var commonWords = func() map[rune][][]rune {
	byLetter := make(map[rune][][]rune)
	for word := range strings.FieldsSeq(`
		password passwort passphrase passw0rd p@ssw0rd p4ssw0rd secret s3cret secure security session sessions cookie token
		spotify music data tool server service website site app application local localhost
		admin administrator root user guest login welcome letmein master default private public
		example sample test tests testing demo dummy sandbox dev development staging prod production
		change changed please never super very long really random string value least characters
		is my me our your this that here only must be with the and for not use from some any all
		key keys phrase hello world monkey dragon shadow sunshine princess football baseball iloveyou trustno1
		foo bar baz foobar lorem ipsum dolor amet correct horse battery staple
		one two three four five six seven eight nine ten`) {
		first := rune(word[0])
		byLetter[first] = append(byLetter[first], []rune(word))
	}
	return byLetter
}()

// keyboardRows are sequences as fingers make them.
var keyboardRows = strings.Fields(`
	qwertyuiop qwertzuiop azertyuiop asdfghjkl qsdfghjklm zxcvbnm yxcvbnm 1234567890 !@#$%^&*()
	1q2w3e4r5t6y7u8i9o0p qazwsxedcrfvtgbyhnujmikolp 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik`)

// strength estimates how many bits it takes to describe a key to somebody who
// knows the common words and how people type. It overestimates keys that people
// make up, and underestimates random keys a little.
func strength(key string) float64 {
	runes := []rune(strings.ToLower(key))
	perCharacter := math.Log2(float64(alphabet(key)))
	// The cheapest description of what follows each place, from the end.
	bits := make([]float64, len(runes)+1)
	for i := len(runes) - 1; i >= 0; i-- {
		cheapest := perCharacter + bits[i+1]
		if c := runes[i]; !unicode.IsLetter(c) && !unicode.IsDigit(c) && slices.Contains(runes[:i], c) {
			cheapest = separatorBits + bits[i+1]
		}
		whole, year := word(runes[i:]), year(runes[i:])
		for _, pattern := range []struct {
			least, most int
			cost        float64
		}{
			{minRepeat, repeat(runes, i), repeatBits},
			{minSequence, sequence(runes[i:]), perCharacter + sequenceBits},
			{max(whole, 1), whole, wordBits},
			{max(year, 1), year, yearBits},
		} {
			for n := pattern.least; n <= pattern.most; n++ {
				cheapest = min(cheapest, pattern.cost+bits[i+n])
			}
		}
		bits[i] = cheapest
	}
	return bits[0]
}

// alphabet is how many characters a key may have been chosen from, going by
// those it has.
func alphabet(key string) int {
	if strings.Trim(key, "0123456789abcdef") == "" || strings.Trim(key, "0123456789ABCDEF") == "" {
		return 16
	}
	var digit, lower, upper, mark, other int
	for _, c := range key {
		switch {
		case '0' <= c && c <= '9':
			digit = 10
		case 'a' <= c && c <= 'z':
			lower = 26
		case 'A' <= c && c <= 'Z':
			upper = 26
		case c <= unicode.MaxASCII:
			mark = 33
		default:
			other = 64
		}
	}
	return digit + lower + upper + mark + other
}

// repeat returns how much of what begins at i was there before.
func repeat(key []rune, i int) int {
	longest := 0
	for j := range i {
		longest = max(longest, common(key[j:], key[i:]))
	}
	return longest
}

// common returns how many characters a and b have in common at their beginning.
func common(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// sequence returns how many characters at the beginning follow each other by
// the same step of at most one, or along a row of a keyboard.
func sequence(key []rune) int {
	longest := 0
	if len(key) >= minSequence {
		if step := key[1] - key[0]; step >= -1 && step <= 1 {
			for longest = 2; longest < len(key) && key[longest]-key[longest-1] == step; {
				longest++
			}
		}
	}
	for _, row := range keyboardRows {
		if start := strings.IndexRune(row, key[0]); start >= 0 {
			longest = max(longest, common(key, []rune(row[start:])))
		}
	}
	return longest
}

// word returns the length of the longest common word at the beginning.
func word(key []rune) int {
	longest := 0
	for _, w := range commonWords[key[0]] {
		if len(w) > longest && common(key, w) == len(w) {
			longest = len(w)
		}
	}
	return longest
}

// year returns the length of a year at the beginning that people put into keys.
func year(key []rune) int {
	if len(key) >= 4 && unicode.IsDigit(key[2]) && unicode.IsDigit(key[3]) {
		if century := string(key[:2]); century == "19" || century == "20" {
			return 4
		}
	}
	return 0
}
