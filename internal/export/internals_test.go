package export

// What the tests outside of the package look into.

// Legacy are the codes behind the sentences of earlier versions.
func Legacy() map[string]string { return legacy() }

// KnownTopics are the topics of the files that are known by name.
func KnownTopics() (topics []Topic) {
	for _, k := range knownFiles {
		topics = append(topics, k.topic)
	}
	return topics
}

// ProblemCodes are the codes that rows can have.
func ProblemCodes() (codes []Code) {
	for _, p := range problems {
		if p.code != "" {
			codes = append(codes, p.code)
		}
	}
	return codes
}
