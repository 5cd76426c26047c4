package export

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// The page can pack a smaller ZIP of the entries that are of use here (see
// static/archive.js), so that telemetry and media need not be sent. What it
// leaves out it names in one more entry, and the receipt names it too. Anybody
// can write such an entry, so it is read with the same doubt as everything else.

// UnsentList is the name of the entry that lists what was not sent.
const UnsentList = ".left-out-by-browser.json"

// The bounds of the list. The page keeps to them as well.
const (
	maxUnsentBytes = 64 << 10
	maxUnsentFiles = 200
	maxUnsentSize  = 1 << 53 // bytes of one file: what JavaScript counts without error
)

// unsentFile is a file that was not sent.
type unsentFile struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	// Log: it belongs to the technical log.
	Log bool `json:"log,omitempty"`
}

// unsent is the content of the list.
type unsent struct {
	Files []unsentFile `json:"files"`
	More  int64        `json:"more,omitempty"` // files beyond those that are named
}

// addUnsent puts the files that an archive's list names on the receipt, without
// rows, and says whether one of them is Spotify's.
func (s *survey) addUnsent(in Input, f *zip.File) (fromSpotify bool, err error) {
	list, err := readUnsent(f)
	if err != nil {
		s.line(entryOf(in.Name, f), ClassNone, StatusUnknown, because(CodeUnsentUnusable))
		return false, nil
	}
	if s.entries += len(list.Files); s.entries > s.limits.ArchiveEntries {
		return false, refuseBeyond(CodeTooManyEntries, in.Name, int64(s.limits.ArchiveEntries))
	}
	for _, file := range list.Files {
		class := ClassNone
		if file.Log {
			class, fromSpotify = ClassTechnicalLog, true
		}
		s.line(found{input: in.Name, name: file.Name, size: file.Bytes}, class, StatusIgnored, because(CodeUnsent))
	}
	if list.More > 0 {
		s.line(entryOf(in.Name, f), ClassNone, StatusIgnored, Reason{CodeMoreUnsent, Figures{Count: list.More}})
	}
	return fromSpotify, nil
}

var errUnsentList = errors.New("not a list of files that were not sent")

func readUnsent(f *zip.File) (list unsent, err error) {
	r, err := f.Open()
	if err != nil {
		return list, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b, err := io.ReadAll(io.LimitReader(r, maxUnsentBytes+1))
	if err != nil {
		return list, err
	}
	if len(b) > maxUnsentBytes || !utf8.Valid(b) || wellFormed(b) != done || !bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		return list, errUnsentList
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return list, err
	}
	if len(list.Files) == 0 || len(list.Files) > maxUnsentFiles || list.More < 0 || list.More > maxUnsentSize {
		return list, errUnsentList
	}
	for _, file := range list.Files {
		if file.Name == "" || file.Bytes < 0 || file.Bytes > maxUnsentSize {
			return list, errUnsentList
		}
	}
	return list, nil
}
