package export

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// appendText appends what the JSON string v of b means to dst, as valid UTF-8.
// A lone surrogate and every byte that is not UTF-8 become U+FFFD.
func appendText(dst, b []byte, v *value) []byte {
	// The grammar was checked, so the error can only be that of such bytes.
	dst, _ = jsontext.AppendUnquote(dst, b[v.start-1:v.end+1])
	return dst
}

// cutText shortens b to at most limit bytes without splitting a rune.
func cutText(b []byte, limit int) []byte {
	if len(b) <= limit {
		return b
	}
	for limit > 0 && !utf8.RuneStart(b[limit]) {
		limit--
	}
	return b[:limit]
}
