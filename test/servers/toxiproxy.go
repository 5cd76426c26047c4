package servers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
)

// A Network stands between clients and servers, and can be made to misbehave.
type Network struct {
	*Server
	api  string
	next atomic.Int64
}

// NewNetwork starts a toxiproxy.
func NewNetwork(t testing.TB) *Network {
	t.Helper()
	path, address := Program(t, "toxiproxy-server"), FreeAddress(t)
	n := &Network{api: "http://" + address}
	n.Server = Run(t, func() *exec.Cmd {
		return exec.Command(path, "-host", "127.0.0.1", "-port", port(address))
	}, Listening(address))
	return n
}

// A Line leads to one server.
type Line struct {
	Address string // where clients connect

	network *Network
	name    string
}

// Line leads to the server at address.
func (n *Network) Line(address string) *Line {
	n.t.Helper()
	l := &Line{network: n, name: fmt.Sprint("line-", n.next.Add(1))}
	var made struct{ Listen string }
	n.call(http.MethodPost, "/proxies", map[string]any{"name": l.name, "listen": "127.0.0.1:0", "upstream": address, "enabled": true}, &made)
	l.Address = made.Listen
	return l
}

// Kinds of trouble.
const (
	Latency   = "latency"    // latency: milliseconds
	Bandwidth = "bandwidth"  // rate: KB a second
	Reset     = "reset_peer" // timeout: milliseconds until the connection is reset
	HalfOpen  = "timeout"    // timeout 0: nothing passes, and the connection stays
	LimitData = "limit_data" // bytes: closed after so many
)

// Trouble adds trouble to what clients send, until the returned function is
// called.
func (l *Line) Trouble(kind string, attribute string, value int) (end func()) {
	l.network.t.Helper()
	name := kind + "-" + strconv.FormatInt(l.network.next.Add(1), 10)
	l.network.call(http.MethodPost, "/proxies/"+l.name+"/toxics",
		map[string]any{"name": name, "type": kind, "stream": "upstream", "attributes": map[string]int{attribute: value}}, nil)
	return func() { l.network.call(http.MethodDelete, "/proxies/"+l.name+"/toxics/"+name, nil, nil) }
}

// call speaks to toxiproxy. It is called from any goroutine.
func (n *Network) call(method, path string, body, answer any) {
	var b bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&b).Encode(body); err != nil {
			n.t.Error(err)
			return
		}
	}
	r, err := http.NewRequest(method, n.api+path, &b)
	if err != nil {
		n.t.Error(err)
		return
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		n.t.Error(err)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s: %s", resp.Status, content)
	}
	if err == nil && answer != nil {
		err = json.Unmarshal(content, answer)
	}
	if err != nil {
		n.t.Errorf("toxiproxy: %s %s: %v", method, path, err)
	}
}
