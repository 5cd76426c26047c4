package sessions

import "github.com/alexedwards/scs/v2"

// SCS is what tests look into.
func (m *Manager) SCS() *scs.SessionManager { return m.scs }
