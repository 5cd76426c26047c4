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

// public reads an address, with or without a port.
func public(text string) netip.Addr {
	text = strings.TrimSpace(text)
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		with, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.Addr{}
		}
		address = with.Addr()
	}
	address = address.Unmap().WithZone("")
	if !address.IsGlobalUnicast() || address.IsPrivate() || carrier.Contains(address) {
		return netip.Addr{}
	}
	return address
}

// carrier is what providers and some clouds use inside (RFC 6598).
var carrier = netip.MustParsePrefix("100.64.0.0/10")
