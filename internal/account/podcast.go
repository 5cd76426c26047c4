package account

import (
	"cmp"
	"slices"
	"strings"
)

// PodcastActionKind is what was done about a podcast.
type PodcastActionKind string

// What can be done about a podcast.
const (
	PodcastRating   PodcastActionKind = "rating"
	PodcastComment  PodcastActionKind = "comment"
	PodcastReaction PodcastActionKind = "reaction"
	PodcastVote     PodcastActionKind = "vote"
	PodcastOther    PodcastActionKind = "other"
)

// PodcastAction is a rating, comment, reaction or vote.
type PodcastAction struct {
	Kind    PodcastActionKind
	Time    int64  // Unix milliseconds, 0 when it cannot be read
	Subject string // name of the show or episode, empty when only the URI is given
	URI     string
	Rating  float64 // of a rating, stars
	Text    string  // of the rest
}

// podcastLists tell the kind of actions by the name of their list, or of their
// document in years in which the lists have other names.
var podcastLists = []struct {
	mark string
	kind PodcastActionKind
}{
	{"rated", PodcastRating}, {"comment", PodcastComment}, {"reaction", PodcastReaction}, {"poll", PodcastVote}, {"vote", PodcastVote},
}

func podcastKind(name string) PodcastActionKind {
	name = strings.ToLower(name)
	for _, l := range podcastLists {
		if strings.Contains(name, l.mark) {
			return l.kind
		}
	}
	return PodcastOther
}

func (r *reading) readPodcasts(sources []source) {
	seen := make(map[PodcastAction]bool)
	take := func(kind PodcastActionKind, list []*Node) {
		for _, n := range list {
			a := PodcastAction{
				Kind:    kind,
				Time:    milliseconds(n.text("ratedAt", "ratedDate", "postedDate", "postedAt", "createdAt", "reactedAt", "date", "timestamp")),
				Subject: n.text("showName", "episodeName", "name", "title"),
				URI:     n.text("entityUri", "showUri", "episodeUri", "uri"),
				Rating:  n.number("rating"),
				Text:    n.text("commentText", "comment", "text", "reaction", "reactionUnicode", "emoji", "option", "optionText"),
			}
			if a.Text == "" {
				var texts []string
				for _, f := range n.Child("response").facts() {
					texts = append(texts, f.Text)
				}
				a.Text = strings.Join(texts, ", ")
			}
			if !seen[a] {
				seen[a] = true
				r.account.Podcasts = append(r.account.Podcasts, a)
			}
		}
	}
	for i := range sources {
		n := r.document(&sources[i])
		named := podcastKind(baseOf(sources[i].Name))
		if n == nil || n.Kind != NodeObject {
			take(named, n.records())
			continue
		}
		for j := range n.Children {
			if list := &n.Children[j]; list.Kind == NodeArray {
				kind := podcastKind(list.Key)
				if kind == PodcastOther {
					kind = named
				}
				take(kind, list.records())
			}
		}
	}
	slices.SortStableFunc(r.account.Podcasts, func(a, b PodcastAction) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	})
}
