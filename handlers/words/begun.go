package words

// Begun says how a play began, of Spotify's reason for it: "chosen". It is empty
// where the reason says nothing of that.
func Begun(reason string) string {
	switch reason {
	case "clickrow", "playbtn", "uriopen":
		return "chosen"
	case "trackdone":
		return "arrived by itself"
	case "fwdbtn", "backbtn":
		return "stepped to"
	case "remote":
		return "from another device"
	}
	return ""
}
