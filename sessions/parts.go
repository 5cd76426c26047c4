package sessions

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

const (
	// partSize is the longest value of one cookie. Browsers drop a cookie whose
	// name and value exceed 4,096 bytes together.
	partSize = 3800
	// maxParts bounds what a session adds to every request.
	maxParts = 4
)

// ErrTooLarge is the error of a session that does not fit into cookies. It is a
// fault of the program, which should keep less in its sessions.
var ErrTooLarge = errors.New("session too large for its cookies")

// partName is the name of the cookie that holds part i, counted from 0.
func partName(base string, i int) string {
	if i == 0 {
		return base
	}
	return base + "." + strconv.Itoa(i+1)
}

// partIndex is the inverse of partName. It returns -1 for another cookie.
func partIndex(base, name string) int {
	suffix, ok := strings.CutPrefix(name, base)
	if !ok {
		return -1
	}
	if suffix == "" {
		return 0
	}
	for i := 1; i < maxParts; i++ {
		if len(suffix) == 2 && suffix[0] == '.' && suffix[1] == byte('1'+i) {
			return i
		}
	}
	return -1
}

// cookies are the session cookies that a request brought, by part.
type cookies struct {
	values  [maxParts]string
	present [maxParts]bool
}

// receivedCookies collects them. Of several with one name the first counts, as
// for http.Request.Cookie.
func receivedCookies(r *http.Request, base string) cookies {
	var c cookies
	for _, cookie := range r.Cookies() {
		if i := partIndex(base, cookie.Name); i >= 0 && !c.present[i] {
			c.values[i], c.present[i] = cookie.Value, true
		}
	}
	return c
}

func (c *cookies) any() bool { return c.present != [maxParts]bool{} }

// split lays a sealed body out over as few cookies as hold it.
func split(keyID, body string) ([]string, error) {
	prefix := formatVersion + "." + keyID + "."
	if len(prefix)+len(body) <= partSize {
		return []string{prefix + body}, nil
	}
	// The count goes into the first part. Without it, a part left over from a
	// longer session could not be told from one that belongs.
	prefixed := len(prefix) + len("n.") + len(body)
	count := (prefixed + partSize - 1) / partSize
	if count > maxParts {
		return nil, fmt.Errorf("%w: %d bytes sealed, at most %d fit", ErrTooLarge, prefixed, maxParts*partSize)
	}
	whole := prefix + strconv.Itoa(count) + "." + body
	values := make([]string, 0, count)
	for len(whole) > partSize {
		values, whole = append(values, whole[:partSize]), whole[partSize:]
	}
	return append(values, whole), nil
}

// join is the inverse of split. It leaves out parts beyond the count.
func join(c *cookies) (keyID, body string, err error) {
	if !c.present[0] {
		return "", "", errMissingPart
	}
	fields := strings.Split(c.values[0], ".")
	if fields[0] != formatVersion {
		return "", "", errMalformed
	}
	switch len(fields) {
	case 3:
		return fields[1], fields[2], nil
	case 4:
		count := fields[2]
		if len(count) != 1 || count[0] < '2' || count[0] > '0'+maxParts {
			return "", "", errMalformed
		}
		body = fields[3]
		for i := 1; i < int(count[0]-'0'); i++ {
			if !c.present[i] {
				return "", "", errMissingPart
			}
			body += c.values[i]
		}
		return fields[1], body, nil
	}
	return "", "", errMalformed
}
