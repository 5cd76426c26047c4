package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/export"

// A Veil goes down a document beside whoever shows it, and knows which of its
// values are personal. It knows them by the same rules as PersonalFields, but
// has no bounds: what is too deep or too much to be listed is hidden all the same.
type Veil struct{ hides, open bool }

// VeilOf is the veil over a document of that topic.
func VeilOf(topic export.Topic) Veil {
	return Veil{hides: personalTopics[topic], open: impersonalTopics[topic]}
}

// Beneath is the veil over a member of an object. The elements of an array have
// that of the array.
func (v Veil) Beneath(key string) Veil {
	v.hides = v.hides || !v.open && isPersonalKey(key)
	return v
}

// Hides reports whether the values here are personal.
func (v Veil) Hides() bool { return v.hides }

// Mask is what may be shown of a personal value unasked.
func (v Veil) Mask(n *Node) string {
	if n.Kind == NodeBool {
		return maskDots
	}
	return masked(n.Text)
}
