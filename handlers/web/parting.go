package web

// A Parting is what becomes of a session's data when it is signed out.
type Parting int

// What may become of it.
const (
	NothingParts     Parting = iota // there is no data
	DataStays                       // it is kept with the account
	DataStaysLinked                 // it is other devices' as well, and stays theirs
	DataGoes                        // it is deleted
	DataGoesFromMore                // it is deleted, for linked devices as well
)

// Deletes reports whether signing out deletes data.
func (p Parting) Deletes() bool { return p == DataGoes || p == DataGoesFromMore }
