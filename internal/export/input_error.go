package export

import (
	"cmp"
	"fmt"
	"slices"
)

// Fault is the family an [InputError] belongs to.
type Fault uint8

// The families of faults. An HTTP server answers them 413, 415 and 422.
const (
	FaultTooLarge    Fault = iota + 1 // beyond a limit
	FaultUnsupported                  // neither a ZIP nor JSON
	FaultUnusable                     // the right type, but broken, encrypted, unsafe or without anything from Spotify
)

// InputError says that an input cannot be taken, and why. It quotes no content
// but names of files. It can be written down as JSON, all but its cause.
type InputError struct {
	Fault Fault  `json:"fault"`
	Code  Code   `json:"code"`
	File  string `json:"file"` // the input's name; empty where no single one is at fault
	Figures

	// Of an input whose files cannot be read (CodeNoHistory): the first such file,
	// "" when it is the input itself, and what is the matter with it or with its
	// rows. Problem.Count is then the number of all its rows.
	Entry   string   `json:"entry,omitempty"`
	Reason  *Reason  `json:"why,omitempty"`
	Problem *Problem `json:"problem,omitempty"`

	// Sentence is what an earlier version wrote down in place of figures.
	Sentence string `json:"message,omitempty"`

	Err error `json:"-"` // the cause, for operators; may be nil
}

func (e *InputError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.File, e.Code, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.File, e.Code)
}

func (e *InputError) Unwrap() error { return e.Err }

// inputError makes the error that says why the input called name is not taken.
func inputError(code Code, name string, cause error) *InputError {
	return &InputError{Fault: faultOf(code), Code: code, File: printable(name), Err: cause}
}

// limitError is inputError for a limit.
func limitError(code Code, name string, limit int64) *InputError {
	e := inputError(code, name, nil)
	e.Limit = limit
	return e
}

// NoHistory returns the error for inputs that give neither a play nor a
// document. r is their receipt.
func NoHistory(inputs []Input, r *Receipt) *InputError {
	for i := range r.Files {
		f := &r.Files[i]
		e := inputError(CodeNoHistory, f.Package, nil)
		switch {
		case len(f.Problems) > 0:
			first := slices.MinFunc(f.Problems, func(a, b Problem) int { return cmp.Compare(a.Row, b.Row) })
			first.Count = f.Rows
			e.Problem = &first
		case f.Status == StatusUnknown || f.Status == StatusPartly:
			e.Reason = &f.Reason
		default:
			continue
		}
		if f.Name != f.Package { // one of several in a ZIP
			e.Entry = BaseName(f.Name)
		}
		return e
	}
	return inputError(CodeNoHistory, inputs[0].Name, nil)
}
