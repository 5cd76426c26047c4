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

// fields are the fields that keys stand for, fieldNone for any other key.
var fields = map[string]field{
	"ts":                                fieldTS,
	"ms_played":                         fieldMS,
	"platform":                          fieldPlatform,
	"conn_country":                      fieldCountry,
	"master_metadata_track_name":        fieldTrack,
	"master_metadata_album_artist_name": fieldArtist,
	"master_metadata_album_album_name":  fieldAlbum,
	"spotify_track_uri":                 fieldTrackURI,
	"episode_name":                      fieldEpisode,
	"episode_show_name":                 fieldShow,
	"spotify_episode_uri":               fieldEpisodeURI,
	"audiobook_title":                   fieldAudiobook,
	"audiobook_uri":                     fieldAudiobookURI,
	"audiobook_chapter_title":           fieldChapter,
	"audiobook_chapter_uri":             fieldChapterURI,
	"reason_start":                      fieldReasonStart,
	"reason_end":                        fieldReasonEnd,
	"shuffle":                           fieldShuffle,
	"skipped":                           fieldSkipped,
	"offline":                           fieldOffline,
	"offline_timestamp":                 fieldOfflineTimestamp,
	"incognito_mode":                    fieldIncognito,
	"ip_addr":                           fieldIP,
	"ip_addr_decrypted":                 fieldIPDecrypted,
	"endTime":                           fieldEndTime,
	"msPlayed":                          fieldMSPlayed,
	"artistName":                        fieldArtistName,
	"trackName":                         fieldTrackName,
	"podcastName":                       fieldPodcastName,
	"episodeName":                       fieldEpisodeName,
	"audiobookName":                     fieldAudiobookName,
	"chapterName":                       fieldChapterName,
	"authorName":                        fieldAuthorName,
	"time":                              fieldTime,
}
