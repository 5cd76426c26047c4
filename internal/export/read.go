package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Read reads all inputs and returns the receipt: one File for every file found.
// A history goes to the sinks row by row, every other JSON file of a package
// whole to Options.Document; of the technical log only what says what changed
// in library and playlists does.
// The counts Kept, Duplicate and Elsewhere are left for whoever merges.
//
// An *InputError says that an input cannot be taken, and why; nothing of this
// upload should be kept then. A damaged or unknown file inside a sound archive
// is no error: the receipt names it.
func Read(ctx context.Context, inputs []Input, o Options) (*Receipt, error) {
	if len(o.Sinks) == 0 {
		return nil, errors.New("export: no sink to read into")
	}
	if len(inputs) == 0 {
		return nil, inputError(CodeNoFiles, "", nil)
	}
	limits := o.Limits.orDefaults()
	s := &inventory{ctx: ctx, limits: &limits, memory: o.Memory}
	for _, in := range inputs {
		refused, err := s.inputAmongOthers(in, foundFile{input: in.Name, name: in.Name, size: in.Size})
		if err != nil {
			return nil, err
		}
		s.firstUseless = cmp.Or(s.firstUseless, refused)
	}
	if !s.spotify {
		return nil, s.firstUseless
	}
	w := &work{inventory: s}
	if err := w.run(ctx, o); err != nil {
		return nil, err
	}
	if err := w.refuseDamaged(); err != nil {
		return nil, err
	}
	return &s.receipt, nil
}

// work is the reading of the histories that an inventory found. Its counters are
// shared by the workers.
type work struct {
	*inventory
	files, rows, bytes atomic.Int64
}

// progressEvery is the interval of Options.Progress.
const progressEvery = 50 * time.Millisecond

// run has one worker for each sink read the histories, the largest first, so
// that no worker is left with a large one at the end.
func (w *work) run(ctx context.Context, o Options) error {
	queue := make([]*sourceFile, len(w.history))
	for i := range w.history {
		queue[i] = &w.history[i]
	}
	slices.SortStableFunc(queue, func(a, b *sourceFile) int { return cmp.Compare(b.size, a.size) })

	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	if len(w.documents) > 0 {
		g.Go(func() (err error) {
			defer recovered(&err)
			return w.readDocuments(ctx, o.Document)
		})
	}
	for _, sink := range o.Sinks[:min(len(o.Sinks), len(queue))] {
		g.Go(func() (err error) {
			defer recovered(&err)
			scanner := newScanner(w.limits)
			for {
				i := int(next.Add(1)) - 1
				if i >= len(queue) {
					return nil
				}
				if err := w.readHistory(ctx, queue[i], scanner, sink); err != nil {
					return err
				}
			}
		})
	}
	if o.Progress == nil {
		return g.Wait()
	}
	finished := make(chan error, 1)
	go func() { finished <- g.Wait() }()
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			o.Progress(w.progress())
		case err := <-finished:
			o.Progress(w.progress())
			return err
		}
	}
}

// recovered turns a panic into an error. Workers defer it, since the recover of
// the request does not cover their goroutines.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("export: panic while reading: %v\n%s", p, debug.Stack())
	}
}

func (w *work) progress() Progress {
	p := Progress{
		Files: int(w.files.Load()), FilesAll: len(w.history),
		Rows: w.rows.Load(), Bytes: w.bytes.Load(),
	}
	for i := range w.history {
		p.BytesAll += w.history[i].size
	}
	for i := range w.documents {
		p.BytesAll += w.documents[i].size
	}
	return p
}

// failure is an error that is not the file's own: its input cannot be read, or
// the context is done.
func (w *work) failure(ctx context.Context, f *sourceFile) error {
	if cause := w.inputs[f.at].failure(); cause != nil {
		return fmt.Errorf("read input %d: %w", f.at+1, cause)
	}
	return ctx.Err()
}

// readHistory reads one file into a sink and completes its line on the receipt.
func (w *work) readHistory(ctx context.Context, h *sourceFile, scanner *scanner, sink Sink) error {
	f := &w.receipt.Files[h.line]
	var end ending
	var encoding Reason
	sink.Begin(h.line)
	err := w.open(ctx, h, &w.bytes, func(in io.Reader) (err error) {
		end, err = scanWhole(inUTF8(in), f.Class, scanner, sink, func(rows int) error { return w.countRows(rows, h.input) })
		return err
	})
	if n := scanner.reader.broken; err == nil && n > 0 {
		// Some text is not UTF-8. It may be Windows-1252, and the file is read again
		// then; its bytes and rows are counted already.
		encoding = notUTF8(n)
		var counts encodingCounts
		err = w.open(ctx, h, new(atomic.Int64), func(in io.Reader) (err error) {
			counts, err = countEncoding(inUTF8(in))
			return asSourceError(err)
		})
		if err == nil && counts.windows1252() {
			encoding = reasonOf(CodeWindows1252)
			sink.End(false)
			sink.Begin(h.line)
			err = w.open(ctx, h, new(atomic.Int64), func(in io.Reader) (err error) {
				end, err = scanWhole(fromWindows1252(in), f.Class, scanner, sink, func(int) error { return nil })
				return err
			})
		}
	}
	if err != nil {
		sink.End(false)
		if cause := w.failure(ctx, h); cause != nil {
			return cause
		}
		if !errors.Is(err, errSource) {
			return err
		}
		h.damaged = true
		f.Status, f.Reason = StatusUnknown, reasonOf(CodeDamagedFile)
	} else {
		f.Status, f.Reason = outcome(end, scanner.tally.rows)
		if encoding.Code != "" && f.Status == StatusRead {
			f.Reason = encoding
		}
		scanner.tally.fill(f)
		sink.End(true)
	}
	w.files.Add(1)
	return nil
}

// open hands the content of a file to read, and counts its bytes.
func (w *work) open(ctx context.Context, f *sourceFile, count *atomic.Int64, read func(io.Reader) error) error {
	src, err := f.open()
	if err != nil {
		return asSourceError(err)
	}
	defer src.Close()
	return read(&countingReader{ctx, src, count})
}

// asSourceError marks an error as that of the file itself.
func asSourceError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errSource, err)
}

// scanWhole reads a history to its last byte.
func scanWhole(in io.Reader, class Class, scanner *scanner, sink Sink, more func(rows int) error) (ending, error) {
	end, err := scanner.scan(in, class, sink.Add, more)
	if err == nil && end != endWhole {
		// Only the checksum at the end tells whether the file was written like
		// that or came to harm on its way.
		_, err = io.Copy(io.Discard, in)
		err = asSourceError(err)
	}
	return end, err
}

// outcome is the status of a history that ended like that after so many rows.
func outcome(end ending, rows int) (Status, Reason) {
	switch {
	case end == endEarly:
		return StatusPartly, breaksOff(rows)
	case end == endInvalid && rows > 0:
		return StatusPartly, Reason{CodeNotJSONAfter, Figures{Row: rows}}
	case end == endEmpty:
		return StatusUnknown, reasonOf(CodeEmptyFile)
	case end == endNotList:
		return StatusUnknown, reasonOf(CodeNotPlays)
	case end != endWhole:
		return StatusUnknown, reasonOf(CodeNotJSON)
	}
	return StatusRead, Reason{}
}

// notUTF8 says of a file that was read that so many of its texts are not UTF-8.
func notUTF8(texts int) Reason { return Reason{CodeNotUTF8, Figures{Count: int64(texts)}} }

// breaksOff says that a file ends within the row that follows so many.
func breaksOff(rows int) Reason {
	if rows == 0 {
		return reasonOf(CodeBreaksOffAtOnce)
	}
	return Reason{CodeBreaksOff, Figures{Row: rows}}
}

// countRows counts rows of the upload, to which the input called name adds.
func (w *work) countRows(rows int, name string) error {
	if w.rows.Add(int64(rows)) > w.limits.Rows {
		return limitError(CodeTooManyRows, name, w.limits.Rows)
	}
	return nil
}

// refuseDamaged returns an error when all histories and documents of an upload
// are damaged. Otherwise the receipt names the damaged ones.
func (w *work) refuseDamaged() error {
	first := -1 // input with something that is damaged
	for _, f := range slices.Concat(w.history, w.documents) {
		if !f.damaged {
			return nil
		}
		if first < 0 || f.at < first {
			first = f.at
		}
	}
	if first < 0 {
		return nil
	}
	return inputError(CodeDamaged, w.inputs[first].name, nil)
}
