package account

import (
	"cmp"
	"slices"
	"strings"
)

// PersonalField is a place in a document that holds something personal. The
// elements of an array are one field.
type PersonalField struct {
	Document string   `json:"document"`
	Package  string   `json:"package"`
	Path     string   `json:"path"`   // JSON path: $.email, $.members[]
	Count    int      `json:"count"`  // values in all
	Values   []string `json:"masked"` // what may be shown of them, see Redactor.Mask; at most maxPersonalValues
}

// PersonalFields lists the personal fields of the packages with masked values:
// nothing is kept in memory that a page would not show unasked.
func (a *Account) PersonalFields() []PersonalField { return a.personal }

// personalMarks are parts of keys, in lower case, that are personal wherever
// they stand.
var personalMarks = []string{
	"email", "e_mail", "birth", "gender", "postal", "zipcode", "address", "street", "phone", "mobile",
	"username", "user_name", "firstname", "lastname", "first_name", "last_name", "displayname", "display_name",
	"facebook", "ip_addr", "ipaddr", "device_id", "deviceid", "creditcard", "card_number", "payment",
	"fullname", "full_name", "surname", "familyname", "givenname", "nickname", "realname", "teamname", "team_name",
	"userid", "user_id", "accountid", "account_id", "customerid", "customer_id", "imageurl", "latitude", "longitude", "identifiervalue", "collaborators", "members",
}

// isPersonalKey reports whether a key, in lower case, says that what stands
// beneath it is personal.
func isPersonalKey(key string) bool {
	return slices.ContainsFunc(personalMarks, func(m string) bool { return strings.Contains(key, m) })
}

// personalFields lists the personal fields, with their values as they stand for
// a person who asked to see them.
func (r *reading) personalFields(show bool) []PersonalField {
	var all []PersonalField
	for i := range r.sources {
		s := &r.sources[i]
		if ruleOf(s.Topic).holds == nothing {
			continue
		}
		json, ok := r.content(s)
		if !ok {
			continue
		}
		p := personalReader{
			cursor: cursor{scanner: scanner{b: withoutMark(json)}}, source: s, show: show,
			at: make(map[string]int), room: min(maxPersonalFields, maxPersonal-len(all)),
		}
		p.value("$", NewRedactor(s.Topic), 1)
		all = append(all, p.fields...)
	}
	slices.SortStableFunc(all, func(a, b PersonalField) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Package, b.Package))
	})
	return all
}

type personalReader struct {
	cursor
	source *source
	show   bool
	room   int // fields that may be listed
	fields []PersonalField
	at     map[string]int // fields by path
}

func (p *personalReader) value(path string, redactor Redactor, depth int) {
	switch p.kind() {
	case '{':
		if depth > maxPersonalDepth {
			return
		}
		p.object(func(key []byte) {
			k, _ := cutText(key, maxKey)
			if !redactor.hides && k == "items" {
				return // of playlists: tracks, which are many and no persons
			}
			if len(path)+len(k) <= maxPersonalPath {
				p.value(path+"."+k, redactor.Member(k), depth+1)
			}
		})
	case '[':
		if depth > maxPersonalDepth {
			return
		}
		p.array(func() { p.value(path+"[]", redactor, depth+1) })
	case '"', '0':
		n := Node{Kind: NodeText}
		if p.kind() == '0' {
			n.Kind = NodeNumber
		}
		n.Text, _ = cutText(p.bytes(), DisplayLimits.Text)
		if redactor.Redacts(&n) {
			p.add(path, n.Text, redactor.Mask(&n))
		}
	}
}

func (p *personalReader) add(path, value, mask string) {
	if value == "" || p.broken {
		return
	}
	i, ok := p.at[path]
	if !ok {
		if len(p.fields) >= p.room {
			return
		}
		i = len(p.fields)
		p.at[path] = i
		p.fields = append(p.fields, PersonalField{Document: p.source.Name, Package: p.source.Package, Path: path})
	}
	f := &p.fields[i]
	if f.Count++; len(f.Values) < maxPersonalValues {
		if p.show {
			mask = strings.ToValidUTF8(value, "\uFFFD")
		}
		f.Values = append(f.Values, mask)
	}
}

// maskDots stand for the rest of a text, whatever its length: the length of a
// name says a lot about it.
const maskDots = "••••••"
