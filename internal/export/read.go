package export

import (
	"bufio"
	"bytes"
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

func read(ctx context.Context, inputs []Input, o Options) (*Receipt, error) {
	if len(o.Sinks) == 0 {
		return nil, errors.New("export: no sink to read into")
	}
	if len(inputs) == 0 {
		return nil, inputError(CodeNoFiles, "", nil)
	}
	limits := o.Limits.orDefaults()
	s := &inventory{ctx: ctx, limits: &limits, memory: o.Memory}
	for _, in := range inputs {
		if err := s.inputAmongOthers(in); err != nil {
			return nil, err
		}
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

// progressEvery is how often someone who waits is told.
const progressEvery = 50 * time.Millisecond

// run lets every sink's worker read one history after the other, the largest
// first, so that no worker is left with a large one at the end.
func (w *work) run(ctx context.Context, o Options) error {
	queue := make([]*historyFile, len(w.history))
	for i := range w.history {
		queue[i] = &w.history[i]
	}
	slices.SortStableFunc(queue, func(a, b *historyFile) int { return cmp.Compare(b.size, a.size) })

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

// recovered makes an error of a panic, to be deferred: workers run beside the
// request that would catch it.
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

// readHistory reads one file into a sink and completes its line on the receipt.
func (w *work) readHistory(ctx context.Context, h *historyFile, scanner *scanner, sink Sink) error {
	f := &w.receipt.Files[h.file]
	sink.Begin(h.file)
	var encoding Reason
	end, err := w.scan(ctx, h, f.Class, scanner, sink)
	if n := scanner.reader.broken; err == nil && n > 0 {
		encoding = notUTF8(n)
		var windows bool
		if windows, err = w.isWindows1252(ctx, h); windows && err == nil {
			encoding = reasonOf(CodeWindows1252)
			sink.End(false)
			sink.Begin(h.file)
			end, err = w.scanWindows1252(ctx, h, f.Class, scanner, sink)
		}
	}
	if err != nil {
		sink.End(false)
		if cause := w.inputs[h.input].failure(); cause != nil {
			return fmt.Errorf("read input %d: %w", h.input+1, cause)
		}
		if ctx.Err() != nil || !errors.Is(err, errSource) {
			return err
		}
		h.damaged = true
		f.Status, f.Reason = StatusUnknown, reasonOf(CodeDamagedFile)
		w.files.Add(1)
		return nil
	}
	f.Status, f.Reason = outcome(end, scanner.tally.rows)
	if encoding.Code != "" && f.Status == StatusRead {
		f.Reason = encoding
	}
	scanner.tally.fill(f)
	sink.End(true)
	w.files.Add(1)
	return nil
}

func (w *work) scan(ctx context.Context, h *historyFile, class Class, scanner *scanner, sink Sink) (ending, error) {
	src, err := h.open()
	if err != nil {
		return endEmpty, fmt.Errorf("%w: %w", errSource, err)
	}
	defer src.Close()
	return scanWhole(inUTF8(&countingReader{ctx, src, &w.bytes}), class, scanner, sink, func(rows int) error { return w.countRows(rows, h.name) })
}

// isWindows1252 looks once more at a history some of whose texts are not UTF-8.
func (w *work) isWindows1252(ctx context.Context, h *historyFile) (bool, error) {
	src, err := h.open()
	if err != nil {
		return false, fmt.Errorf("%w: %w", errSource, err)
	}
	defer src.Close()
	l, err := countEncoding(inUTF8(&countingReader{ctx, src, new(atomic.Int64)}))
	if err != nil {
		return false, fmt.Errorf("%w: %w", errSource, err)
	}
	return l.windows1252(), nil
}

// scanWindows1252 reads a history again. Its bytes and rows are counted already.
func (w *work) scanWindows1252(ctx context.Context, h *historyFile, class Class, scanner *scanner, sink Sink) (ending, error) {
	src, err := h.open()
	if err != nil {
		return endEmpty, fmt.Errorf("%w: %w", errSource, err)
	}
	defer src.Close()
	in := bufio.NewReader(&countingReader{ctx, src, new(atomic.Int64)})
	// The mark says UTF-8, and is the last of the file that is.
	if b, _ := in.Peek(len(utf8BOM)); bytes.Equal(b, utf8BOM) {
		_, _ = in.Discard(len(utf8BOM)) // it has been peeked at
	}
	return scanWhole(fromWindows1252(in), class, scanner, sink, func(int) error { return nil })
}

// scanWhole reads a history to its last byte.
func scanWhole(in io.Reader, class Class, scanner *scanner, sink Sink, more func(rows int) error) (ending, error) {
	end, err := scanner.scan(in, class, sink.Add, more)
	if err == nil && end != endWhole {
		// Only the checksum at the end tells whether the file was written like
		// that or came to harm on its way.
		if _, err := io.Copy(io.Discard, in); err != nil {
			return end, fmt.Errorf("%w: %w", errSource, err)
		}
	}
	return end, err
}

// outcome says what became of a history that ended like that after so many rows.
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

// refuseDamaged refuses an upload of whose histories and documents not one is
// sound. The receipt names those that are not.
func (w *work) refuseDamaged() error {
	first := -1 // input with something that is damaged
	for _, h := range w.history {
		if !h.damaged {
			return nil
		}
		if first < 0 || h.input < first {
			first = h.input
		}
	}
	for _, d := range w.documents {
		if !d.damaged {
			return nil
		}
		if first < 0 || d.input < first {
			first = d.input
		}
	}
	if first < 0 {
		return nil
	}
	return inputError(CodeDamaged, w.inputs[first].name, nil)
}
