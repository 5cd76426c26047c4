package dataset

// uriClass says how an item's URI is spelled. The two usual prefixes are left
// out of the stored text; what remains is the ID that Spotify's links carry.
type uriClass uint8

const (
	uriNone uriClass = iota // no URI: the item is known by its names
	uriTrack
	uriEpisode
	uriOther // stored whole
	uriClasses
)

var uriPrefix = [uriClasses]string{uriTrack: "spotify:track:", uriEpisode: "spotify:episode:"}

func splitURI[S string | []byte](uri S) (class uriClass, rest S) {
	if len(uri) == 0 {
		return uriNone, uri
	}
	for _, c := range [...]uriClass{uriTrack, uriEpisode} {
		if p := uriPrefix[c]; len(uri) > len(p) && string(uri[:len(p)]) == p {
			return c, uri[len(p):]
		}
	}
	return uriOther, uri
}

// isID reports whether s is what Spotify uses as an ID: 22 letters and digits.
func isID(s string) bool {
	if len(s) != 22 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
