package list

// class is the mark an entry wears.
func (m Match) class() string {
	switch m {
	case MatchSame:
		return "match-same"
	case MatchOther:
		return "match-other"
	default:
		return "match-none"
	}
}

// words say what the mark shows.
func (m Match) words() string {
	switch m {
	case MatchSame:
		return "(the same place in both)"
	case MatchOther:
		return "(another place in the other list)"
	default:
		return "(only in this list)"
	}
}
