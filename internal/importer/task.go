package importer

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// Errors of tasks.
var (
	// ErrNoTask: no such task in this namespace, or it has expired.
	ErrNoTask = errors.New("importer: no such task")
	// ErrRunning: another request is carrying the task out.
	ErrRunning = errors.New("importer: task is being carried out")
	// ErrTooMany: the namespace has as many tasks as it may hold.
	ErrTooMany = errors.New("importer: too many tasks")
	// ErrChanged: the person has deleted or replaced meanwhile what the files were
	// to be added to or to replace, or has deleted everything.
	ErrChanged = errors.New("importer: changed meanwhile")
)

// ValidTaskID reports whether id is 32 hexadecimal digits, which is what a page
// makes up for its import.
func ValidTaskID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

// A Task is an import of files that have arrived, written down in their namespace,
// so that any instance can carry it out: when the one that does dies, the next
// request takes over. Doing it twice gives one dataset, because the reference
// under which the outcome is stored depends on the namespace, the task and the
// dataset whose place it takes alone.
type Task struct {
	Files   []string `json:"files"` // in order
	Base    string   `json:"base"`  // the reference of the dataset that was there, if one was
	After   string   `json:"after"` // what the outcome takes the place of: Base, or an Origin where there is none
	Replace bool     `json:"replace"`
	// Line is who may follow to the outcome, where it is not whoever holds the namespace.
	Line    vault.Line `json:"line,omitempty"`
	Expires time.Time  `json:"expires"` // of the dataset
	// Refused says why the files cannot be used. Whoever asks later hears it too.
	Refused *export.InputError `json:"refused,omitempty"`
}

// State is the state of a task.
type State struct {
	Task Task
	// Stored: the dataset is there. Running: a request is carrying the task
	// out. Over: neither, and the files are gone, so it cannot be carried out.
	Stored, Running, Over bool
	// Ref is the newest dataset that holds the outcome, once it is stored.
	Ref      vault.Ref
	Progress Progress
}

const (
	// A lease tells others that somebody is at work. It lapses by itself when
	// its holder dies, and the work goes on elsewhere. It is a courtesy and no
	// lock: two at one task waste time, and nothing else.
	leaseLife = 10 * time.Second
	leaseBeat = 3 * time.Second

	progressLife = 15 * time.Minute
)

// Tasks carries out imports of uploaded files.
type Tasks struct {
	im    *Importer
	files *upload.Store
}

// NewTasks returns the tasks over files.
func NewTasks(im *Importer, files *upload.Store) *Tasks { return &Tasks{im, files} }

func taskName(id string) string  { return "imports/" + id }
func leaseName(id string) string { return "leases/" + id }

func progressName(id string) string { return "progress/" + id }

// within is the expiry of something that is kept for so long, but never longer
// than the dataset and so the session.
func (t *Tasks) within(task Task, life time.Duration) time.Time {
	end := t.im.cfg.Now().Add(life)
	if task.Expires.Before(end) {
		return task.Expires
	}
	return end
}

// Ref is where the dataset of a task is, once it is, unless another import has
// finished first.
func (t *Tasks) Ref(ns upload.Namespace, id string) vault.Ref {
	return vault.RefFrom(ns.Derive("dataset of "+id, vault.RefBytes))
}

// Origin names the place where the first dataset of a namespace goes, for imports
// that begin before there is one. It holds no dataset itself.
func Origin(ns upload.Namespace) vault.Ref {
	return vault.RefFrom(ns.Derive("place of the first dataset", vault.RefBytes))
}

// Line is who may follow from one dataset of a namespace to the next: whoever holds
// the namespace.
func Line(ns upload.Namespace) vault.Line { return ns.Derive("line of datasets", lineBytes) }

const lineBytes = 32

// After is whose place the outcome of a task takes, if no other import finishes
// first.
func (t *Tasks) After(ns upload.Namespace, task Task) vault.Ref {
	for _, text := range []string{task.After, task.Base} {
		if ref, err := vault.ParseRef(text); err == nil {
			return ref
		}
	}
	return Origin(ns)
}

// target is where the outcome of a task goes.
func (t *Tasks) target(ns upload.Namespace, id string, task Task) (Target, error) {
	p := Target{After: t.After(ns, task), Line: task.Line, Replace: task.Replace}
	if len(p.Line) == 0 {
		p.Line = Line(ns)
	}
	if task.Base != "" {
		var err error
		if p.Base, err = vault.ParseRef(task.Base); err != nil {
			return Target{}, err
		}
	}
	p.Named = func(after vault.Ref) vault.Ref {
		if after.ID == p.After.ID {
			return t.Ref(ns, id)
		}
		return vault.RefFrom(ns.Derive("dataset of "+id+" after "+after.ID, vault.RefBytes))
	}
	return p, nil
}

// stored reports whether the outcome of a task is there, or what was made of it
// since, and where the newest of it is.
func (t *Tasks) stored(ctx context.Context, ns upload.Namespace, id string, task Task) (vault.Ref, bool, error) {
	p, err := t.target(ns, id, task)
	if err != nil {
		return vault.Ref{}, false, err
	}
	trail, err := t.im.cfg.Vault.Current(ctx, p.After, p.Line)
	if errors.Is(err, vault.ErrDeleted) {
		return vault.Ref{}, false, nil
	}
	if err != nil {
		return vault.Ref{}, false, err
	}
	ref := t.Ref(ns, id)
	if p.passed(trail) {
		ref = trail.Ref
	}
	// Without a note the request that stored it ended before writing one;
	// running the task again writes it.
	there, err := t.im.cfg.Vault.Exists(ctx, ref)
	return ref, there, err
}

// Load returns a task.
func (t *Tasks) Load(ctx context.Context, ns upload.Namespace, id string) (Task, error) {
	if !ValidTaskID(id) {
		return Task{}, ErrNoTask
	}
	var task Task
	err := t.files.Records().Get(ctx, ns, taskName(id), &task)
	if errors.Is(err, bucket.ErrNotFound) {
		return Task{}, ErrNoTask
	}
	return task, err
}

// Look returns the state of a task.
func (t *Tasks) Look(ctx context.Context, ns upload.Namespace, id string) (State, error) {
	task, err := t.Load(ctx, ns, id)
	if err != nil {
		return State{}, err
	}
	st := State{Task: task}
	if st.Ref, st.Stored, err = t.stored(ctx, ns, id, task); err != nil || st.Stored {
		return st, err
	}
	if st.Running, err = t.files.Records().Exists(ctx, ns, leaseName(id)); err != nil {
		return st, err
	}
	st.Progress.Stage = StageWaiting
	err = t.files.Records().Get(ctx, ns, progressName(id), &st.Progress)
	if err != nil && !errors.Is(err, bucket.ErrNotFound) && !errors.Is(err, upload.ErrDamaged) {
		return st, err
	}
	if st.Running {
		return st, nil
	}
	for _, file := range task.Files {
		switch _, err := t.files.Stat(ctx, ns, file); {
		case errors.Is(err, upload.ErrNotFound):
			st.Over = true
			return st, nil
		case err != nil:
			return st, err
		}
	}
	return st, nil
}

// Run carries out a task: a fresh one, or with nil the one that is stored under
// that ID. The files stay until Finish, unless they are refused.
func (t *Tasks) Run(ctx context.Context, ns upload.Namespace, id string, fresh *Task) (Task, Result, error) {
	if !ValidTaskID(id) {
		return Task{}, Result{}, ErrNoTask
	}
	if fresh != nil {
		// A copy: the caller may pass the same task to several calls.
		own := *fresh
		var err error
		if own.Files, err = t.files.Distinct(fresh.Files); err != nil {
			return *fresh, Result{}, err
		}
		fresh = &own
	}
	// Nothing is stored for files that do not exist.
	if err := t.mayBegin(ctx, ns, id, fresh); err != nil {
		return Task{}, Result{}, err
	}
	// The lease comes before the task, or another request that sees the task
	// would take over at once.
	release, err := t.lease(ctx, ns, id)
	if err != nil {
		return Task{}, Result{}, err
	}
	defer release()
	if fresh != nil {
		err := t.files.Records().Create(ctx, ns, taskName(id), fresh, t.within(*fresh, upload.Life))
		if err != nil && !errors.Is(err, bucket.ErrExists) {
			return Task{}, Result{}, err
		}
	}
	task, err := t.Load(ctx, ns, id)
	if err != nil {
		return Task{}, Result{}, err
	}
	res, err := t.run(ctx, ns, id, task)
	if errors.Is(err, upload.ErrNotFound) {
		if _, gone := t.Load(ctx, ns, id); errors.Is(gone, ErrNoTask) {
			err = ErrChanged
		}
	}
	if errors.Is(err, ErrChanged) {
		ctx, cancel := lastWords(ctx)
		defer cancel()
		_ = t.Finish(ctx, ns, id, task) // the data it belongs to is gone
	}
	if input, ok := errors.AsType[*export.InputError](err); ok && task.Refused == nil {
		task.Refused = input
		// Failing to store it is no error: the person is told now.
		ctx, cancel := lastWords(ctx)
		defer cancel()
		_ = t.files.Records().Put(ctx, ns, taskName(id), task, t.within(task, upload.Life))
		_ = t.Finish(ctx, ns, id, task)
	}
	return task, res, err
}

// mayBegin returns nil for a task that is written down, and for a fresh one whose
// files are here. A namespace holds a bounded number of tasks, and so of their
// records.
func (t *Tasks) mayBegin(ctx context.Context, ns upload.Namespace, id string, fresh *Task) error {
	_, err := t.Load(ctx, ns, id)
	if !errors.Is(err, ErrNoTask) || fresh == nil {
		return err
	}
	if err := t.files.Here(ctx, ns, fresh.Files); err != nil {
		return err
	}
	names, err := t.files.Records().Names(ctx, ns, taskName(""))
	if err == nil && len(names) >= upload.MaxRecords {
		err = ErrTooMany
	}
	return err
}

// Ready returns nil when a task of these files could begin, or has begun.
func (t *Tasks) Ready(ctx context.Context, ns upload.Namespace, id string, files []string) error {
	return t.mayBegin(ctx, ns, id, &Task{Files: files})
}

func (t *Tasks) run(ctx context.Context, ns upload.Namespace, id string, task Task) (Result, error) {
	if task.Refused != nil {
		return Result{}, task.Refused
	}
	target, err := t.target(ns, id, task)
	if err != nil {
		return Result{}, err
	}
	job := Job{Expires: task.Expires, Tell: func(ctx context.Context, p Progress) {
		// An import does not fail because its progress cannot be stored.
		_ = t.files.Records().Put(ctx, ns, progressName(id), p, t.within(task, progressLife))
	}}
	for _, file := range task.Files {
		job.Bytes += upload.SizeOf(file)
	}
	var spools []*Spool
	defer func() {
		for _, spool := range spools {
			_ = spool.Close()
		}
	}()
	var inputs []export.Input
	job.Fetch = func(ctx context.Context) ([]export.Input, error) {
		if len(inputs) > 0 {
			return inputs, nil // this is another turn
		}
		for _, file := range task.Files {
			input, spool, err := t.spool(ctx, ns, file)
			if err != nil {
				return nil, err
			}
			spools, inputs = append(spools, spool), append(inputs, input)
		}
		return inputs, nil
	}
	res, err := t.im.ImportAt(ctx, job, target)
	if errors.Is(err, vault.ErrGone) && !errors.Is(err, ErrChanged) {
		err = upload.ErrNotFound // the dataset has expired, and the files are gone
	}
	return res, err
}

// spool puts a file together on the disk, because a ZIP is read from its end.
func (t *Tasks) spool(ctx context.Context, ns upload.Namespace, id string) (export.Input, *Spool, error) {
	f, err := t.files.Stat(ctx, ns, id)
	if err != nil {
		return export.Input{}, nil, err
	}
	spool, err := NewSpool()
	if err != nil {
		return export.Input{}, nil, err
	}
	if err := t.files.Read(ctx, ns, &f, spool); err != nil {
		return export.Input{}, nil, errors.Join(err, spool.Close())
	}
	return export.Input{Name: f.Name, R: spool, Size: f.Size}, spool, nil
}

// Finish removes the files of a task, whose dataset is stored or will never be,
// and its progress. What is left expires by itself.
func (t *Tasks) Finish(ctx context.Context, ns upload.Namespace, id string, task Task) error {
	problems := []error{t.files.Records().Delete(ctx, ns, progressName(id))}
	for _, file := range task.Files {
		problems = append(problems, t.files.Remove(ctx, ns, file))
	}
	return errors.Join(problems...)
}

// Clear removes everything in the namespace, and the datasets of its imports: one
// that is stored and no session's yet would come back with the next answer. The
// tasks go first, so that whoever stores one later finds its task gone.
func (t *Tasks) Clear(ctx context.Context, ns upload.Namespace) error {
	names, err := t.files.Clear(ctx, ns)
	problems := []error{err}
	for _, name := range names {
		if id, ok := strings.CutPrefix(name, taskName("")); ok && ValidTaskID(id) {
			problems = append(problems, t.im.cfg.Vault.Delete(ctx, t.Ref(ns, id)))
		}
	}
	return errors.Join(problems...)
}

// lease tells others that this process is at the task, until release. The
// goroutine that renews it ends with release: none outlives the request.
func (t *Tasks) lease(ctx context.Context, ns upload.Namespace, id string) (release func(), err error) {
	records, now := t.files.Records(), t.im.cfg.Now
	holder := rand.Text()
	err = records.Create(ctx, ns, leaseName(id), holder, now().Add(leaseLife))
	if errors.Is(err, bucket.ErrExists) {
		return nil, ErrRunning
	}
	if err != nil {
		return nil, err
	}
	working, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		beat := time.NewTicker(leaseBeat)
		defer beat.Stop()
		for {
			select {
			case <-beat.C:
				// A lease that cannot be renewed lapses, and another request
				// takes over.
				_ = records.Put(working, ns, leaseName(id), holder, now().Add(leaseLife))
			case <-working.Done():
				return
			}
		}
	})
	return func() {
		stop()
		wg.Wait()
		ctx, cancel := lastWords(ctx)
		defer cancel()
		var found string
		if records.Get(ctx, ns, leaseName(id), &found) == nil && found == holder {
			_ = records.Delete(ctx, ns, leaseName(id))
		}
	}, nil
}

// lastWords returns a context for what must be written although the client has
// gone.
func lastWords(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
}
