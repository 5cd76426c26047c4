package export

import (
	"bytes"
	"encoding/json"
)

// Spotify writes UserAddress.json as Scala prints a value, and not as JSON:
//
//	List(Map(city -> Springfield, street -> Evergreen Terrace 742))
//
// Texts have no quotes, so only what follows tells a comma or a bracket in a
// text from the notation's own. What is ambiguous stays text, so that nothing
// is lost.

const (
	maxScalaDepth = 16
	// maxAddressBytes bounds the addresses that are parsed to recognize them:
	// Spotify's have a hundred bytes.
	maxAddressBytes = 64 << 10
	maxScalaKey     = 100 // bytes between a comma and an arrow
)

// scalaWriter turns Scala's notation into JSON.
type scalaWriter struct {
	text []byte
	at   int
	out  bytes.Buffer
}

// scalaJSON is the JSON of a List or a Map in Scala's notation; ok is false when
// the text is anything else.
func scalaJSON(text []byte) (json []byte, ok bool) {
	w := scalaWriter{text: bytes.TrimSpace(text)}
	if w.opens() == "" || !w.value(0, false) || w.at != len(w.text) {
		return nil, false
	}
	return w.out.Bytes(), true
}

// scalaCollections are the beginnings of collections. Some holds one value.
var scalaCollections = []string{"List(", "Map(", "HashMap(", "ListMap(", "Vector(", "Set(", "ArrayBuffer(", "Some("}

// opens is the collection that begins here, "" when there is none.
func (w *scalaWriter) opens() string {
	for _, c := range scalaCollections {
		if bytes.HasPrefix(w.text[w.at:], []byte(c)) {
			return c
		}
	}
	return ""
}

func (w *scalaWriter) value(depth int, inMap bool) bool {
	open := w.opens()
	if open == "" {
		w.scalar(inMap)
		return true
	}
	w.at += len(open)
	if depth == maxScalaDepth {
		return false
	}
	switch open {
	case "Some(":
		return w.value(depth+1, false) && w.take(')')
	case "Map(", "HashMap(", "ListMap(":
		return w.items("{}", func() bool { return w.key() && w.value(depth+1, true) })
	default:
		return w.items("[]", func() bool { return w.at < len(w.text) && w.value(depth+1, false) })
	}
}

// items writes what a collection holds between JSON's brackets for it.
func (w *scalaWriter) items(brackets string, item func() bool) bool {
	w.out.WriteByte(brackets[0])
	for n := 0; !w.take(')'); n++ {
		if n > 0 {
			if !w.take(',') {
				return false
			}
			w.out.WriteByte(',')
		}
		w.spaces()
		if !item() {
			return false
		}
	}
	w.out.WriteByte(brackets[1])
	return true
}

// key writes a key of a map, and moves behind its arrow.
func (w *scalaWriter) key() bool {
	end := w.keyEnd(w.at)
	if end < 0 {
		return false
	}
	w.quoted(w.text[w.at:end])
	w.out.WriteByte(':')
	w.at = end + len(scalaArrow)
	w.spaces()
	return true
}

const scalaArrow = "->"

// keyEnd is where the key that begins at a place ends, before the arrow, and
// -1 when no key begins there.
func (w *scalaWriter) keyEnd(at int) int {
	near := w.text[at:min(len(w.text), at+maxScalaKey)]
	end := bytes.Index(near, []byte(scalaArrow))
	if end < 0 || bytes.ContainsAny(near[:end], ",()") {
		return -1
	}
	return at + end
}

// scalar is a text, up to the bracket that closes what holds it or the comma
// before the next of it: in a map only a comma with a key behind it.
func (w *scalaWriter) scalar(inMap bool) {
	from, open := w.at, 0
scan:
	for w.at < len(w.text) {
		switch w.text[w.at] {
		case '(':
			open++
		case ')':
			if open == 0 {
				break scan
			}
			open--
		case ',':
			if open == 0 && (!inMap || w.keyEnd(w.at+1) >= 0) {
				break scan
			}
		}
		w.at++
	}
	switch text := bytes.TrimSpace(w.text[from:w.at]); string(text) {
	case "null", "None":
		w.out.WriteString("null")
	case "true", "false":
		w.out.Write(text)
	default:
		w.quoted(text)
	}
}

func (w *scalaWriter) spaces() {
	for w.at < len(w.text) && (w.text[w.at] == ' ' || w.text[w.at] == '\n' || w.text[w.at] == '\r' || w.text[w.at] == '\t') {
		w.at++
	}
}

// take skips a character, and spaces before it, if it is next.
func (w *scalaWriter) take(c byte) bool {
	at := w.at
	w.spaces()
	if w.at < len(w.text) && w.text[w.at] == c {
		w.at++
		return true
	}
	w.at = at
	return false
}

func (w *scalaWriter) quoted(text []byte) {
	// A string always has a JSON form.
	b, _ := json.Marshal(string(bytes.TrimSpace(text)))
	w.out.Write(b)
}
