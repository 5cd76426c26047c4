package sample

// layout is how a generation writes its files.
type layout struct {
	open, between, close string   // around and between the rows
	row, end             string   // around the keys
	keys                 []string // each with what stands before and after it
}

func layoutOf(g Generation) layout {
	keys := keysOf(g)
	var l layout
	var first, next, colon string
	switch g {
	case V1, V2:
		l = layout{open: "[", between: ",", close: "]", row: "{", end: "}"}
		next, colon = ",", ":"
	case V4:
		l = layout{open: "[ ", between: ", ", close: " ]", row: "{\n", end: "\n}"}
		first, next, colon = "  ", ",\n  ", " : "
	default:
		l = layout{open: "[\n  ", between: ",\n  ", close: "\n]", row: "{\n", end: "\n  }"}
		first, next, colon = "    ", ",\n    ", ": "
	}
	lead := first
	for _, k := range keys {
		l.keys = append(l.keys, lead+`"`+k+`"`+colon)
		lead = next
	}
	return l
}

func keysOf(g Generation) []string {
	keys := []string{"ts"}
	if g <= V2 {
		keys = append(keys, "username")
	}
	keys = append(keys, "platform", "ms_played", "conn_country")
	if g <= V2 {
		keys = append(keys, "ip_addr_decrypted", "user_agent_decrypted")
	} else {
		keys = append(keys, "ip_addr")
	}
	if g == V1 {
		keys = append(keys, "city", "region", "metro_code", "longitude", "latitude")
	}
	keys = append(keys,
		"master_metadata_track_name", "master_metadata_album_artist_name", "master_metadata_album_album_name")
	if g > V1 {
		keys = append(keys, "spotify_track_uri")
	}
	keys = append(keys, "episode_name", "episode_show_name")
	if g > V1 {
		keys = append(keys, "spotify_episode_uri")
	}
	if g >= V3b {
		keys = append(keys, "audiobook_title", "audiobook_uri", "audiobook_chapter_uri", "audiobook_chapter_title")
	}
	return append(keys, "reason_start", "reason_end", "shuffle", "skipped", "offline", "offline_timestamp", "incognito_mode")
}
