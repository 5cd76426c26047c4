package child_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/child"
	"github.com/spotify-data-tool/spotify-data-tool/internal/servertest"
)

// TestPasswordIsNeeded: who finds the port finds nothing.
func TestPasswordIsNeeded(t *testing.T) {
	servertest.Program(t, "redis-server")
	r, err := child.StartRedis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	}()
	_, address, _ := strings.Cut(r.URL, "@")
	c, err := net.Dial("tcp", strings.TrimSuffix(address, "/0"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	fmt.Fprint(c, "PING\r\n")
	if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || !strings.HasPrefix(line, "-NOAUTH") {
		t.Errorf("%q, %v", line, err)
	}
}
