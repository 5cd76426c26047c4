package pages

// statusClass is how loudly a file's status speaks: what was read and what is
// of no use are quiet, what was lost is not.
func statusClass(s FileStatus) string {
	switch s {
	case FileRead:
		return "status-read"
	case FilePartly, FileUnknown:
		return "status-warn"
	default:
		return "status-quiet"
	}
}
