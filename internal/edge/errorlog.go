package edge

import (
	"log"
	"log/slog"
	"regexp"
	"strings"
)

// ErrorLog is what an http.Server writes its own lines to. Many of them name
// the client's address ("http: TLS handshake error from …"), which the log must
// not hold.
func ErrorLog(to *slog.Logger) *log.Logger { return log.New(errorLog{to}, "", 0) }

type errorLog struct{ to *slog.Logger }

// Write gets one line of the server, or one panic with its stack, at a time.
func (l errorLog) Write(line []byte) (int, error) {
	l.to.Warn(WithoutAddresses(strings.TrimSpace(string(line))))
	return len(line), nil
}

// noAddress stands where a network address stood.
const noAddress = "(address)"

// WithoutAddresses is text with its IP addresses, with or without a port, left out.
func WithoutAddresses(text string) string {
	return addressLike.ReplaceAllStringFunc(text, func(word string) string {
		// "panic serving 1.2.3.4:5: …" has the colon of the sentence at its end.
		for end := len(word); end > 0; end-- {
			if _, ok := parseAddress(word[:end]); ok {
				return noAddress + word[end:]
			}
			if last := word[end-1]; last != ':' && last != '.' {
				break
			}
		}
		return word
	})
}

// addressLike is a run of what an address may consist of, its zone included.
var addressLike = regexp.MustCompile(`[0-9A-Za-z.:%\[\]]+`)
