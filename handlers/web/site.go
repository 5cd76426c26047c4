package web

import (
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"
)

// A Route is an address of a service.
type Route struct {
	Method, Path string
	Handle       echo.HandlerFunc
}

// On is the route of a method and a path.
func On(method, path string, handle echo.HandlerFunc) Route { return Route{method, path, handle} }

// CookieName is what a cookie of this site is called. The prefix makes browsers insist
// on Secure and on this very host, which they could not do on plain HTTP.
func CookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// NewCookie is a cookie of this site for so long. Without a value it deletes the one
// that is there.
func NewCookie(name, value string, life time.Duration, secure bool) *http.Cookie {
	if value == "" {
		life = -time.Second
	}
	return &http.Cookie{
		Name: CookieName(name, secure), Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
	}
}

// hostName is a host that may stand in an address: a name or an IP address, and
// a port. What a client sends may be anything.
var hostName = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$`)

// Site is the address that people use: publicURL or, without it, what the request calls
// this host. It is empty for a host that may not stand in an address.
func Site(r *http.Request, publicURL string, https bool) string {
	switch {
	case publicURL != "":
		return publicURL
	case !hostName.MatchString(r.Host):
		return ""
	case https:
		return "https://" + r.Host
	default:
		return "http://" + r.Host
	}
}
