package words

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/account"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// DocumentWords say why a document could not be read as a whole, see
// [account.Problem].
var DocumentWords = map[export.Code]string{
	account.CodeCutShort:    "The file breaks off or is damaged; what comes before that is read.",
	account.CodeOddKind:     "Values of another kind than expected, left out: {count}.",
	account.CodeNoTime:      "Entries without a time that can be read: {count}.",
	account.CodeTooMuch:     "The file holds more than is read of such a file; the rest is on no page.",
	account.CodeNotUnpacked: "The file cannot be unpacked any more, and is on no page. Upload it again.",
}
