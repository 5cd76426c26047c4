package sample

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// LogCounts are what an import of a technical log must find.
type LogCounts struct {
	Changes   int // rows that say what changed in library and playlists
	Telemetry int // all others
}

// TechnicalLog writes the "Technical log information" of the listener as a ZIP:
// what they saved and put into playlists in its last weeks, among the telemetry
// that makes up most of such a package. It is the same person's as the extended
// history and the account data made with the same options.
func TechnicalLog(w io.Writer, o Options) (LogCounts, error) {
	t, err := newTechnicalLog(w, o)
	if err != nil {
		return LogCounts{}, err
	}
	l := newListener(o)
	for i := range l.library.artists {
		for j := range l.library.artists[i].tracks {
			t.tracks = append(t.tracks, &l.library.artists[i].tracks[j])
		}
	}
	if err := t.changes(); err != nil {
		return t.counts, err
	}
	return t.finish()
}

func newTechnicalLog(w io.Writer, o Options) (*technicalLog, error) {
	z, err := newArchive(w, "Spotify Technical Log Information", o)
	if err != nil {
		return nil, err
	}
	return &technicalLog{archive: z, r: rand.New(rand.NewPCG(o.Seed, 177)), from: o.To.AddDate(0, 0, -logDays)}, nil
}

// finish adds the telemetry.
func (t *technicalLog) finish() (LogCounts, error) {
	for _, name := range []string{"AudioRouteChanged", "ConnectionStateChange", "DownloadProgress", "PageImpression", "SessionStarted", "TimeToInteractive"} {
		if err := t.telemetry(name); err != nil {
			return t.counts, err
		}
	}
	return t.counts, t.close()
}

const logDays = 45

type technicalLog struct {
	*archive
	r      *rand.Rand
	from   time.Time
	tracks []*track
	counts LogCounts
}

// row is a row with the context that every event carries. members are JSON.
func (t *technicalLog) row(at time.Time, members ...string) string {
	return "  {\n    " + strings.Join(append([]string{
		`"timestamp_utc": "` + at.Format("2006-01-02T15:04:05.000Z") + `"`,
		`"context_time": ` + strconv.FormatInt(at.UnixMilli(), 10),
		`"context_application_version": "8.9.18.512"`,
		`"context_device_id": "5a3b0c9d8e7f6a1b2c3d4e5f60718293"`,
		`"context_client_ip": "203.0.113.` + strconv.Itoa(t.r.IntN(200)) + `"`,
		`"context_user_name": "sample-listener"`,
	}, members...), ",\n    ") + "\n  }"
}

// times are when n events of a kind happened, in order.
func (t *technicalLog) times(n int) []time.Time {
	out := make([]time.Time, n)
	for i := range out {
		out[i] = t.from.Add(time.Duration(t.r.Int64N(int64(logDays * 24 * time.Hour))))
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

func (t *technicalLog) any() *track { return t.tracks[t.r.IntN(min(len(t.tracks), 400))] }

func (t *technicalLog) changes() error {
	playlists := []struct{ name, uri string }{
		{`"Rainy trams"`, quote(uri(t.r, "playlist"))}, {`"Kitchen, loud"`, quote(uri(t.r, "playlist"))}, {`"夜の散歩"`, quote(uri(t.r, "playlist"))},
	}
	rows := make(map[string][]string)
	for i, p := range playlists {
		rows["PlaylistCreated"] = append(rows["PlaylistCreated"],
			t.row(t.from.Add(time.Duration(i)*time.Hour), `"message_playlist_uri": `+p.uri, `"message_playlist_name": `+p.name))
	}
	for i, at := range t.times(90) {
		p := playlists[t.r.IntN(len(playlists))]
		members := []string{`"message_playlist_uri": ` + p.uri, `"message_position": ` + strconv.Itoa(i), `"message_session_id": "` + strconv.FormatUint(t.r.Uint64(), 16) + `"`}
		if i%20 == 19 { // an album at once
			members = append(members, `"message_item_uris": [`+t.any().uri+", "+t.any().uri+", "+t.any().uri+`]`)
		} else {
			members = append(members, `"message_item_uri": `+t.any().uri)
		}
		rows["AddedToPlaylist"] = append(rows["AddedToPlaylist"], t.row(at, members...))
	}
	for _, at := range t.times(12) {
		rows["RemovedFromPlaylist"] = append(rows["RemovedFromPlaylist"],
			t.row(at, `"message_playlist_uri": `+playlists[0].uri, `"message_item_uri": `+t.any().uri))
	}
	for _, at := range t.times(160) {
		rows["AddedToCollection"] = append(rows["AddedToCollection"],
			t.row(at, `"message_uri": `+t.any().uri, `"message_context_uri": `+playlists[1].uri))
	}
	for _, at := range t.times(25) {
		rows["RemovedFromCollection"] = append(rows["RemovedFromCollection"], t.row(at, `"message_uri": `+t.any().uri))
	}
	for _, name := range []string{"AddedToCollection", "AddedToPlaylist", "PlaylistCreated", "RemovedFromCollection", "RemovedFromPlaylist"} {
		t.counts.Changes += len(rows[name])
		if err := t.list(name, rows[name]); err != nil {
			return err
		}
	}
	return nil
}

func (t *technicalLog) telemetry(name string) error {
	var rows []string
	for _, at := range t.times(40 + t.r.IntN(80)) {
		rows = append(rows, t.row(at, fmt.Sprintf(`"message_duration_ms": %d`, t.r.IntN(5000)), `"message_device_name": "Sample phone"`, `"message_uri": `+t.any().uri))
	}
	t.counts.Telemetry += len(rows)
	return t.list(name, rows)
}

func (t *technicalLog) list(name string, rows []string) error {
	return t.write(name+".json", "[\n"+strings.Join(rows, ",\n")+"\n]")
}
