package web

import (
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// A HomeZone is the zone whose days and hours a person's pages show when their
// address names none.
type HomeZone struct {
	Zone   *time.Location
	Source zoneSource
}

// zoneSource is who said which zone is home.
type zoneSource uint8

const (
	ZoneUnknown zoneSource = iota // nobody: it is UTC
	ZoneGuessed                   // the countries in the data
	ZoneTold                      // the browser, by script
	ZoneChosen                    // the person
)

// ZoneTime is what a page says beside hours and days: "Warsaw time".
func (req *Request) ZoneTime() string {
	if name := req.Lens.Zone().String(); name != "UTC" {
		return lens.ZoneCity(name) + " time"
	}
	return "UTC"
}
