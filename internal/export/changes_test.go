package export

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestChangesOfTheTechnicalLogAreKept(t *testing.T) {
	const dir = "Spotify Technical Log Information/"
	r, documents := readDocuments(t, Limits{}, zipped(t,
		entry{dir + "AddedToPlaylist.json", `[
			{"timestamp_utc":"2024-03-01T10:00:00.123Z","context_time":1709287200123,"context_application_version":"8.9","context_device_id":"0123456789abcdef",
			 "context_ip":"203.0.113.7","message_playlist_uri":"spotify:user:jane.doe:playlist:37i9dQZF1DX","message_item_uris":["spotify:track:A1","spotify:user:jane.doe","spotify:episode:B2"],
			 "message_position":3,"message_device_id":"0123456789abcdef","message_playlist_name":"Road \"songs\"","message_device_name":"Jane's phone",
			 "message_user_uri":"spotify:user:jane.doe","message_session_id":"a1","message_ip":"203.0.113.7"},
			{"timestamp_utc":"2024-03-01T10:00:01Z","message_track_uri":"spotify:track:C3","message_name":"203.0.113.7","message_title":"0123456789abcdef0123"},
			{"timestamp_utc":"2024-03-01T10:00:02Z","context_time":1},
			7]`},
		entry{dir + "AddedToCollection (1).json", `[{"timestamp_utc":1709287200,"message_uri":"spotify:album:D4, spotify:album:E5","message_index":"12","message_count":12345678901}]`},
		entry{dir + "ConnectionError.json", `[{"timestamp_utc":"2024","context_ip":"203.0.113.7","message_uri":"spotify:track:A1"},{"timestamp_utc":"2024","message_name":"x"}]`},
		entry{dir + "RemovedFromPlaylist.json", `[]`},
	))
	want := []struct {
		status             Status
		changes, telemetry int
		topic              Topic
	}{
		{StatusRead, 2, 2, TopicChanges}, {StatusRead, 1, 0, TopicChanges}, {StatusIgnored, 0, 2, ""}, {StatusIgnored, 0, 0, ""},
	}
	for i, w := range want {
		f := r.Files[i]
		if f.Class != ClassTechnicalLog || f.Status != w.status || f.Changes != w.changes || f.Telemetry != w.telemetry || f.Topic != w.topic || f.Rows != 0 || (f.Reason.Code == "") != (w.status == StatusRead) {
			t.Errorf("%+v, want %+v", f, w)
		}
	}
	if s := r.Totals(); s.Changes != 3 || s.Telemetry != 4 || s.Rows != 0 || s.Documents != 2 {
		t.Errorf("totals %+v", s)
	}
	if len(documents) != 2 || documents[0].Topic != TopicChanges || documents[1].Topic != TopicChanges {
		t.Fatalf("%d documents", len(documents))
	}
	for i, w := range []string{
		`[{"change":"AddedToPlaylist","timestamp_utc":"2024-03-01T10:00:00.123Z","message_playlist_uri":"spotify:playlist:37i9dQZF1DX","message_item_uris":["spotify:track:A1","spotify:episode:B2"],"message_position":3,"message_playlist_name":"Road \"songs\""},` +
			`{"change":"AddedToPlaylist","timestamp_utc":"2024-03-01T10:00:01Z","message_track_uri":"spotify:track:C3"}]`,
		`[{"change":"AddedToCollection","timestamp_utc":1709287200,"message_uri":["spotify:album:D4","spotify:album:E5"],"message_index":"12"}]`,
	} {
		if got := string(documents[i].JSON); got != w {
			t.Errorf("document %d\n got %s\nwant %s", i, got, w)
		}
	}
}

func TestChangesBeforeADamageAreKept(t *testing.T) {
	for name, after := range map[string]string{"cut": `,{"timestamp_utc":"20`, "no JSON": `,{x`, "two": `] []`} {
		r, documents := readDocuments(t, Limits{}, zipped(t,
			entry{"x/PlaylistCreated.json", `[{"timestamp_utc":"2024","message_uri":"spotify:playlist:A","message_name":"x"}` + after}, entry{"Follow.json", "{}"}))
		if f := r.Files[0]; f.Status != StatusPartly || f.Changes != 1 || f.Reason != (Reason{CodeBreaksOff, Figures{Row: 1}}) || len(documents) != 2 || !json.Valid(documents[0].JSON) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestLimitsOfTheTechnicalLog(t *testing.T) {
	row := `{"timestamp_utc":"2024","message_uri":"spotify:track:A"}`
	long := "[" + row + strings.Repeat(" ", 200) + "]"
	r, documents := readDocuments(t, Limits{DocumentBytes: 150, DocumentsBytes: 100}, zipped(t,
		entry{"Technical Log/AddedToCollection.json", long}, entry{"Technical Log/Other.json", long},
		entry{"Technical Log/AddedToPlaylist.json", "[" + row + "]"}, entry{"Technical Log/AddedToQueue.json", "[" + row + "]"}, entry{"Follow.json", "{}"},
	))
	for i, want := range []Reason{
		{CodeDocumentTooLarge, Figures{Limit: 150}}, reasonOf(CodeTelemetryTooLarge), {}, {CodeDocumentsTooLarge, Figures{Limit: 100}}, {},
	} {
		if f := r.Files[i]; f.Reason != want {
			t.Errorf("%s: %+v, want %+v", f.Name, f.Reason, want)
		}
	}
	if len(documents) != 2 {
		t.Errorf("%d documents", len(documents))
	}
}

// FuzzReadLog: whatever a log holds, what is kept of it is JSON, and neither an
// address nor a person's name at Spotify gets through.
func FuzzReadLog(f *testing.F) {
	f.Add(`[{"timestamp_utc":"2024","message_uri":"spotify:user:x:playlist:A","message_name":"\ud83d\ude00"}]`)
	f.Add(`[{"message_item_uris":["spotify:track:A",{"a":[1]}],"message_position":1e3},[],{}]`)
	f.Add(`[{"message_name":"203.0.113.7","message_title":"a@b.example","context_ip":"203.0.113.7"}`)
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		rows, st := readLog([]byte(text), "AddedToPlaylist", nil)
		var kept []map[string]any
		if err := json.Unmarshal(rows.json, &kept); err != nil || len(kept) != rows.kept {
			t.Fatalf("%q becomes %s, %d rows: %v", text, rows.json, rows.kept, err)
		}
		var whole []json.RawMessage
		if json.Unmarshal([]byte(text), &whole) == nil && whole != nil && (st != done || rows.kept+rows.dropped != len(whole)) {
			t.Fatalf("%q: %d + %d rows of %d, %d", text, rows.kept, rows.dropped, len(whole), st)
		}
		for _, row := range kept {
			for key, v := range row {
				if key != "change" && key != "timestamp_utc" && !strings.HasPrefix(key, "message_") {
					t.Fatalf("kept %q", key)
				}
				if s, ok := v.(string); ok && strings.HasPrefix(key, "message_") && (looksLikeID(s) || strings.HasPrefix(s, "spotify:user:")) {
					t.Fatalf("kept %q: %q", key, s)
				}
			}
		}
	})
}
