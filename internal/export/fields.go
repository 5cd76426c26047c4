package export

// field is a column of a history row. Keys that no field stands for are passed
// over; among them are personal ones (user name, places, user agent), which never
// leave this package.
type field uint8

const (
	fieldNone field = iota

	// Extended history.
	fieldTS
	fieldMS
	fieldPlatform
	fieldCountry
	fieldTrack
	fieldArtist
	fieldAlbum
	fieldTrackURI
	fieldEpisode
	fieldShow
	fieldEpisodeURI
	fieldAudiobook
	fieldAudiobookURI
	fieldChapter
	fieldChapterURI
	fieldReasonStart
	fieldReasonEnd
	fieldShuffle
	fieldSkipped
	fieldOffline
	fieldOfflineTimestamp
	fieldIncognito
	fieldIP
	fieldIPDecrypted

	// Account data.
	fieldEndTime
	fieldMSPlayed
	fieldArtistName
	fieldTrackName
	fieldPodcastName
	fieldEpisodeName
	fieldAudiobookName
	fieldChapterName
	fieldAuthorName
	fieldTime // of the history until 2018, in place of endTime

	fieldCount
)

// fieldOf names the field that a key stands for.
func fieldOf(key []byte) field {
	switch string(key) {
	case "ts":
		return fieldTS
	case "ms_played":
		return fieldMS
	case "platform":
		return fieldPlatform
	case "conn_country":
		return fieldCountry
	case "master_metadata_track_name":
		return fieldTrack
	case "master_metadata_album_artist_name":
		return fieldArtist
	case "master_metadata_album_album_name":
		return fieldAlbum
	case "spotify_track_uri":
		return fieldTrackURI
	case "episode_name":
		return fieldEpisode
	case "episode_show_name":
		return fieldShow
	case "spotify_episode_uri":
		return fieldEpisodeURI
	case "audiobook_title":
		return fieldAudiobook
	case "audiobook_uri":
		return fieldAudiobookURI
	case "audiobook_chapter_title":
		return fieldChapter
	case "audiobook_chapter_uri":
		return fieldChapterURI
	case "reason_start":
		return fieldReasonStart
	case "reason_end":
		return fieldReasonEnd
	case "shuffle":
		return fieldShuffle
	case "skipped":
		return fieldSkipped
	case "offline":
		return fieldOffline
	case "offline_timestamp":
		return fieldOfflineTimestamp
	case "incognito_mode":
		return fieldIncognito
	case "ip_addr":
		return fieldIP
	case "ip_addr_decrypted":
		return fieldIPDecrypted
	case "endTime":
		return fieldEndTime
	case "msPlayed":
		return fieldMSPlayed
	case "artistName":
		return fieldArtistName
	case "trackName":
		return fieldTrackName
	case "podcastName":
		return fieldPodcastName
	case "episodeName":
		return fieldEpisodeName
	case "audiobookName":
		return fieldAudiobookName
	case "chapterName":
		return fieldChapterName
	case "authorName":
		return fieldAuthorName
	case "time":
		return fieldTime
	}
	return fieldNone
}
