package accounts

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
)

type accountJSON struct {
	Exists  bool      `json:"exists"`
	Open    bool      `json:"open"`
	Created time.Time `json:"created,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	// LifetimeHours is for how long it is kept when it is not used.
	LifetimeHours int           `json:"lifetime_hours"`
	MaxDatasets   int           `json:"max_datasets"`
	MaxKeys       int           `json:"max_keys"`
	Keys          []keyJSON     `json:"keys"`
	Datasets      []datasetJSON `json:"datasets"`
}

type keyJSON struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`
	Label string    `json:"label"`
	Added time.Time `json:"added"`
}

type datasetJSON struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Plays   int       `json:"plays"`
	First   time.Time `json:"first,omitzero"`
	Last    time.Time `json:"last,omitzero"`
	Added   time.Time `json:"added"`
	Expires time.Time `json:"expires"`
	Current bool      `json:"current"`
}

func (s *Service) newAccountJSON(st state) accountJSON {
	j := accountJSON{
		Exists: st.account != nil, Open: st.key != nil,
		LifetimeHours: int(s.Store.Lifetime().Hours()), MaxDatasets: accountstore.MaxDatasets, MaxKeys: accountstore.MaxSlots,
		Keys: []keyJSON{}, Datasets: []datasetJSON{},
	}
	if st.account == nil {
		return j
	}
	j.Created, j.Expires = st.account.Created.UTC(), st.account.Expires.UTC()
	for _, slot := range st.account.Slots {
		j.Keys = append(j.Keys, keyJSON{slot.ID, slot.Kind, slot.Label, slot.AddedAt().UTC()})
	}
	for _, d := range st.datasets {
		j.Datasets = append(j.Datasets, datasetJSON{
			d.ID, d.Name, d.Plays, d.First.UTC(), d.Last.UTC(), d.Added.UTC(), d.Expires.UTC(), d.ID == st.current,
		})
	}
	return j
}

// showJSON is the account for programs.
func (s *Service) showJSON(c echo.Context) error {
	st, err := s.look(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.newAccountJSON(st))
}
