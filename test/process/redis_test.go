package process_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
	"github.com/spotify-data-tool/spotify-data-tool/test/servers"
)

// TestPasswordIsNeeded: who finds the port finds nothing.
func TestPasswordIsNeeded(t *testing.T) {
	servers.Program(t, "redis-server")
	r, err := process.StartRedis(t.Context())
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

// A port that is handed out twice, or that a connection may take meanwhile, is
// no free port for the program that is to listen there.
func TestFreeAddress(t *testing.T) {
	seen := make(map[string]bool)
	for range 200 {
		address, err := process.FreeAddress()
		if err != nil || seen[address] {
			t.Fatalf("%s, seen before: %t, %v", address, seen[address], err)
		}
		seen[address] = true
		// Linux gives connections ports from 32,768 on, other systems later ones.
		var port int
		if _, err := fmt.Sscanf(address, "127.0.0.1:%d", &port); err != nil || port >= 32_768 {
			t.Fatalf("%s: %v", address, err)
		}
	}
}
