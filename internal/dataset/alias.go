package dataset

import (
	"github.com/spotify-data-tool/spotify-data-tool/internal/fold"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Names that moved to package lens and package fold.
type (
	Lens       = lens.Lens
	Date       = lens.Date
	Kinds      = lens.Kinds
	Traits     = lens.Traits
	Weekdays   = lens.Weekdays
	Hours      = lens.Hours
	Grouping   = lens.Grouping
	Sort       = lens.Sort
	By         = lens.EntityKind
	Family     = lens.Family
	FieldError = lens.FieldError
	Cursor     = lens.Cursor
)

const (
	DefaultMin    = lens.DefaultMin
	ReversedRange = lens.ReversedRange

	Music     = lens.KindMusic
	Podcast   = lens.KindPodcast
	Audiobook = lens.KindAudiobook
	Video     = lens.KindVideo

	Skipped = lens.Skipped
	Offline = lens.Offline
	Private = lens.Private

	GroupTitle = lens.GroupTitle

	SortHours = lens.SortHours
	SortPlays = lens.SortPlays
	SortName  = lens.SortName
	SortFirst = lens.SortFirst
	SortLast  = lens.SortLast

	ByArtist    = lens.Artist
	ByAlbum     = lens.Album
	ByTrack     = lens.Track
	ByShow      = lens.Show
	ByEpisode   = lens.Episode
	ByAudiobook = lens.Audiobook
	ByChapter   = lens.Chapter

	FamilyAndroid = lens.FamilyAndroid
	FamilyIOS     = lens.FamilyIOS
	FamilyWindows = lens.FamilyWindows
	FamilyMac     = lens.FamilyMac
	FamilyLinux   = lens.FamilyLinux
	FamilyWeb     = lens.FamilyWeb
	FamilyCast    = lens.FamilyCast
	FamilyTV      = lens.FamilyTV
	FamilyConsole = lens.FamilyConsole
	FamilySpeaker = lens.FamilySpeaker
	FamilyCar     = lens.FamilyCar
	FamilyOther   = lens.FamilyOther
)

var (
	Families    = lens.Families
	FamilyOf    = lens.FamilyOf
	ParseLens   = lens.Parse
	ParseLensAt = lens.ParseAt
	ParseCursor = lens.ParseCursor
	DateIn      = lens.DateIn
	LoadZone    = lens.LoadZone
	ZonePlace   = lens.ZonePlace
	ZoneCity    = lens.ZoneCity
	ZonesOf     = lens.ZonesOf
	Folded      = fold.Key
)
