package export

import "fmt"

// Fault is the family an [InputError] belongs to.
type Fault uint8

// The families of faults. An HTTP server answers them 413, 415 and 422.
const (
	FaultTooLarge    Fault = iota + 1 // beyond a limit
	FaultUnsupported                  // neither a ZIP nor JSON
	FaultUnusable                     // the right type, but broken, encrypted, unsafe or without anything from Spotify
)

// InputError says that an input cannot be taken. Message is a sentence for the
// person who sent it: what happened, and what to do. It quotes no content but
// the file's name.
type InputError struct {
	Fault   Fault
	Code    string // stable, for programs: one of the Code constants
	File    string // the input's name
	Message string
	Err     error // the cause, for operators; may be nil
}

func (e *InputError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.File, e.Code, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.File, e.Code)
}

func (e *InputError) Unwrap() error { return e.Err }
