package dataset

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

func TestALaterVersionIsToldFromDamage(t *testing.T) {
	blob := encode(t, small(t))
	for version, want := range map[byte]error{0: ErrCorrupt, 1: ErrCorrupt, version + 1: ErrVersion, 255: ErrVersion} {
		blob[len(format)] = version
		if _, err := Decode(blob); !errors.Is(err, want) {
			t.Errorf("version %d: %v, want %v", version, err, want)
		}
	}
	if errors.Is(ErrVersion, ErrCorrupt) {
		t.Error("a later version counts as damage")
	}
}

// Only what earlier versions would get wrong is stored as a later one.
func TestOnlyUnknownLengthsNeedALaterVersion(t *testing.T) {
	_, account := someDays(1)
	for want, rows := range map[byte][]refRow{
		versionKnownLengths: account,
		version:             {account[0], {account: true, unknown: true, ts: 1_520_321_373, start: 1_520_321_373, kind: export.KindMusic, title: "Harbour", creator: "The Lanterns"}},
	} {
		blob := encode(t, mergeIn(t, nil, rows, nil, 1))
		if got := blob[len(format)]; got != want {
			t.Errorf("%d rows are stored as version %d, want %d", len(rows), got, want)
		}
		if _, err := Decode(blob); err != nil {
			t.Error(err)
		}
	}
}

func TestADatasetRemembersItsRules(t *testing.T) {
	d := small(t)
	if d.Rules() != CurrentRules {
		t.Errorf("a new dataset was read by rules %d, want %d", d.Rules(), CurrentRules)
	}
	stored := func(rules int) *Dataset {
		d := small(t)
		d.rules = rules
		decoded, err := Decode(encode(t, d))
		if err != nil {
			t.Fatal(err)
		}
		return decoded
	}
	later := CurrentRules + 4
	if got := stored(later).Rules(); got != later {
		t.Errorf("rules %d are read as %d", later, got)
	}
	// Of several uploads the lowest counts.
	for rules, want := range map[int]int{later: CurrentRules, CurrentRules - 1: max(CurrentRules-1, 1)} {
		merged, err := Merge(stored(rules), nil, &export.Receipt{})
		if err != nil {
			t.Fatal(err)
		}
		if merged.Rules() != want {
			t.Errorf("rules %d with today's are %d, want %d", rules, merged.Rules(), want)
		}
	}
}

// An earlier version reads the receipt of a dataset of today.
func TestTheReceiptIsReadWithoutTheRules(t *testing.T) {
	d := small(t)
	section, err := d.section(nil, sectionReceipt)
	if err != nil {
		t.Fatal(err)
	}
	var earlier struct {
		Files []export.File `json:"files"`
	}
	if err := json.Unmarshal(section, &earlier); err != nil || len(earlier.Files) != len(d.Receipt().Files) {
		t.Errorf("%d files, %v: %s", len(earlier.Files), err, section)
	}
}
