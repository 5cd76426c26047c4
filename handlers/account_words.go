package handlers

import (
	"strings"
	"unicode"

	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// documentWords say why a document could not be read as a whole, see
// [account.Problem].
var documentWords = map[export.Code]string{
	account.CodeCutShort:    "The file breaks off or is damaged; what comes before that is read.",
	account.CodeOddKind:     "Values of another kind than expected, left out: {count}.",
	account.CodeNoTime:      "Entries without a time that can be read: {count}.",
	account.CodeTooMuch:     "The file holds more than is read of such a file; the rest is on no page.",
	account.CodeNotUnpacked: "The file cannot be unpacked any more, and is on no page. Upload it again.",
}

// eventWords is the name of an event in the technical log as people write it:
// "Added to queue" for AddedToQueue.
func eventWords(event string) string {
	var b strings.Builder
	for i, r := range event {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
