package edge

import (
	"net/http"
	"strings"
)

// policy allows a page its own files and nothing else: no inline script, no
// inline style, nobody's frame.
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data:",
	"media-src 'self'",
	"font-src 'self'",
	"connect-src 'self'",
	"manifest-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
}, "; ")

// secure sets the headers that every answer carries. They are set first, so
// that a handler with a reason can set another value.
func secure(next http.Handler, https bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		// Addresses hold searches, so no other site learns them. With no-referrer
		// browsers would send "Origin: null" with a form, which an older one that
		// lacks Sec-Fetch-Site is then refused for.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
		// Pages are one person's. What is deleted must not stay in a cache; static
		// files say otherwise for themselves.
		h.Set("Cache-Control", "private, no-store")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}
