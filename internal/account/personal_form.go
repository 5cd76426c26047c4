package account

import (
	"net/netip"
	"strings"
	"unicode"
)

// maxPersonalForm is the longest text that can be personal by its form and
// holds no e-mail address.
const maxPersonalForm = 64

// isPersonalText reports whether a text is personal by its form, wherever it
// stands: an e-mail address, a telephone number, an IP address, a UUID or an ID
// of an account or a device. Addresses of music, times, days and counts are not.
func isPersonalText(s string) bool {
	if strings.HasPrefix(s, "spotify:") {
		return strings.HasPrefix(s, "spotify:user:")
	}
	if strings.IndexByte(s, '@') > 0 && hasEmail(s) {
		return true
	}
	s = strings.TrimSpace(s)
	return len(s) <= maxPersonalForm && (isPhone(s) || isIP(s) || isUUID(s) || isLongID(s))
}

// hasEmail reports whether one of the words is an e-mail address.
func hasEmail(s string) bool {
	for word := range strings.FieldsSeq(s) {
		word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		local, domain, ok := strings.Cut(word, "@")
		dot := strings.LastIndexByte(domain, '.')
		if ok && local != "" && !strings.ContainsRune(domain, '@') && dot > 0 && len(domain)-dot > 2 {
			return true
		}
	}
	return false
}

// isPhone reports whether the text is a telephone number as people write them:
// with a plus, or with a nought and gaps. Others cannot be told from counts.
func isPhone(s string) bool {
	digits, gaps := 0, 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == ' ' || r == '(' || r == ')' || r == '/' || r == '-':
			gaps++
		case r == '+' && i == 0:
		default:
			return false
		}
	}
	if digits > 15 {
		return false
	}
	if strings.HasPrefix(s, "+") {
		return digits >= 8
	}
	return digits >= 9 && gaps > 0 && (strings.HasPrefix(s, "0") || strings.HasPrefix(s, "(0"))
}

func isIP(s string) bool {
	if strings.Count(s, ".") != 3 && strings.Count(s, ":") < 2 {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err == nil && !a.IsUnspecified()
}

func isUUID(s string) bool {
	for i := range len(s) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') || !dash && !isHex(s[i]) {
			return false
		}
	}
	return len(s) == 36
}

// isLongID reports whether the text is an ID of an account, 28 letters and
// digits, or of an account or a device, 32 hexadecimal digits and more. Those of
// tracks have 22.
func isLongID(s string) bool {
	if len(s) != 28 && len(s) < 32 {
		return false
	}
	letters, digits, hex := 0, 0, true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z', len(s) >= 32 && isHex(c):
			letters++
		default:
			return false
		}
		hex = hex && isHex(s[i])
	}
	return len(s) == 28 && letters > 0 && digits > 0 || len(s) >= 32 && hex
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
