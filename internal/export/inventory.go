package export

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/internal/inflate"
)

// inventory inspects every file of every input, reading no more than is needed
// to tell what it is, and collects the histories and the documents.
type inventory struct {
	ctx    context.Context
	limits *Limits
	memory func(bytes int64) error // nil for no bound
	findings
	inside  bool  // what is looked at lies inside an archive
	nested  int64 // bytes of archives inside archives so far
	spotify bool  // something comes from Spotify
	// firstUseless is the error of the first input without anything usable. It
	// is returned when no input has anything.
	firstUseless *InputError
	buf          [maxSniffBytes]byte
}

// findings are what has been found so far. They are copied before an input is
// inspected, and restored when it is refused.
type findings struct {
	receipt   Receipt
	inputs    []*trackedInput
	history   []sourceFile
	documents []sourceFile
	total     int64 // uncompressed bytes
	entries   int   // of all archives
}

// foundFile is a file of an input.
type foundFile struct {
	input, name string
	size        int64
	modified    int64 // see Document
	open        func() (io.ReadCloser, error)
}

// sourceFile is a file to be read: a history for its rows, a document whole.
type sourceFile struct {
	foundFile
	line    int // on the receipt
	at      int // its input
	damaged bool

	topic  Topic  // of a document
	log    bool   // a document of the technical log
	change string // what it records then, "" for telemetry
}

// inputAmongOthers looks at one input. One that cannot be taken is a line on the
// receipt, and no reason to refuse the others: its error comes apart from those
// that end everything.
func (s *inventory) inputAmongOthers(in Input, line foundFile) (refused *InputError, err error) {
	before := s.findings
	err = s.input(in)
	if errors.As(err, &refused) {
		s.findings = before
		s.addLine(line, ClassNone, StatusUnknown, Reason{refused.Code, refused.Figures})
		err = nil
	}
	return refused, err
}

// input looks at one input.
func (s *inventory) input(in Input) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	w := &trackedInput{name: in.Name, r: in.R, size: in.Size}
	s.inputs = append(s.inputs, w)
	err := s.inspect(in, w)
	if cause := w.failure(); cause != nil {
		return fmt.Errorf("read input %d: %w", len(s.inputs), cause)
	}
	return err
}

func (s *inventory) inspect(in Input, w *trackedInput) error {
	if in.Size == 0 {
		return inputError(CodeEmptyFile, in.Name, nil)
	}
	g, err := sniff(inUTF8(io.NewSectionReader(w, 0, in.Size)), s.buf[:])
	if err != nil {
		return err
	}
	if g.shape == shapeArchive {
		return s.archive(in, w)
	}
	return s.loose(in, w, g)
}

// loose looks at a file that is no ZIP.
func (s *inventory) loose(in Input, w *trackedInput, g sniffed) error {
	if in.Size > s.limits.EntryBytes {
		return limitError(CodeEntryTooLarge, in.Name, s.limits.EntryBytes)
	}
	if err := s.addBytes(in.Size, in.Name); err != nil {
		return err
	}
	if g.shape == shapeEmpty {
		return inputError(CodeEmptyFile, in.Name, nil)
	}
	code := CodeNotSpotify
	isText := g.shape == shapeOther && !isAddress(in, w)
	switch {
	case isText && strings.HasSuffix(strings.ToLower(in.Name), ".json"):
		code = CodeNotJSON
	case isText:
		code = CodeNotZIPOrJSON
	}
	useful := s.add(foundFile{input: in.Name, name: in.Name, size: in.Size, open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(w, 0, in.Size)), nil
	}}, g)
	if useful && !isText {
		s.spotify = true
	} else {
		s.firstUseless = cmp.Or(s.firstUseless, inputError(code, in.Name, nil))
	}
	return nil
}

// isAddress reports whether a file that is not JSON is the address in Scala's
// notation.
func isAddress(in Input, w *trackedInput) bool {
	if known := knownByName(in.Name); known == nil || known.topic != TopicAddress || in.Size > maxAddressBytes {
		return false
	}
	text, err := io.ReadAll(io.NewSectionReader(w, 0, in.Size))
	if err != nil {
		return false // reading the file will report it
	}
	_, ok := scalaJSON(text)
	return ok
}

func (s *inventory) addBytes(n int64, name string) error {
	if s.total += n; s.total > s.limits.TotalBytes {
		return limitError(CodeUploadTooLarge, name, s.limits.TotalBytes)
	}
	return nil
}

// archive looks at the entries of a ZIP.
func (s *inventory) archive(in Input, w *trackedInput) error {
	if err := checkDirectory(w, in.Size, in.Name, s.limits); err != nil {
		return err
	}
	z, err := zip.NewReader(w, in.Size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return inputError(CodeDamaged, in.Name, err)
	}
	if s.entries += len(z.File); s.entries > s.limits.ArchiveEntries {
		return limitError(CodeTooManyEntries, in.Name, int64(s.limits.ArchiveEntries))
	}
	z.RegisterDecompressor(zip.Deflate, inflate.NewReader)
	if err := s.checkEntries(z.File, in); err != nil {
		return err
	}
	files, fromSpotify := 0, false
	var archives []*zip.File
	for _, f := range z.File {
		if isFolder(f) {
			continue
		}
		files++
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if f.Name == LeftOutList {
			useful, err := s.addLeftOut(in, f)
			if err != nil {
				return err
			}
			fromSpotify = fromSpotify || useful
			continue
		}
		if code := systemFile(f.Name); code != "" {
			s.addLine(entryOf(in.Name, f), ClassNone, StatusIgnored, reasonOf(code))
			continue
		}
		g, err := s.sniff(f)
		if err != nil {
			if cause := w.failure(); cause != nil {
				return cause
			}
			if err := s.ctx.Err(); err != nil {
				return err
			}
			fromSpotify = s.damaged(entryOf(in.Name, f)) || fromSpotify
			continue
		}
		if g.shape == shapeArchive {
			archives = append(archives, f)
			continue
		}
		fromSpotify = s.add(entryOf(in.Name, f), g) || fromSpotify
	}
	// Archives inside come last: a file is assigned to the input that was
	// inspected last.
	var inputErr *InputError
	for _, f := range archives {
		useful, refused, err := s.archiveInside(in, f)
		if err != nil {
			return err
		}
		fromSpotify, inputErr = fromSpotify || useful, cmp.Or(refused, inputErr)
	}
	switch {
	case files == 0:
		return inputError(CodeEmptyArchive, in.Name, nil)
	case !fromSpotify && inputErr != nil && inputErr.Code != CodeNested:
		return inputErr
	case !fromSpotify && len(archives) > 0:
		return inputError(CodeNested, in.Name, nil)
	case !fromSpotify:
		return inputError(CodeNotSpotify, in.Name, nil)
	}
	s.spotify = true
	return nil
}

// archiveInside inspects a ZIP inside a ZIP as an input of its own: people zip
// all their packages together. It is unpacked into memory, so its size is
// bounded, and ZIPs inside it are left out. It reports whether anything in it
// comes from Spotify. When it cannot be used, the receipt and the error say
// why; the files beside it are read all the same.
func (s *inventory) archiveInside(in Input, f *zip.File) (useful bool, refused *InputError, err error) {
	entry := entryOf(in.Name, f)
	if s.inside || int64(f.UncompressedSize64) > s.limits.NestedBytes-s.nested {
		s.addLine(entry, ClassNone, StatusIgnored, reasonOf(CodeArchiveTooDeep))
		return false, nil, nil
	}
	if s.memory != nil {
		if err := s.memory(int64(f.UncompressedSize64)); err != nil {
			return false, nil, fmt.Errorf("unpack an archive inside another: %w", err)
		}
	}
	b, err := unpacked(f)
	if err != nil {
		s.addLine(entry, ClassNone, StatusUnknown, reasonOf(CodeDamagedFile))
		return false, inputError(CodeDamaged, f.Name, err), nil
	}
	s.nested += int64(len(b))
	s.inside = true
	refused, err = s.inputAmongOthers(Input{Name: BaseName(f.Name), R: bytes.NewReader(b), Size: int64(len(b))}, entry)
	s.inside = false
	return refused == nil && err == nil, refused, err
}

// unpacked returns the whole of an entry. Its declared size, which checkEntries
// has bounded, must be the real one.
func unpacked(f *zip.File) (_ []byte, err error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b := make([]byte, f.UncompressedSize64)
	n, err := io.ReadFull(r, b)
	if err != nil {
		return nil, err
	}
	// The reader compares the checksum at the end.
	if m, err := io.ReadFull(r, make([]byte, 1)); m > 0 || err != io.EOF {
		return nil, errors.Join(err, zip.ErrFormat)
	}
	return b[:n], nil
}

// checkEntries refuses an archive for what its table of contents says.
func (s *inventory) checkEntries(files []*zip.File, in Input) error {
	if len(files) == 0 {
		return inputError(CodeEmptyArchive, in.Name, nil)
	}
	var packed, unpacked uint64
	for _, f := range files {
		if unsafeName(f.Name) {
			return inputError(CodeUnsafePath, in.Name, nil)
		}
		if f.Flags&1 != 0 {
			return inputError(CodeEncrypted, in.Name, nil)
		}
		if f.Mode()&(fs.ModeType&^fs.ModeDir) != 0 {
			return inputError(CodeUnsafeEntry, in.Name, nil)
		}
		if f.UncompressedSize64 > uint64(s.limits.EntryBytes) {
			return limitError(CodeEntryTooLarge, in.Name, s.limits.EntryBytes)
		}
		if f.CompressedSize64 > uint64(in.Size) {
			return inputError(CodeDamaged, in.Name, nil)
		}
		packed += f.CompressedSize64
		unpacked += f.UncompressedSize64
		if err := s.addBytes(int64(f.UncompressedSize64), in.Name); err != nil {
			return err
		}
		if s.swollen(f.UncompressedSize64, f.CompressedSize64) {
			return limitError(CodeBomb, in.Name, s.limits.Ratio)
		}
		if !isFolder(f) && f.Method != zip.Deflate && f.Method != zip.Store {
			return inputError(CodeCompression, in.Name, fmt.Errorf("method %d: %w", f.Method, zip.ErrAlgorithm))
		}
	}
	// Entries that share their data add up to more than there is.
	if packed > uint64(in.Size) {
		return inputError(CodeOverlapping, in.Name, nil)
	}
	if s.swollen(unpacked, uint64(in.Size)) {
		return limitError(CodeBomb, in.Name, s.limits.Ratio)
	}
	return nil
}

func (s *inventory) swollen(unpacked, packed uint64) bool {
	return unpacked > uint64(s.limits.RatioFloor) && unpacked/uint64(s.limits.Ratio) >= max(packed, 1)
}

// isFolder says whether an entry is a folder. Spotify's own folder entries hold
// 11 bytes, which archive/zip would not read.
func isFolder(f *zip.File) bool {
	return strings.HasSuffix(slashed(f.Name), "/") || f.Mode().IsDir()
}

// sniff looks at the beginning of an entry.
func (s *inventory) sniff(f *zip.File) (sniffed, error) {
	r, err := f.Open()
	if err != nil {
		return sniffed{}, err
	}
	g, err := sniff(inUTF8(r), s.buf[:])
	return g, errors.Join(err, r.Close())
}

func entryOf(input string, f *zip.File) foundFile {
	return foundFile{input, f.Name, int64(f.UncompressedSize64), writtenAt(f.Modified), f.Open}
}

// damaged adds an entry whose beginning cannot be read, and reports whether its
// name is one of Spotify's. Such an entry is read like any other, and found to
// be damaged then.
func (s *inventory) damaged(f foundFile) bool {
	if class := classOfName(f.name); class != ClassNone {
		s.addHistory(f, class)
		return true
	}
	if known := knownByName(f.name); known != nil {
		s.addDocument(f, known)
		return true
	}
	s.addLine(f, ClassNone, StatusUnknown, reasonOf(CodeDamagedFile))
	return false
}

// add puts a file on the receipt, and on the list of histories or documents
// when it is one. It reports whether the file comes from Spotify. The content
// counts for more than the name, which decides for a history without rows.
func (s *inventory) add(f foundFile, g sniffed) bool {
	byName, known := classOfName(f.name), knownByName(f.name)
	byKeys := classOfKeys(g.keys)
	_, isJSON := jsonStem(f.name)
	switch {
	case byKeys == ClassTechnicalLog:
		s.addLog(f)
	case byKeys == ClassExtended && (byName == ClassExtendedVideo || saysVideo(f.name)):
		s.addHistory(f, ClassExtendedVideo)
	case byKeys != ClassNone:
		s.addHistory(f, byKeys)
	case byName != ClassNone:
		s.addHistory(f, byName)
	case g.shape == shapeOther && known != nil && known.topic == TopicAddress:
		s.addDocument(f, known) // it may be in Scala's notation
	case g.shape == shapeEmpty:
		s.addLine(f, classIf(known != nil), StatusUnknown, reasonOf(CodeEmptyFile))
		return known != nil
	case g.shape == shapeOther && systemFile(f.name) != "":
		s.addLine(f, ClassNone, StatusIgnored, reasonOf(systemFile(f.name)))
		return false
	case g.shape == shapeJSON && inTechnicalLog(f.name):
		s.addLog(f)
	default:
		if known == nil && g.shape == shapeJSON {
			known = knownByKeys(g.keys)
		}
		switch {
		case known == nil && isUnrelated(f.name):
			s.addLine(f, ClassNone, StatusIgnored, reasonOf(CodeNotFromSpotify))
		case g.shape == shapeJSON && known == nil && !isJSON:
			s.addLine(f, ClassNone, StatusUnknown, reasonOf(CodeUnknownJSON))
		case g.shape == shapeJSON:
			s.addDocument(f, known)
		case isJSON:
			s.addLine(f, classIf(known != nil), StatusUnknown, reasonOf(CodeNotJSON))
		default:
			s.addLine(f, classIf(known != nil), StatusUnknown, reasonOf(CodeNotSpotifyFile))
		}
		return known != nil
	}
	return true
}

func classIf(account bool) Class {
	if account {
		return ClassAccountOther
	}
	return ClassNone
}

// addLine puts a file on the receipt.
func (s *inventory) addLine(f foundFile, class Class, status Status, reason Reason) {
	s.receipt.Files = append(s.receipt.Files, File{
		Package: printable(f.input), Name: printable(f.name), Bytes: f.size,
		Class: class, Status: status, Reason: reason,
	})
}

// toRead adds a file to a list of those to read, and to the receipt with the
// status of a file without problems.
func (s *inventory) toRead(list *[]sourceFile, f sourceFile, class Class, status Status, reason Reason) {
	f.line, f.at = len(s.receipt.Files), len(s.inputs)-1
	*list = append(*list, f)
	s.addLine(f.foundFile, class, status, reason)
}

func (s *inventory) addHistory(f foundFile, class Class) {
	s.toRead(&s.history, sourceFile{foundFile: f}, class, StatusRead, Reason{})
}

// addDocument adds a file to be handed over whole; known is nil for unknown
// JSON.
func (s *inventory) addDocument(f foundFile, known *knownFile) {
	topic := TopicOther
	if known != nil {
		topic = known.topic
	}
	s.toRead(&s.documents, sourceFile{foundFile: f, topic: topic}, classIf(known != nil), StatusRead, Reason{})
}

// addLog adds a file of the technical log, which is read for the changes that
// it records, or only for the number of its rows.
func (s *inventory) addLog(f foundFile) {
	s.toRead(&s.documents, sourceFile{foundFile: f, topic: TopicChanges, log: true, change: changeOfName(f.name)},
		ClassTechnicalLog, StatusIgnored, reasonOf(CodeTelemetry))
}
