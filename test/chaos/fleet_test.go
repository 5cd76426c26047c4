package chaos

import (
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// A fleet is a load balancer without sticky sessions before instances that come
// and go. What never reached an instance goes to the next one; what can be asked
// twice is, when an instance dies over it; the rest is answered 502.
type fleet struct {
	t         *testing.T
	env       map[string]string
	writable  []string
	transport http.Transport
	network   *servers.Network // between the balancer and its instances; may be nil

	mu   sync.Mutex
	live []*member
	turn int
}

// A member is one process of a fleet.
type member struct {
	*harness.Program
	address string        // where it is reached
	line    *servers.Line // nil without a network
}

func startFleet(t *testing.T, instances int, env map[string]string, writable ...string) *fleet {
	t.Helper()
	f := &fleet{t: t, env: map[string]string{"APP_ENV": "production"}, writable: writable}
	maps.Copy(f.env, env)
	f.transport.DisableCompression = true // what the client says goes
	f.transport.MaxIdleConnsPerHost = 64
	t.Cleanup(f.transport.CloseIdleConnections)
	for range instances {
		f.add()
	}
	return f
}

// behind is a fleet that is reached through a network.
func (f *fleet) behind(network *servers.Network) *fleet {
	f.network = network
	for _, m := range f.live {
		f.connect(m)
	}
	return f
}

func (f *fleet) connect(m *member) {
	m.line = f.network.Line(m.address)
	m.address = m.line.Address
}

// add starts one more instance.
func (f *fleet) add() {
	p := harness.StartListening(f.t, f.env, f.writable...)
	m := &member{Program: p, address: p.Address}
	if f.network != nil {
		f.connect(m)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.live = append(f.live, m)
}

// kill ends the instance that is there for longest, without a warning.
func (f *fleet) kill() {
	f.mu.Lock()
	m := f.live[0]
	f.live = f.live[1:]
	f.mu.Unlock()
	m.Kill()
}

// next is the instance whose turn it is.
func (f *fleet) next() *member {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn++
	return f.live[f.turn%len(f.live)]
}

func (f *fleet) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := harness.BodyOf(r)
	if err != nil {
		return nil, err
	}
	for range 8 {
		resp, err := harness.PassOn(&f.transport, r, body, f.next().address)
		if err == nil {
			return resp, nil
		}
		var dial *net.OpError
		reached := !errors.As(err, &dial) || dial.Op != "dial"
		if reached && r.Method != http.MethodGet && r.Method != http.MethodHead {
			return harness.Refusal(r, http.StatusBadGateway, "the instance broke off"), nil
		}
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
	}
	return harness.Refusal(r, http.StatusBadGateway, "no instance answers"), nil
}

// each calls do for every instance that is there.
func (f *fleet) each(do func(*member)) {
	f.mu.Lock()
	live := slices.Clone(f.live)
	f.mu.Unlock()
	for _, m := range live {
		do(m)
	}
}
