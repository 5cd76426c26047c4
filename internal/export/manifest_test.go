package export

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// realPackages are genuine packages with invented content; see the format
// document. They are not part of this repository.
const realPackages = "../../../shared/exports"

// manifestEntry is what manifest.json says of one of them.
type manifestEntry struct {
	Ext       int      `json:"ext_rows"`
	Video     int      `json:"ext_video_rows"`
	Tracks    int      `json:"tracks_rows"`
	Episodes  int      `json:"episode_rows"`
	AllNull   int      `json:"all_null_rows"`
	Hours     float64  `json:"hours_all"`
	Music     int      `json:"acct_music_rows"`
	Podcast   int      `json:"acct_podcast_rows"`
	Audiobook int      `json:"acct_audiobook_rows"`
	AcctHours float64  `json:"acct_hours"`
	Files     int      `json:"history_files"`
	Other     int      `json:"other_json"`
	NotJSON   []string `json:"not_json"`
}

func TestRealPackages(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(realPackages, "manifest.json"))
	if err != nil {
		t.Skipf("the genuine packages are not here: %v", err)
	}
	var manifest map[string]manifestEntry
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	for name, want := range manifest {
		t.Run(name, func(t *testing.T) {
			f, err := os.Open(filepath.Join(realPackages, name))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			got := manifestEntry{}
			sinks := []*collector{newCollector(), newCollector()}
			receipt, err := Read(t.Context(), []Input{{name, f, info.Size()}},
				Options{Sinks: []Sink{sinks[0], sinks[1]}, Document: func(d Document) error {
					if d.Topic == TopicAddress {
						// In Scala's notation, which the manifest counts apart.
						got.NotJSON = append(got.NotJSON, d.Name)
					} else {
						got.Other++
					}
					if !json.Valid(d.JSON) || d.Topic == TopicOther || d.Modified == 0 || d.Package != name {
						t.Errorf("%s: topic %s, written at %d, from %s", d.Name, d.Topic, d.Modified, d.Package)
					}
					return nil
				}})
			if err != nil {
				t.Fatal(err)
			}
			var ms int64
			for _, f := range receipt.Files {
				switch f.Class {
				case ClassExtendedVideo:
					got.Video += f.Rows
					got.Ext += f.Rows
				case ClassExtended:
					got.Ext += f.Rows
				case ClassAccountMusic:
					got.Music += f.Rows
				case ClassAccountPodcast:
					got.Podcast += f.Rows
				case ClassAccountAudiobook:
					got.Audiobook += f.Rows
				}
				switch f.Status {
				case StatusRead:
					if f.Class != ClassAccountOther {
						got.Files++
					} else if f.Topic == "" {
						t.Errorf("%s: the receipt does not say what it holds", f.Name)
					}
				case StatusUnknown:
					got.NotJSON = append(got.NotJSON, filepath.Base(f.Name))
				}
				if f.Unreadable != 0 {
					t.Errorf("%s: %d unreadable rows: %v", f.Name, f.Unreadable, f.Problems)
				}
			}
			for _, s := range sinks {
				for _, p := range s.kept() {
					if p.Source == SourceAccount {
						if p.Kind == KindMusic || p.Kind == KindUnknown {
							ms += int64(p.MS) // the manifest counts the hours of music alone
						}
						continue
					}
					ms += int64(p.MS)
					switch p.Kind {
					case KindMusic:
						got.Tracks++
					case KindPodcast:
						got.Episodes++
					case KindUnknown:
						got.AllNull++
					}
				}
			}
			hours := math.Round(float64(ms)/36_000) / 100
			if want.Ext > 0 {
				got.Hours = hours
			} else {
				got.AcctHours = hours
			}
			g, w := mustJSON(t, got), mustJSON(t, want)
			if g != w {
				t.Errorf("\n got %s\nwant %s", g, w)
			}
		})
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
