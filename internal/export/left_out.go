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
// leaves out it names in one more entry, and the receipt names it too. Anyone
// can write such an entry, so it is checked like all other input.

// LeftOutList is the name of the entry that lists what was not sent.
const LeftOutList = ".left-out-by-browser.json"

// The bounds of the list. The page keeps to them as well.
const (
	maxLeftOutBytes = 64 << 10
	maxLeftOutFiles = 200
	maxLeftOutSize  = 1 << 53 // bytes of one file: what JavaScript counts without error
)

// leftOutFile is a file that was not sent.
type leftOutFile struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	// Log: it belongs to the technical log.
	Log bool `json:"log,omitempty"`
}

// leftOut is the content of the list.
type leftOut struct {
	Files []leftOutFile `json:"files"`
	More  int64         `json:"more,omitempty"` // files beyond those that are named
}

// addLeftOut puts the files that an archive's list names on the receipt, without
// rows, and says whether one of them is Spotify's.
func (s *inventory) addLeftOut(in Input, f *zip.File) (fromSpotify bool, err error) {
	list, err := readLeftOut(f)
	if err != nil {
		s.addLine(entryOf(in.Name, f), ClassNone, StatusUnknown, reasonOf(CodeLeftOutListUnusable))
		return false, nil
	}
	if s.entries += len(list.Files); s.entries > s.limits.ArchiveEntries {
		return false, limitError(CodeTooManyEntries, in.Name, int64(s.limits.ArchiveEntries))
	}
	for _, file := range list.Files {
		class := ClassNone
		if file.Log {
			class, fromSpotify = ClassTechnicalLog, true
		}
		s.addLine(foundFile{input: in.Name, name: file.Name, size: file.Bytes}, class, StatusIgnored, reasonOf(CodeLeftOut))
	}
	if list.More > 0 {
		s.addLine(entryOf(in.Name, f), ClassNone, StatusIgnored, Reason{CodeMoreLeftOut, Figures{Count: list.More}})
	}
	return fromSpotify, nil
}

var errLeftOutList = errors.New("not a list of files that were not sent")

func readLeftOut(f *zip.File) (list leftOut, err error) {
	r, err := f.Open()
	if err != nil {
		return list, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b, err := io.ReadAll(io.LimitReader(r, maxLeftOutBytes+1))
	if err != nil {
		return list, err
	}
	if len(b) > maxLeftOutBytes || !utf8.Valid(b) || wellFormed(b) != done || !bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		return list, errLeftOutList
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return list, err
	}
	if len(list.Files) == 0 || len(list.Files) > maxLeftOutFiles || list.More < 0 || list.More > maxLeftOutSize {
		return list, errLeftOutList
	}
	for _, file := range list.Files {
		if file.Name == "" || file.Bytes < 0 || file.Bytes > maxLeftOutSize {
			return list, errLeftOutList
		}
	}
	return list, nil
}
