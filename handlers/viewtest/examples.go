package viewtest

import (
	"net/url"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/internal/dataset"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
)

// Shown returns the pages that the navigation lists for a dataset, and beside them
// the examples of the views.
func Shown(views []web.View, d *dataset.Dataset, zone *time.Location) (listed, examples []string, err error) {
	l, err := lens.ParseAt(url.Values{}, zone)
	if err != nil {
		return nil, nil, err
	}
	req := &web.Request{Data: d, Lens: l}
	for _, v := range views {
		if v.Group != web.Unlisted && (v.Holds == nil || v.Holds(req)) {
			listed = append(listed, v.Path)
		}
		if v.Examples != nil {
			examples = append(examples, v.Examples(req)...)
		}
	}
	return listed, examples, nil
}
