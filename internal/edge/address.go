package edge

import (
	"net/http"
	"net/netip"
	"strings"
)

// ClientAddress is the public address that a request comes from, or none. What
// is in front tells it in the header of that name, whose last entry it writes
// itself: those before may be the client's invention. Without a header it is the
// other end of the connection. A private address is a proxy's that was not asked
// about its clients, or of a network that is one's own.
func ClientAddress(r *http.Request, header string) netip.Addr {
	if header != "" {
		if told := r.Header.Values(header); len(told) > 0 {
			entries := strings.Split(told[len(told)-1], ",")
			return public(entries[len(entries)-1])
		}
	}
	return public(r.RemoteAddr)
}

// public reads an address that anybody may have, with or without a port.
func public(text string) netip.Addr {
	address, _ := parseAddress(strings.TrimSpace(text))
	address = address.Unmap().WithZone("")
	if !address.IsGlobalUnicast() || address.IsPrivate() || carrier.Contains(address) {
		return netip.Addr{}
	}
	return address
}

// parseAddress reads an address, with or without a port and brackets.
func parseAddress(text string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr(), true
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return address, err == nil
}

// carrier is what providers and some clouds use inside (RFC 6598).
var carrier = netip.MustParsePrefix("100.64.0.0/10")
