// Package viewtest lists the addresses of views, so that no test keeps a list of
// pages by hand.
package viewtest

import (
	"cmp"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
)

// Parameter stands in an address for whatever names one artist, one playlist, ….
const Parameter = ":id"

// Routes returns every address of a view: the page, its partial, what "Older"
// appends and the answer of the API.
func Routes(v web.View) []string {
	var routes []string
	if v.Page != nil {
		routes = append(routes, v.Path, web.PathPartials+v.Path)
	}
	if v.More != nil {
		routes = append(routes, web.PathPartials+v.Path+web.PathOlder)
	}
	if v.JSON != nil {
		routes = append(routes, APIPath(v))
	}
	return routes
}

// APIPath returns the address of a view's answer as JSON.
func APIPath(v web.View) string { return web.PathAPI + cmp.Or(v.API, v.Path) }

// Pages returns the pages of the views, without those that need a parameter.
func Pages(views []web.View) []string {
	var pages []string
	for _, v := range views {
		if v.Page != nil && !strings.Contains(v.Path, Parameter) {
			pages = append(pages, v.Path)
		}
	}
	return pages
}

// Addresses returns every address of the views, without those that need a
// parameter.
func Addresses(views []web.View) []string {
	var addresses []string
	for _, v := range views {
		for _, route := range Routes(v) {
			if !strings.Contains(route, Parameter) {
				addresses = append(addresses, route)
			}
		}
	}
	return addresses
}
