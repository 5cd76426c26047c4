// Package upload takes files in parts, in as many requests and over as many
// instances as it takes, and keeps them sealed in a bucket until they are
// imported. It speaks the tus protocol (https://tus.io) through tusd.
//
// A file is a record of what it is, written once, and a chain of parts. A part
// is an object under the offset at which it begins, is created and never
// changed, and its length says where the next one begins. Whoever writes a
// part has seen the chain end where it begins, and of two who try only one
// creates it: the chain has neither gap nor fork, and nobody holds a lock.
package upload

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
)

// Limits of every namespace.
const (
	// PartBytes is the size of a part, and what clients should send in one
	// request: the tightest platform takes 4.5 MB.
	PartBytes = 4 << 20
	// MaxRecords is how many records of one kind a namespace holds at a time:
	// files, or imports with their progress. The bound is needed because anyone
	// can make sessions, and with them namespaces.
	MaxRecords = 200
	// MaxFiles is how many files a namespace holds at a time.
	MaxFiles = MaxRecords
	// Life is how long a file waits for its import.
	Life = 24 * time.Hour

	// spareParts is how many parts a file may have beyond what its size needs:
	// each time a line breaks there is a short one.
	spareParts   = 1000
	maxNameBytes = 255
	// parallel is how many requests to the bucket one operation makes at a time.
	parallel = 4
)

// Errors of this package. A store that does not answer is [bucket.ErrUnavailable].
var (
	// ErrNotFound: no such file in this namespace, or it has expired.
	ErrNotFound = errors.New("upload: no such file")
	// ErrOffset: the part does not begin where the file ends, or somebody else
	// has just written there. Ask for the offset and go on from it.
	ErrOffset = errors.New("upload: not the end of the file")
	// ErrTooLarge: this file, or all files together, are beyond the limit.
	ErrTooLarge = errors.New("upload: too large")
	// ErrTooManyFiles: more than MaxFiles.
	ErrTooManyFiles = errors.New("upload: too many files")
	// ErrTooManyParts: the file came in too many small pieces.
	ErrTooManyParts = errors.New("upload: too many parts")
	// ErrDamaged: what is stored has been changed or cut off, and cannot be read.
	ErrDamaged = errors.New("upload: damaged")
	// ErrIncomplete: the file has not arrived as a whole.
	ErrIncomplete = errors.New("upload: incomplete")
)

// damaged marks errors of the content as ErrDamaged, and returns others as they
// are.
func damaged(err error) error {
	if errors.Is(err, seal.ErrSealed) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// File is a file that is arriving or waits for its import.
type File struct {
	ID      string
	Name    string
	Size    int64
	Offset  int64 // how much has arrived
	Created time.Time
	Expires time.Time

	parts []int64 // where each part ends
}

// Done reports whether the file has arrived as a whole.
func (f *File) Done() bool { return f.Offset == f.Size }

// begin is where a part begins.
func (f *File) begin(part int) int64 {
	if part == 0 {
		return 0
	}
	return f.parts[part-1]
}

// Store keeps files in a bucket. It is safe for concurrent use, by several
// processes too.
type Store struct {
	records  Records
	maxBytes int64
	now      func() time.Time
}

// NewStore returns a store that takes up to maxBytes a namespace.
func NewStore(b bucket.Bucket, maxBytes int64, now func() time.Time) *Store {
	return &Store{records: Records{b}, maxBytes: maxBytes, now: now}
}

// Records gives access to other records of the namespaces.
func (st *Store) Records() Records { return st.records }

// An ID is 32 hexadecimal digits: the size of the file, the tag its sender gave
// it, and chance. So the list of the keys alone says how much is under way, and
// whether the same file is among it.
const (
	sizeDigits   = 12
	tagDigits    = 8
	chanceDigits = 12
	idDigits     = sizeDigits + tagDigits + chanceDigits
)

func newID(size int64, tag string) string {
	var b [(tagDigits + chanceDigits) / 2]byte
	_, _ = rand.Read(b[:]) // never fails
	chance := hex.EncodeToString(b[:])
	if !isTag(tag) {
		tag = chance[chanceDigits:]
	}
	return fmt.Sprintf("%0*x", sizeDigits, size) + tag + chance[:chanceDigits]
}

func isTag(tag string) bool { return len(tag) == tagDigits && isHex(tag) }

// ValidID reports whether id has the form of a file's.
func ValidID(id string) bool { return len(id) == idDigits && isHex(id) }

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// SizeOf is the size of a file that its ID names; 0 of what is no ID.
func SizeOf(id string) int64 {
	if !ValidID(id) {
		return 0
	}
	n, _ := strconv.ParseInt(id[:sizeDigits], 16, 64) // 48 bits of checked digits
	return n
}

// Names within a namespace.
const infos = "files/"

func infoName(id string) string  { return infos + id }
func indexName(id string) string { return "parts/" + id + "/index" }
func partName(id string, offset int64) string {
	return fmt.Sprintf("parts/%s/%0*x", id, sizeDigits, offset)
}

// info is what is written down of a file when it is created.
type info struct {
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// index is where the parts end, as far as its writer knew. It is a hint that
// saves looking at each part: what it says is true, but there may be more.
type index struct {
	Ends []int64 `json:"ends"`
}

// NewFile says what is to arrive.
type NewFile struct {
	Name string
	Size int64
	// Tag, eight hexadecimal digits made from what the sender knows of the file,
	// lets it find the file again. A file with the tag and size of an earlier
	// one takes its place. Optional.
	Tag     string
	Expires time.Time // at the latest; never later than Life
}

// Create makes room for a file.
func (st *Store) Create(ctx context.Context, ns Namespace, n NewFile) (File, error) {
	if n.Size < 0 || n.Size > st.maxBytes {
		return File{}, st.tooLarge()
	}
	id := newID(n.Size, n.Tag)
	var same []string
	count, total := 1, n.Size
	others, err := st.ids(ctx, ns)
	if err != nil {
		return File{}, err
	}
	for _, other := range others {
		if other[:sizeDigits+tagDigits] == id[:sizeDigits+tagDigits] {
			same = append(same, other)
		} else {
			count++
			total += SizeOf(other)
		}
	}
	switch {
	case count > MaxFiles:
		return File{}, ErrTooManyFiles
	case total > st.maxBytes:
		return File{}, ErrTooLarge
	}
	now := st.now()
	f := File{ID: id, Name: cleanName(n.Name), Size: n.Size, Created: now, Expires: now.Add(Life)}
	if n.Expires.Before(f.Expires) {
		f.Expires = n.Expires
	}
	if err := st.records.Create(ctx, ns, infoName(id), info{f.Name, f.Created, f.Expires}, f.Expires); err != nil {
		return File{}, err
	}
	for _, id := range same {
		if err := st.Remove(ctx, ns, id); err != nil {
			return File{}, err
		}
	}
	return f, nil
}

// tooLarge is the error of a file that is beyond the limit by itself. It names
// the limit, since removing other files would not help.
func (st *Store) tooLarge() error {
	return fmt.Errorf("%w: %w", ErrTooLarge, &http.MaxBytesError{Limit: st.maxBytes})
}

// cleanName is a name as it can be shown: without control characters, and cut
// at its beginning if it is too long.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	for len(name) > maxNameBytes {
		_, n := utf8.DecodeRuneInString(name)
		name = name[n:]
	}
	if name == "" {
		return "unnamed"
	}
	return name
}

// Stat returns the file as it is now: two small reads and a look at where the
// next part would be, however many there are.
func (st *Store) Stat(ctx context.Context, ns Namespace, id string) (File, error) {
	if !ValidID(id) {
		return File{}, ErrNotFound
	}
	var in info
	if err := st.records.Get(ctx, ns, infoName(id), &in); err != nil {
		if errors.Is(err, bucket.ErrNotFound) {
			return File{}, ErrNotFound
		}
		return File{}, err
	}
	f := File{ID: id, Name: in.Name, Size: SizeOf(id), Created: in.Created, Expires: in.Expires}
	var known index
	switch err := st.records.Get(ctx, ns, indexName(id), &known); {
	case err == nil, errors.Is(err, bucket.ErrNotFound):
	case errors.Is(err, ErrDamaged):
		known = index{} // the index is only a hint
	default:
		return File{}, err
	}
	f.parts = known.Ends
	f.Offset = f.begin(len(f.parts))
	for !f.Done() {
		sealed, err := st.records.Bucket.Stat(ctx, ns.key(partName(id, f.Offset)))
		if errors.Is(err, bucket.ErrNotFound) {
			break
		}
		if err != nil {
			return File{}, fmt.Errorf("look for part: %w", err)
		}
		n := sealed - int64(seal.Overhead)
		if n <= 0 || n > f.Size-f.Offset {
			return File{}, fmt.Errorf("part of %d bytes at %d: %w", n, f.Offset, damaged(seal.ErrSealed))
		}
		f.Offset += n
		f.parts = append(f.parts, f.Offset)
	}
	return f, nil
}

var buffers = sync.Pool{New: func() any { return new([PartBytes]byte) }}

// Append adds what r gives to the end of the file, as Stat has found it, and
// returns how much was kept: also when r ends early, because a line broke.
func (st *Store) Append(ctx context.Context, ns Namespace, f *File, r io.Reader) (kept int64, err error) {
	buffer := buffers.Get().(*[PartBytes]byte)
	defer buffers.Put(buffer)
	for !f.Done() {
		n, err := io.ReadFull(r, buffer[:min(PartBytes, f.Size-f.Offset)])
		if n > 0 {
			if err := st.addPart(ctx, ns, f, buffer[:n]); err != nil {
				return kept, err
			}
			kept += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return kept, nil
		case err != nil:
			return kept, err
		}
	}
	return kept, nil
}

func (st *Store) addPart(ctx context.Context, ns Namespace, f *File, content []byte) error {
	if int64(len(f.parts)) >= f.Size/PartBytes+spareParts {
		return ErrTooManyParts
	}
	name := partName(f.ID, f.Offset)
	blob, err := ns.seal(name, f.Expires, content)
	if err != nil {
		return fmt.Errorf("seal part: %w", err)
	}
	err = st.records.Bucket.Create(ctx, ns.key(name), blob, f.Expires)
	if errors.Is(err, bucket.ErrExists) {
		return ErrOffset
	}
	if err != nil {
		return fmt.Errorf("store part: %w", err)
	}
	f.Offset += int64(len(content))
	f.parts = append(f.parts, f.Offset)
	// Without its entry in the index Stat finds the part all the same.
	_ = st.records.Put(ctx, ns, indexName(f.ID), index{f.parts}, f.Expires)
	return nil
}

// ids lists the files of the namespace.
func (st *Store) ids(ctx context.Context, ns Namespace) (ids []string, err error) {
	names, err := st.records.Names(ctx, ns, infos)
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	for _, name := range names {
		if id := strings.TrimPrefix(name, infos); ValidID(id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Waiting reports whether files of the namespace, whole or not, wait for their import.
func (st *Store) Waiting(ctx context.Context, ns Namespace) (bool, error) {
	ids, err := st.ids(ctx, ns)
	return len(ids) > 0, err
}

// Distinct returns each of the IDs once. What no ID is among them is
// ErrNotFound; ErrTooManyFiles and ErrTooLarge are said of what no namespace may
// hold, whether the files are there or not: two that are created side by side
// do not see each other.
func (st *Store) Distinct(ids []string) ([]string, error) {
	var distinct []string
	var total int64
	for _, id := range ids {
		switch {
		case !ValidID(id):
			return nil, ErrNotFound
		case slices.Contains(distinct, id):
			continue
		case len(distinct) == MaxFiles:
			return nil, ErrTooManyFiles
		}
		distinct = append(distinct, id)
		if total += SizeOf(id); total > st.maxBytes {
			return nil, ErrTooLarge
		}
	}
	return distinct, nil
}

// Here returns ErrNotFound unless all the files are in the namespace, whole or not.
// One look at the namespace is enough, however many are named.
func (st *Store) Here(ctx context.Context, ns Namespace, ids []string) error {
	there, err := st.ids(ctx, ns)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.Contains(there, id) {
			return ErrNotFound
		}
	}
	return nil
}

// List returns the files of the namespace, oldest first.
func (st *Store) List(ctx context.Context, ns Namespace) ([]File, error) {
	ids, err := st.ids(ctx, ns)
	if err != nil {
		return nil, err
	}
	files := make([]File, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for i, id := range ids {
		g.Go(func() (err error) {
			files[i], err = st.Stat(ctx, ns, id)
			if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
				// It was removed meanwhile or is damaged; the other files are
				// listed.
				files[i] = File{}
				return nil
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f File) bool { return f.ID == "" })
	slices.SortFunc(files, func(a, b File) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return files, nil
}

// Read writes the whole file to w, several parts at a time.
func (st *Store) Read(ctx context.Context, ns Namespace, f *File, w io.WriterAt) error {
	if !f.Done() {
		return ErrIncomplete
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for i, end := range f.parts {
		begin := f.begin(i)
		g.Go(func() error {
			name := partName(f.ID, begin)
			blob, err := st.records.Bucket.Get(ctx, ns.key(name))
			if errors.Is(err, bucket.ErrNotFound) {
				return ErrNotFound
			}
			if err != nil {
				return fmt.Errorf("read part: %w", err)
			}
			content, err := ns.open(name, blob)
			if err == nil && int64(len(content)) != end-begin {
				err = seal.ErrSealed
			}
			if err != nil {
				return fmt.Errorf("read part: %w", damaged(err))
			}
			_, err = w.WriteAt(content, begin)
			return err
		})
	}
	return g.Wait()
}
