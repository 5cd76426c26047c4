package export

import (
	"cmp"
	"slices"
)

// refuse makes the error that says why the input called name is not taken.
func refuse(code Code, name string, cause error) *InputError {
	return &InputError{Fault: faults[code], Code: code, File: printable(name), Err: cause}
}

// refuseBeyond is refuse for a limit.
func refuseBeyond(code Code, name string, limit int64) *InputError {
	e := refuse(code, name, nil)
	e.Limit = limit
	return e
}

// NoHistory makes the error that says why inputs that may well come from
// Spotify give neither a play nor a document. r is their receipt.
func NoHistory(inputs []Input, r *Receipt) *InputError {
	for i := range r.Files {
		f := &r.Files[i]
		e := refuse(CodeNoHistory, f.Package, nil)
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
	return refuse(CodeNoHistory, inputs[0].Name, nil)
}
