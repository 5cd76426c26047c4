package sessions

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
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
	for i := range maxParts {
		if name == partName(base, i) {
			return i
		}
	}
	return -1
}

// maxValues is how many cookies of one name are looked at. A browser sends
// several when they were set for different paths or domains, which any host
// below a common domain can do to the others.
const maxValues = 4

// maxJoins bounds the attempts to join parts of which several have one name.
const maxJoins = 16

// cookies are the session cookies that a request brought, by part. Each part may
// have come several times.
type cookies struct {
	values [maxParts][]string
	// more says that there were too many to keep.
	more bool
}

// receivedCookies collects them in the order of the request.
func receivedCookies(r *http.Request, base string) cookies {
	var c cookies
	for _, cookie := range r.Cookies() {
		i := partIndex(base, cookie.Name)
		switch {
		case i < 0, slices.Contains(c.values[i], cookie.Value):
		case len(c.values[i]) == maxValues:
			c.more = true
		default:
			c.values[i] = append(c.values[i], cookie.Value)
		}
	}
	return c
}

func (c *cookies) any() bool {
	return slices.ContainsFunc(c.values[:], func(values []string) bool { return len(values) > 0 })
}

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

// sealedValue is a sealed body with the id of the key that opens it.
type sealedValue struct{ keyID, body string }

// sealed yields every value that the parts can be joined to, or the error. It
// is the inverse of split and ignores parts beyond the count.
func (c *cookies) sealed() iter.Seq2[sealedValue, error] {
	return func(yield func(sealedValue, error) bool) {
		if len(c.values[0]) == 0 {
			yield(sealedValue{}, errMissingPart)
			return
		}
		joins := 0
		bounded := func(value sealedValue, err error) bool {
			if joins++; joins > maxJoins {
				yield(sealedValue{}, errTooMany)
				return false
			}
			return yield(value, err)
		}
		for _, first := range c.values[0] {
			value, count, err := parseFirst(first)
			if err != nil {
				if !yield(sealedValue{}, err) {
					return
				}
				continue
			}
			if !c.join(value, 1, count, bounded) {
				return
			}
		}
	}
}

// join appends the parts from i up to count to value, in every way there is. It
// reports whether to go on.
func (c *cookies) join(value sealedValue, i, count int, yield func(sealedValue, error) bool) bool {
	if i == count {
		return yield(value, nil)
	}
	if len(c.values[i]) == 0 {
		return yield(sealedValue{}, errMissingPart)
	}
	for _, part := range c.values[i] {
		if !c.join(sealedValue{value.keyID, value.body + part}, i+1, count, yield) {
			return false
		}
	}
	return true
}

// parseFirst reads the first part of a sealed body, and of how many it is one.
func parseFirst(text string) (_ sealedValue, count int, err error) {
	fields := strings.Split(text, ".")
	if isNewerFormat(fields[0]) && len(fields) > 1 {
		return sealedValue{}, 0, fmt.Errorf("%w: format %s", ErrNewerVersion, fields[0])
	}
	if fields[0] != formatVersion {
		return sealedValue{}, 0, errMalformed
	}
	switch len(fields) {
	case 3:
		return sealedValue{fields[1], fields[2]}, 1, nil
	case 4:
		digit := fields[2]
		if len(digit) != 1 || digit[0] < '2' || digit[0] > '0'+maxParts {
			return sealedValue{}, 0, errMalformed
		}
		return sealedValue{fields[1], fields[3]}, int(digit[0] - '0'), nil
	}
	return sealedValue{}, 0, errMalformed
}

// isNewerFormat reports whether field is a version like v1, and a later one.
func isNewerFormat(field string) bool {
	digits, ok := strings.CutPrefix(field, "v")
	n, err := strconv.ParseUint(digits, 10, 8)
	return ok && err == nil && n > 1 && digits[0] != '0'
}
