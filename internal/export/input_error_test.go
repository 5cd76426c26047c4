package export

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
)

// rawEntry is a header and data that zip.Writer takes as they are.
type rawEntry struct {
	zip.FileHeader
	data string
}

// rawZip makes a ZIP of raw entries.
func rawZip(tb testing.TB, entries ...*rawEntry) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateRaw(&e.FileHeader)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(w, e.data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// stored is an entry that is not compressed.
func stored(name, content string) *rawEntry {
	return &rawEntry{zip.FileHeader{
		Name: name, CRC32: crc32.ChecksumIEEE([]byte(content)),
		CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)),
	}, content}
}

func with(e *rawEntry, change func(*rawEntry)) *rawEntry {
	change(e)
	return e
}

func deflated(tb testing.TB, name, content string) *rawEntry {
	tb.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, 6)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return with(stored(name, content), func(h *rawEntry) {
		h.Method, h.data, h.CompressedSize64 = zip.Deflate, b.String(), uint64(b.Len())
	})
}

// overlapping makes a ZIP whose n entries all lie on the same data.
func overlapping(tb testing.TB, n int, content string) []byte {
	tb.Helper()
	one := rawZip(tb, deflated(tb, "endsong_0.json", content))
	end := bytes.LastIndex(one, endSignature)
	at := binary.LittleEndian.Uint32(one[end+16:])
	toc := one[at:end]
	b := bytes.Clone(one[:at])
	for range n {
		b = append(b, toc...)
	}
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(toc)))
	return append(b, tail...)
}

// manyEntries makes a ZIP with n empty entries whose end record claims others.
func manyEntries(n, claimed int) []byte {
	local := []byte("PK\x03\x04" + strings.Repeat("\x00", 26) + "a")
	header := []byte("PK\x01\x02" + strings.Repeat("\x00", 42) + "a")
	header[28] = 1
	b := bytes.Clone(local)
	at := len(b)
	for range n {
		b = append(b, header...)
	}
	size := len(b) - at
	b = append(b, "PK\x05\x06\x00\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(claimed))
	b = binary.LittleEndian.AppendUint16(b, uint16(claimed))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	return append(b, 0, 0)
}

// lyingEnd64 makes an archive whose ZIP64 end record claims that many entries.
func lyingEnd64(entries uint64) []byte {
	b := []byte("PK\x03\x04")
	at := len(b)
	b = append(b, "PK\x06\x06"...)
	b = append(b, make([]byte, 28)...)
	b = binary.LittleEndian.AppendUint64(b, entries)
	b = append(b, make([]byte, 16)...)
	b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint64(b, uint64(at))
	b = append(b, 1, 0, 0, 0)
	b = append(b, "PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff"...)
	b = binary.LittleEndian.AppendUint32(b, 1<<32-1)
	b = binary.LittleEndian.AppendUint32(b, 1<<32-1)
	return append(b, 0, 0)
}

// shifted is an archive whose end record puts all entries five bytes in front of
// where they are, the first one in front of the file.
func shifted(pkg []byte) []byte {
	b := bytes.Clone(pkg)
	end := b[bytes.LastIndex(b, endSignature):]
	binary.LittleEndian.PutUint32(end[16:], binary.LittleEndian.Uint32(end[16:])+5)
	return b
}

func TestBadInputsAreRefusedWithTheirReason(t *testing.T) {
	good := zipOf(t, entry{"MyData/endsong_0.json", goodRows})
	zeros := strings.Repeat("0", 4<<20)
	noise := func(n int) string {
		r := rand.New(rand.NewPCG(1, 2))
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return string(b)
	}
	for name, c := range map[string]struct {
		input  string
		limits Limits
		fault  Fault
		code   Code
	}{
		"text":               {input: "hello", fault: FaultUnsupported, code: CodeNotZIPOrJSON},
		"picture":            {input: "\x89PNG\r\n\x1a\n", fault: FaultUnsupported, code: CodeNotZIPOrJSON},
		"another archive":    {input: "7z\xbc\xaf\x27\x1c", fault: FaultUnsupported, code: CodeNotZIPOrJSON},
		"empty file":         {input: "", fault: FaultUnusable, code: CodeEmptyFile},
		"white space":        {input: " \r\n", fault: FaultUnusable, code: CodeEmptyFile},
		"JSON of others":     {input: `{"name":"x"}`, fault: FaultUnusable, code: CodeNotSpotify},
		"empty ZIP":          {input: string(zipOf(t)), fault: FaultUnusable, code: CodeEmptyArchive},
		"only a folder":      {input: string(zipOf(t, entry{"MyData/", ""})), fault: FaultUnusable, code: CodeEmptyArchive},
		"ZIP of others":      {input: string(zipOf(t, entry{"a.txt", "x"}, entry{"b.json", "{}"})), fault: FaultUnusable, code: CodeNotSpotify},
		"only clutter":       {input: string(zipOf(t, entry{"__MACOSX/._a.json", "x"}, entry{"a.pdf", "%PDF"})), fault: FaultUnusable, code: CodeNotSpotify},
		"cut in half":        {input: string(good[:len(good)/2]), fault: FaultUnusable, code: CodeTruncated},
		"end record cut":     {input: string(good[:len(good)-1]), fault: FaultUnusable, code: CodeTruncated},
		"front cut":          {input: "PK\x03\x04" + string(good[len(good)-60:]), fault: FaultUnusable, code: CodeDamaged},
		"offsets off":        {input: string(shifted(good)), fault: FaultUnusable, code: CodeDamaged},
		"encrypted":          {input: string(rawZip(t, with(stored("endsong_0.json", goodRows), func(h *rawEntry) { h.Flags |= 1 }))), fault: FaultUnusable, code: CodeEncrypted},
		"nested twice":       {input: string(zipOf(t, entry{"all.zip", string(zipOf(t, entry{"my_spotify_data.zip", string(good)}))}, entry{".DS_Store", "x"})), fault: FaultUnusable, code: CodeNested},
		"nested and large":   {input: string(zipOf(t, entry{"my_spotify_data.zip", string(good)})), limits: Limits{NestedBytes: 100}, fault: FaultUnusable, code: CodeNested},
		"parent path":        {input: string(zipOf(t, entry{"../endsong_0.json", goodRows})), fault: FaultUnusable, code: CodeUnsafePath},
		"path in the middle": {input: string(zipOf(t, entry{"a/../../endsong_0.json", goodRows})), fault: FaultUnusable, code: CodeUnsafePath},
		"absolute path":      {input: string(zipOf(t, entry{"/etc/endsong_0.json", goodRows})), fault: FaultUnusable, code: CodeUnsafePath},
		"backslashes":        {input: string(zipOf(t, entry{`a\..\..\endsong_0.json`, goodRows})), fault: FaultUnusable, code: CodeUnsafePath},
		"backslash root":     {input: string(zipOf(t, entry{`\\host\endsong_0.json`, goodRows})), fault: FaultUnusable, code: CodeUnsafePath},
		"drive":              {input: string(zipOf(t, entry{`C:\endsong_0.json`, goodRows})), fault: FaultUnusable, code: CodeUnsafePath},
		"NUL in a name":      {input: string(zipOf(t, entry{"endsong_0.json\x00.txt", goodRows})), fault: FaultUnusable, code: CodeUnsafePath},
		"symlink":            {input: string(rawZip(t, with(stored("endsong_0.json", "/etc/passwd"), func(h *rawEntry) { h.SetMode(fs.ModeSymlink | 0o777) }))), fault: FaultUnusable, code: CodeUnsafeEntry},
		"device":             {input: string(rawZip(t, with(stored("endsong_0.json", ""), func(h *rawEntry) { h.SetMode(fs.ModeDevice | 0o666) }))), fault: FaultUnusable, code: CodeUnsafeEntry},
		"pipe":               {input: string(rawZip(t, with(stored("endsong_0.json", ""), func(h *rawEntry) { h.SetMode(fs.ModeNamedPipe | 0o666) }))), fault: FaultUnusable, code: CodeUnsafeEntry},
		"100,000 entries":    {input: string(manyEntries(100_000, 100_000&0xffff)), fault: FaultTooLarge, code: CodeTooManyEntries},
		"entries not told":   {input: string(manyEntries(1<<16+1, 1)), fault: FaultTooLarge, code: CodeTooManyEntries},
		"a lying end record": {input: string(manyEntries(1, 60_000)), fault: FaultTooLarge, code: CodeTooManyEntries},
		"a lying ZIP64 end":  {input: string(lyingEnd64(1 << 60)), fault: FaultTooLarge, code: CodeTooManyEntries},
		"fewer than told":    {input: string(manyEntries(1, 7)), fault: FaultUnusable, code: CodeDamaged},
		"long directory":     {input: string(good), limits: Limits{DirectoryBytes: 20}, fault: FaultTooLarge, code: CodeDirectoryLarge},
		"bomb":               {input: string(zipOf(t, entry{"endsong_0.json", zeros})), fault: FaultTooLarge, code: CodeBomb},
		"bombs below the floor": {input: string(zipOf(t, entry{"a.json", zeros[:1<<20]}, entry{"b.json", zeros[:1<<20]}, entry{"c.json", zeros[:1<<20]})),
			limits: Limits{}, fault: FaultTooLarge, code: CodeBomb},
		"bomb that declares nothing": {input: string(rawZip(t, with(deflated(t, "endsong_0.json", zeros), func(h *rawEntry) { h.UncompressedSize64 = 100 }))), fault: FaultUnusable, code: CodeDamaged},
		"overlapping":                {input: string(overlapping(t, 100, noise(9_000))), fault: FaultUnusable, code: CodeOverlapping},
		"large entry":                {input: string(good), limits: Limits{EntryBytes: 100}, fault: FaultTooLarge, code: CodeEntryTooLarge},
		"large entries":              {input: string(zipOf(t, entry{"endsong_0.json", goodRows}, entry{"endsong_1.json", goodRows})), limits: Limits{TotalBytes: 500}, fault: FaultTooLarge, code: CodeUploadTooLarge},
		"large loose file":           {input: goodRows, limits: Limits{EntryBytes: 100}, fault: FaultTooLarge, code: CodeEntryTooLarge},
		"many rows":                  {input: goodRows, limits: Limits{Rows: 1}, fault: FaultTooLarge, code: CodeTooManyRows},
		"many rows that are none":    {input: `[{"ts":1,"ms_played":2},1,1,1]`, limits: Limits{Rows: 3}, fault: FaultTooLarge, code: CodeTooManyRows},
		"compression":                {input: string(rawZip(t, with(stored("endsong_0.json", goodRows), func(h *rawEntry) { h.Method = 12 }))), fault: FaultUnusable, code: CodeCompression},
		"all histories damaged":      {input: string(rawZip(t, with(stored("endsong_0.json", goodRows), func(h *rawEntry) { h.CRC32++ }))), fault: FaultUnusable, code: CodeDamaged},
		"split":                      {input: "PK\x07\x08PK\x05\x06\x02\x00\x02\x00\x01\x00\x01\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00", fault: FaultUnusable, code: CodeSplit},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), []Input{loose("upload", c.input)}, Options{Sinks: []Sink{newCollector()}, Limits: c.limits})
			var refused *InputError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if refused.Fault != c.fault || refused.Code != c.code || refused.File != "upload" {
				t.Errorf("got fault %d, %q, %q; want %d, %q", refused.Fault, refused.Code, refused.File, c.fault, c.code)
			}
			if (refused.Limit > 0) != (c.fault == FaultTooLarge) || strings.Contains(refused.Error(), goodRow) {
				t.Errorf("%+v", refused)
			}
			if c.limits != (Limits{}) || c.code == CodeTooManyRows {
				return // what is good would be beyond them too
			}
			// It does not refuse what is beside it, before or after.
			for _, inputs := range [][]Input{
				{loose("endsong_9.json", goodRows), loose("upload", c.input)},
				{loose("upload", c.input), loose("endsong_9.json", goodRows)},
			} {
				r, plays := mustRead(t, inputs...)
				if len(plays) != 2 {
					t.Errorf("%d plays beside it, want 2", len(plays))
				}
				noted := false
				for _, f := range r.Files {
					noted = noted || f.Package == "upload" && f.Reason.Code != ""
				}
				if !noted && c.input[0] != '{' {
					t.Errorf("nothing of it is on the receipt: %+v", r.Files)
				}
			}
		})
	}
}

func TestFilesThatAreNotFromSpotifyAreLeftOut(t *testing.T) {
	beside := []string{"notes.txt", "cover.JPG", "a.png", "index.html", "tsconfig.json", "package.json"}
	inputs := []Input{loose("Streaming_History_Audio_2024.json", goodRows)}
	entries := []entry{{"x/Streaming_History_Audio_2024.json", goodRows}}
	for _, name := range beside {
		content := "// settings\n{\"strict\": true}"
		if name == "package.json" {
			content = `{"name":"x","version":"1.0.0"}`
		}
		inputs, entries = append(inputs, loose(name, content)), append(entries, entry{"x/" + name, content})
	}
	for how, inputs := range map[string][]Input{"loose": inputs, "zipped": {zipped(t, entries...)}} {
		r, plays := mustRead(t, inputs...)
		if len(plays) != 2 || len(r.Files) != 1+len(beside) {
			t.Fatalf("%s: %d plays, %d files", how, len(plays), len(r.Files))
		}
		for _, f := range r.Files[1:] {
			if f.Status != StatusIgnored || f.Reason != reasonOf(CodeNotFromSpotify) {
				t.Errorf("%s, %s: %s, %+v", how, f.Name, f.Status, f.Reason)
			}
		}
	}
	if _, plays := mustRead(t, loose("broken.json", "{oops"), loose("endsong_0.json", goodRows)); len(plays) != 2 {
		t.Errorf("%d plays beside a file that is no JSON, want 2", len(plays))
	}
}

// TestRefusedInsideCostsNothing: what a refused archive inside another claims to
// hold does not count towards the limits of the rest.
func TestRefusedInsideCostsNothing(t *testing.T) {
	others := string(zipOf(t, entry{"a.txt", strings.Repeat("x", 900)}, entry{"b.txt", "x"}, entry{"c.txt", "x"}))
	input := string(zipOf(t, entry{"others.zip", others}, entry{"others.zip", others}))
	receipt, err := Read(t.Context(), []Input{loose("all.zip", input), loose("endsong_0.json", goodRows)}, Options{
		Sinks: []Sink{newCollector()}, Limits: Limits{TotalBytes: 2_000 + int64(len(goodRows)), ArchiveEntries: 5},
	})
	if err != nil || len(receipt.Files) != 2 || receipt.Files[0].Reason.Code != CodeNotSpotify || receipt.Files[1].Status != StatusRead {
		t.Errorf("%+v, %v, want all.zip refused for what it holds, not for how much", receipt, err)
	}
}

func TestAHistorysNameDoesNotMakeTextJSON(t *testing.T) {
	for _, text := range []string{"List(Map(", "[oops]", "<html>"} {
		// Nor does any name that ends like that.
		for _, name := range []string{"endsong_0.json", "Other.JSON"} {
			_, err := Read(t.Context(), []Input{loose(name, text)}, Options{Sinks: []Sink{newCollector()}})
			var refused *InputError
			if !errors.As(err, &refused) || refused.Code != CodeNotJSON || refused.File != name {
				t.Errorf("%s of %s: %v", name, text, err)
			}
		}
	}
}

func TestNoInputIsRefused(t *testing.T) {
	_, err := Read(t.Context(), nil, Options{Sinks: []Sink{newCollector()}})
	var refused *InputError
	if !errors.As(err, &refused) || refused.Code != CodeNoFiles {
		t.Error(err)
	}
}

func TestSoundOddArchivesAreTaken(t *testing.T) {
	good := zipOf(t, entry{"endsong_0.json", goodRows})
	for name, pkg := range map[string][]byte{
		"bytes in front":         append([]byte("PK\x03\x04 something else first "), good...),
		"same name twice":        zipOf(t, entry{"endsong_0.json", goodRows[:len(goodRows)/2] + "]"}, entry{"endsong_0.json", goodRows}),
		"stored":                 rawZip(t, stored("endsong_0.json", goodRows)),
		"deflated":               rawZip(t, deflated(t, "endsong_0.json", goodRows)),
		"backslash as separator": zipOf(t, entry{`MyData\endsong_0.json`, goodRows}),
		"well packed":            zipOf(t, entry{"endsong_0.json", "[" + strings.Repeat(goodRow+",", 3_000) + goodRow + "]"}),
	} {
		t.Run(name, func(t *testing.T) {
			_, plays := mustRead(t, loose("a.zip", string(pkg)))
			if len(plays) < 2 {
				t.Errorf("%d plays", len(plays))
			}
		})
	}
}

func TestZIPsInsideAZIPAreOpened(t *testing.T) {
	history, account := zipOf(t, entry{"MyData/endsong_0.json", goodRows}), zipOf(t, entry{"Spotify Account Data/Follow.json", "{}"})
	r, plays := mustRead(t, zipped(t, entry{"Archive/history.zip", string(history)}, entry{"endsong_1.json", goodRows}, entry{"Archive/account.zip", string(account)},
		entry{"Archive/broken.zip", string(history[:60])}, entry{"Archive/holiday.zip", string(zipOf(t, entry{"a.jpg", "x"}))}, entry{"Follow.json", "{}"}))
	want := []string{
		"package.zip endsong_1.json read", "package.zip Follow.json read", "history.zip MyData/endsong_0.json read", "account.zip Spotify Account Data/Follow.json read",
		"package.zip Archive/broken.zip not_understood", "package.zip Archive/holiday.zip not_understood",
	}
	if len(plays) != 4 || len(r.Files) != len(want) {
		t.Fatalf("%d plays, %+v", len(plays), r.Files)
	}
	for i, f := range r.Files {
		if got := fmt.Sprint(f.Package, " ", f.Name, " ", f.Status); got != want[i] {
			t.Errorf("got %s, want %s", got, want[i])
		}
	}
	if reason := r.Files[4].Reason; reason != reasonOf(CodeTruncated) {
		t.Errorf("%+v", reason)
	}
	// With nothing else to be had, what is wrong with the one inside is the answer.
	_, err := Read(t.Context(), []Input{zipped(t, entry{"broken.zip", string(history[:60])})}, Options{Sinks: []Sink{newCollector()}})
	var refused *InputError
	if !errors.As(err, &refused) || refused.Code != CodeTruncated || refused.File != "broken.zip" {
		t.Error(err)
	}
}

func TestFolderEntriesWithContentAreSkipped(t *testing.T) {
	pkg := rawZip(t, stored("endsong_0.json", goodRows), stored("MyData?", "placeholder"))
	pkg = bytes.ReplaceAll(pkg, []byte("MyData?"), []byte("MyData/")) // zip.Writer would refuse the content
	r, plays := mustRead(t, loose("a.zip", string(pkg)))
	if len(r.Files) != 1 || len(plays) != 2 {
		t.Errorf("%d plays, %+v", len(plays), r.Files)
	}
}

func TestADamagedFileInASoundArchiveIsForgotten(t *testing.T) {
	long := "[" + strings.Repeat(goodRow+",", 2_000) + goodRow + "]"
	cut := deflated(t, "endsong_1.json", long)
	cut.data = cut.data[:len(cut.data)-40] + strings.Repeat("\xff", 40)
	for name, bad := range map[string]*rawEntry{
		"checksum":   with(deflated(t, "endsong_1.json", long), func(h *rawEntry) { h.CRC32++ }),
		"inflation":  cut,
		"too long":   with(deflated(t, "endsong_1.json", long), func(h *rawEntry) { h.UncompressedSize64-- }),
		"too short":  with(deflated(t, "endsong_1.json", long), func(h *rawEntry) { h.UncompressedSize64++ }),
		"not a row":  with(deflated(t, "endsong_1.json", long[:len(long)-9]+"oops]oops"), func(h *rawEntry) { h.CRC32++ }),
		"from start": with(deflated(t, "endsong_1.json", long), func(h *rawEntry) { h.data = strings.Repeat("\xff", len(h.data)) }),
	} {
		t.Run(name, func(t *testing.T) {
			pkg := rawZip(t, deflated(t, "endsong_0.json", goodRows), bad, stored("Follow.json", "{}"))
			r, plays := mustRead(t, loose("a.zip", string(pkg)))
			f := r.Files[1]
			if f.Status != StatusUnknown || f.Reason != reasonOf(CodeDamagedFile) || f.Rows != 0 || len(plays) != 2 {
				t.Errorf("%s, %+v, %d rows, %d plays", f.Status, f.Reason, f.Rows, len(plays))
			}
		})
	}
}

func TestADamagedFileOfAnotherKindIsALine(t *testing.T) {
	pkg := rawZip(t, stored("endsong_0.json", goodRows), with(deflated(t, "YourLibrary.json", goodRows), func(h *rawEntry) {
		h.data = strings.Repeat("\xff", len(h.data))
	}))
	r, _ := mustRead(t, loose("a.zip", string(pkg)))
	if f := r.Files[1]; f.Status != StatusUnknown || f.Reason != reasonOf(CodeDamagedFile) || f.Class != ClassAccountOther {
		t.Errorf("%+v", f)
	}
}

func TestWhatLiesBesideUnpackedFilesDoesNotFailThem(t *testing.T) {
	beside := []Input{
		loose("UserAddress.json", "List(Map(city -> Somewhere))"), loose("ReadMeFirst.pdf", "%PDF-1.4"),
		loose(".DS_Store", "\x00\x00\x00\x01Bud1"), loose("Follow.json", `{"followerCount":1}`), loose("other.json", `{"name":"x"}`),
	}
	r, plays := mustRead(t, append(beside, loose("endsong_0.json", goodRows))...)
	if len(r.Files) != 6 || len(plays) != 2 {
		t.Errorf("%d files, %d plays", len(r.Files), len(plays))
	}
	_, err := Read(t.Context(), beside[1:3], Options{Sinks: []Sink{newCollector()}})
	var refused *InputError
	if !errors.As(err, &refused) || refused.Code != CodeNotZIPOrJSON || refused.File != "ReadMeFirst.pdf" {
		t.Errorf("nothing but clutter: %v", err)
	}
}

// TestAnAddressAlone: the address is no JSON, and is Spotify's all the same.
func TestAnAddressAlone(t *testing.T) {
	r, _ := mustRead(t, loose("UserAddress.json", "List(Map(city -> Somewhere))"))
	if len(r.Files) != 1 || r.Files[0].Topic != TopicAddress || r.Files[0].Status != StatusRead {
		t.Errorf("%+v", r.Files)
	}
	for _, text := range []string{"List(Map(city", "a letter", strings.Repeat("List(", 100)} {
		_, err := Read(t.Context(), []Input{loose("UserAddress.json", text)}, Options{Sinks: []Sink{newCollector()}})
		var refused *InputError
		if !errors.As(err, &refused) || refused.Code != CodeNotJSON {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// endless is an input of n bytes that need no memory: a head, a filler as long
// as it takes, a tail.
type endless struct {
	head, tail string
	filler     byte
	n          int64
}

func (e *endless) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for ; n < len(p) && off < e.n; n, off = n+1, off+1 {
		switch tail := e.n - int64(len(e.tail)); {
		case off < int64(len(e.head)):
			p[n] = e.head[off]
		case off >= tail:
			p[n] = e.tail[off-tail]
		default:
			p[n] = e.filler
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// allocated is how many bytes do allocates in all, which its peak cannot exceed.
func allocated(do func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

func TestMemoryStaysBounded(t *testing.T) {
	const mb = 1 << 20
	long := func(head, tail string, filler byte) Input {
		return Input{"endsong_0.json", &endless{head, tail, filler, 10 * mb}, 10 * mb}
	}
	for name, c := range map[string]struct {
		input Input
		rows  int
		code  Code
		limit int64
	}{
		"a string of 10 MB":    {input: long(`[`+goodRow+`,{"x":"`, `"},`+goodRow+`]`, 'x'), rows: 3, limit: 2 * mb},
		"10 MB of escapes":     {input: long(`[`+goodRow+`,{"x":"`, `"},`+goodRow+`]`, '\\'), rows: 3, limit: 2 * mb},
		"10 MB of brackets":    {input: long(`[`+goodRow+`,`, "", '['), rows: 1, limit: 2 * mb},
		"a number of 10 MB":    {input: long(`[`+goodRow+`,`, `,`+goodRow+`]`, '7'), rows: 3, limit: 2 * mb},
		"10 MB of white space": {input: long(`[`+goodRow, `,`+goodRow+`]`, ' '), rows: 2, limit: 2 * mb},
		"a string without end": {input: long(`[`+goodRow+`,"`, ``, 'x'), rows: 1, limit: 2 * mb},
		"100,000 entries":      {input: loose("a.zip", string(manyEntries(100_000, 100_000&0xffff))), code: CodeTooManyEntries, limit: mb},
		"entries not told":     {input: loose("a.zip", string(manyEntries(1<<16+1, 1))), code: CodeTooManyEntries, limit: mb},
		"a lying end record":   {input: Input{"a.zip", &endless{"PK\x03\x04", string(manyEntries(0, 60_000)), 0, 500 * mb}, 500 * mb}, code: CodeTooManyEntries, limit: mb},
		"a bomb":               {input: zipped(t, entry{"endsong_0.json", strings.Repeat("0", 20*mb)}), code: CodeBomb, limit: mb},
		"a secret bomb": {input: loose("a.zip", string(rawZip(t, with(deflated(t, "endsong_0.json", "["+strings.Repeat(" ", 20*mb)), func(h *rawEntry) {
			h.UncompressedSize64 = 1000
		})))), code: CodeDamaged, limit: 2 * mb},
	} {
		t.Run(name, func(t *testing.T) {
			var r *Receipt
			var err error
			used := allocated(func() {
				r, err = Read(t.Context(), []Input{c.input}, Options{Sinks: []Sink{newCollector()}})
			})
			if used > c.limit {
				t.Errorf("allocated %d KB", used>>10)
			}
			var refused *InputError
			if errors.As(err, &refused); (refused == nil) != (c.code == "") || (refused != nil && refused.Code != c.code) {
				t.Fatalf("%v, want %q", err, c.code)
			}
			if err == nil && r.Files[0].Rows != c.rows {
				t.Errorf("%+v, want %d rows", r.Files[0], c.rows)
			}
		})
	}
}

// raceDetector is whether the tests run under it. Pools then drop some of what
// they are given, at random, so that figures of memory say nothing.
var raceDetector bool

func TestRowsCostNoMemory(t *testing.T) {
	if raceDetector {
		t.Skip("pools keep nothing under the race detector")
	}
	count := func(rows int) int64 {
		in := loose("endsong_0.json", "["+strings.Repeat(goodRow+",", rows-1)+goodRow+"]")
		return allocated(func() {
			if _, err := Read(t.Context(), []Input{in}, Options{Sinks: []Sink{&adding{}}}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := count(10), count(20_000); many-few > 64<<10 {
		t.Errorf("20,000 rows take %d KB more than 10", (many-few)>>10)
	}
}

func TestARefusalTellsItsCause(t *testing.T) {
	if got := fmt.Sprint(inputError(CodeDamaged, "a.zip", zip.ErrFormat)); got != "a.zip: damaged_archive: zip: not a valid zip file" {
		t.Error(got)
	}
}

// A ZIP inside a ZIP is held in memory, for which whoever reads is asked first.
func TestArchivesInsideAskForMemory(t *testing.T) {
	inner := string(zipOf(t, entry{"endsong_0.json", "[" + goodRow + "]"}))
	in := zipped(t, entry{"a.zip", inner}, entry{"b.zip", inner}, entry{"endsong_1.json", "[" + goodRow + "]"})
	var asked []int64
	r, err := Read(t.Context(), []Input{in}, Options{Sinks: []Sink{newCollector()}, Memory: func(bytes int64) error {
		asked = append(asked, bytes)
		return nil
	}})
	if err != nil || r.Totals().Rows != 3 {
		t.Fatalf("%v, %+v", err, r)
	}
	if want := []int64{int64(len(inner)), int64(len(inner))}; !slices.Equal(asked, want) {
		t.Errorf("asked for %d, want %d", asked, want)
	}
	full := errors.New("full")
	if _, err := Read(t.Context(), []Input{in}, Options{Sinks: []Sink{newCollector()}, Memory: func(int64) error { return full }}); !errors.Is(err, full) {
		t.Errorf("got %v, want what Memory answered", err)
	}
}
