package export

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// The technical log is a package of some 180 files of telemetry: when an app
// connected, what a screen measured, each row with addresses and identifiers of
// devices. A few of its files tell what a person changed in their library and
// their playlists. Of those, the rows are kept, and of each row only what says
// what changed and when.

// changeFile matches the names of such files, see jsonStem.
var changeFile = regexp.MustCompile(`^(added|removed)[a-z]+$|^playlist(created|deleted|removed|renamed|followed|unfollowed|reordered)$`)

// changeOfName is the kind of change that a file of the technical log records,
// as Spotify calls it: "AddedToPlaylist". It is "" for telemetry.
func changeOfName(name string) string {
	stem, ok := jsonStem(name)
	if !ok || !changeFile.MatchString(stem) {
		return ""
	}
	// Lower case can be shorter than what it comes from, but not in ASCII.
	if written := BaseName(name); len(written) >= len(stem) && strings.ToLower(written[:len(stem)]) == stem {
		return written[:len(stem)]
	}
	return stem
}

// logRows are the rows of a file of the technical log.
type logRows struct {
	kept    int    // say what changed
	dropped int    // telemetry
	json    []byte // an array of the kept ones, with nothing in them but the change
}

// readLog reads a file of the technical log that is valid UTF-8. With change ""
// it only counts rows. It ends where the JSON breaks off; the progress says so.
func readLog(b []byte, change string, buf []byte) (logRows, progress) {
	rows := logRows{json: append(buf[:0], '[')}
	p, st := skipSpace(b, 0), malformed
	if p < len(b) && b[p] == '[' {
		p, st = eachElement(b, p, func(p int) (next int, st progress) {
			kept := false
			if b[p] == '{' && change != "" {
				next, st, kept = rows.change(b, p, change)
			} else {
				var v value
				next, st = readValue(b, p, &v)
			}
			switch {
			case st != done:
			case kept:
				rows.kept++
			default:
				rows.dropped++
			}
			return next, st
		})
	}
	if st == done && skipSpace(b, p) < len(b) {
		st = malformed
	}
	rows.json = append(rows.json, ']')
	return rows, st
}

// change reads the row at b[p:] and keeps what it says of the change. A row
// with nothing but a time is not kept.
func (r *logRows) change(b []byte, p int, change string) (next int, st progress, kept bool) {
	mark := len(r.json)
	if r.kept > 0 {
		r.json = append(r.json, ',')
	}
	r.json = append(append(append(r.json, `{"change":"`...), change...), '"') // letters alone, see changeFile
	next, st = eachMember(b, p, func(key value, p int) (int, progress) {
		var v value
		p, st := readValue(b, p, &v)
		if st != done {
			return p, st
		}
		name, json := strings.ToLower(string(appendText(nil, b, &key))), ""
		switch {
		case name == "timestamp_utc" && (v.kind == kindString || v.kind == kindNumber):
			json = raw(b, &v)
		case strings.HasPrefix(name, messagePrefix) && isPlainKey(name):
			json = described(b, &v, strings.Split(name[len(messagePrefix):], "_"))
			kept = kept || json != ""
		}
		if json != "" {
			r.json = append(append(append(r.json, `,"`...), name...), `":`...)
			r.json = append(r.json, json...)
		}
		return p, done
	})
	if !kept || st != done {
		r.json = r.json[:mark]
		return next, st, false
	}
	r.json = append(r.json, '}')
	return next, done, true
}

const messagePrefix = "message_"

// isPlainKey reports whether a key may be written between quotes as it is.
func isPlainKey(key string) bool {
	for i := range len(key) {
		if c := key[i]; (c < 'a' || c > 'z') && !isDigit(c) && c != '_' {
			return false
		}
	}
	return len(key) <= 64
}

// raw is a string or a number as it stands.
func raw(b []byte, v *value) string {
	if v.kind == kindString {
		return string(b[v.start-1 : v.end+1])
	}
	return string(b[v.start:v.end])
}

// described returns what may be kept of a value, as JSON, or "". These files
// are not documented, so only what is known to be harmless is kept: URIs of
// what can be saved or put into a playlist, names of such things, and positions
// in a list. words are the words of the key.
func described(b []byte, v *value, words []string) string {
	last := words[len(words)-1]
	switch v.kind {
	case kindNested:
		return resourceList(b[v.start:v.end])
	case kindNumber:
		if isPlace(last) && v.end-v.start <= maxPlaceDigits {
			return raw(b, v)
		}
	case kindString:
		text := string(appendText(nil, b, v))
		if uri := resource(text); uri != "" {
			return `"` + uri + `"`
		}
		if list := resources(strings.FieldsFunc(text, isListMark)); list != "" {
			return list
		}
		if isPlace(last) && len(text) <= maxPlaceDigits && isWhole(text) {
			return raw(b, v)
		}
		if isNameKey(words) && len(text) <= DefaultLimits.StringBytes && !looksLikeID(text) {
			return raw(b, v)
		}
	}
	return ""
}

const maxPlaceDigits = 9

// isPlace reports whether a key ends in a word for a place in a list.
func isPlace(word string) bool { return word == "position" || word == "index" || word == "count" }

func isWhole(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// notNamed are words in the keys of other names: of devices, programs and
// people.
var notNamed = []string{
	"app", "application", "browser", "client", "connection", "context", "device", "event", "feature", "file", "first",
	"friend", "host", "last", "model", "network", "os", "owner", "page", "person", "platform", "product", "profile",
	"screen", "server", "session", "ssid", "system", "user", "username", "version", "view",
}

// isNameKey reports whether a key is of the name of something that can be saved.
func isNameKey(words []string) bool {
	last := words[len(words)-1]
	if last != "name" && last != "title" {
		return false
	}
	return !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(notNamed, w) })
}

var hexID = regexp.MustCompile(`^[0-9A-Fa-f-]{16,}$`)

// looksLikeID reports whether a text is an address or an identifier, whatever
// its key calls it.
func looksLikeID(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return s == "" || hexID.MatchString(s) || strings.Contains(s, "@")
}

// resourceURI matches the URIs of what can be saved or put into a playlist. A
// person's own URI is none of them, and neither is a device's.
var resourceURI = regexp.MustCompile(`^spotify:(track|album|artist|show|episode|chapter|audiobook|playlist|local|concert|prerelease):[A-Za-z0-9:%+._~-]+$`)

// maxResource is the length of the longest URI that is kept. As a count within
// the expression it would cost every start of the program ten milliseconds.
const maxResource = 1000

// ownedPlaylist matches how playlists were named until 2018: below their owner.
var ownedPlaylist = regexp.MustCompile(`^spotify:user:[^:]+(:playlist:[A-Za-z0-9]{1,64})$`)

// resource returns the URI if it may be kept, and "" for any other text.
func resource(s string) string {
	if m := ownedPlaylist.FindStringSubmatch(s); m != nil {
		return "spotify" + m[1]
	}
	if len(s) <= maxResource && resourceURI.MatchString(s) {
		return s
	}
	return ""
}

// isListMark is what stands between URIs in one text.
func isListMark(r rune) bool {
	return r == ',' || r == ';' || r == ' ' || r == '[' || r == ']' || r == '"'
}

// resources is the list of those that may be kept, as JSON; "" for none.
func resources(texts []string) string {
	var kept []string
	for _, s := range texts {
		if uri := resource(s); uri != "" {
			kept = append(kept, `"`+uri+`"`)
		}
	}
	if kept == nil {
		return ""
	}
	return "[" + strings.Join(kept, ",") + "]"
}

// resourceList is resources of the strings in an array, "" for an object.
func resourceList(b []byte) string {
	if b[0] != '[' {
		return ""
	}
	var texts []string
	eachElement(b, 0, func(p int) (int, progress) { // whose grammar was checked
		var v value
		p, st := readValue(b, p, &v)
		if v.kind == kindString {
			texts = append(texts, string(appendText(nil, b, &v)))
		}
		return p, st
	})
	return resources(texts)
}
