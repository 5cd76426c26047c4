package sample

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// LogCounts is what an import of a technical log must find.
type LogCounts struct {
	Changes   int // rows that say what changed in library and playlists
	Telemetry int // all others
}

// LogDays is how many days a technical log covers.
const LogDays = 45

// Change is a row of the technical log that says what changed in the library or a
// playlist. Its members are JSON.
type Change struct {
	Event   string // as Spotify calls it, which is the name of its file
	At      time.Time
	Members []string
}

// WriteTechnicalLog writes the "Technical log information" as a ZIP: the changes,
// among telemetry about the tracks, which makes up most of such a package.
func WriteTechnicalLog(w io.Writer, o Options, tracks []*Track, changes []Change) (LogCounts, error) {
	counts := LogCounts{Changes: len(changes)}
	z, err := newArchive(w, "Spotify Technical Log Information", o)
	if err != nil {
		return counts, err
	}
	r := rand.New(rand.NewPCG(o.Seed, 177))
	rows := make(map[string][]string)
	for _, c := range changes {
		rows[c.Event] = append(rows[c.Event], logRow(r, c.At, c.Members...))
	}
	files := slices.Sorted(maps.Keys(rows))
	for _, name := range []string{"AudioRouteChanged", "ConnectionStateChange", "DownloadProgress", "PageImpression", "SessionStarted", "TimeToInteractive"} {
		files = append(files, name)
		for _, at := range LogTimes(r, o, 40+r.IntN(80)) {
			duration, about := r.IntN(5000), tracks[r.IntN(min(len(tracks), 400))].URI
			rows[name] = append(rows[name], logRow(r, at, fmt.Sprintf(`"message_duration_ms": %d`, duration), `"message_device_name": "Sample phone"`, `"message_uri": `+about))
			counts.Telemetry++
		}
	}
	for _, name := range files {
		if err := z.write(name+".json", rowList(rows[name])); err != nil {
			return counts, err
		}
	}
	return counts, z.close()
}

// logRow is a row with the context that every event carries.
func logRow(r *rand.Rand, at time.Time, members ...string) string {
	return "  {\n    " + strings.Join(append([]string{
		`"timestamp_utc": "` + at.Format("2006-01-02T15:04:05.000Z") + `"`,
		`"context_time": ` + strconv.FormatInt(at.UnixMilli(), 10),
		`"context_application_version": "8.9.18.512"`,
		`"context_device_id": "5a3b0c9d8e7f6a1b2c3d4e5f60718293"`,
		`"context_client_ip": "203.0.113.` + strconv.Itoa(r.IntN(200)) + `"`,
		`"context_user_name": "sample-listener"`,
	}, members...), ",\n    ") + "\n  }"
}

// LogTimes are when n events of a kind happened, in order.
func LogTimes(r *rand.Rand, o Options, n int) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		times[i] = o.To.AddDate(0, 0, -LogDays).Add(time.Duration(r.Int64N(int64(LogDays * 24 * time.Hour))))
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}
