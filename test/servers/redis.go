package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
)

// RedisServer is a redis-server with nothing in it.
type RedisServer struct {
	*Server
	Address string
}

// Redis starts one. Options are those of its command line.
func Redis(t testing.TB, options ...string) *RedisServer {
	t.Helper()
	address := FreeAddress(t)
	return startRedis(t, address, append([]string{"--port", port(address), "--save", "", "--appendonly", "no"}, options...))
}

func startRedis(t testing.TB, address string, arguments []string) *RedisServer {
	t.Helper()
	path, dir := Program(t, "redis-server"), t.TempDir()
	s := &RedisServer{Address: address}
	s.Server = Run(t, func() *exec.Cmd {
		c := exec.Command(path, append(arguments, "--bind", "127.0.0.1", "--dir", dir)...)
		c.Dir = dir
		return c
	}, func() error {
		_, err := s.try("PING")
		// One that wants a password is up, too.
		if err != nil && strings.HasPrefix(err.Error(), "NOAUTH") {
			return nil
		}
		return err
	})
	return s
}

// URL returns the server's URL, without a password.
func (s *RedisServer) URL() string { return "redis://" + s.Address }

// Do runs one command on a connection of its own.
func (s *RedisServer) Do(command string, arguments ...any) any {
	s.t.Helper()
	reply, err := s.try(command, arguments...)
	if err != nil {
		s.t.Fatalf("%s: %v", command, err)
	}
	return reply
}

func (s *RedisServer) try(command string, arguments ...any) (any, error) {
	conn, err := redis.Dial("tcp", s.Address, redis.DialConnectTimeout(time.Second), redis.DialReadTimeout(5*time.Second))
	if err != nil {
		return nil, err
	}
	reply, err := conn.Do(command, arguments...)
	return reply, errors.Join(err, conn.Close())
}

// Keys returns the names of all keys.
func (s *RedisServer) Keys() []string {
	s.t.Helper()
	keys, err := redis.Strings(s.Do("KEYS", "*"), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return keys
}

// SentinelSet is a primary and its replica, watched by one sentinel, which is
// enough to decide alone.
type SentinelSet struct {
	t                testing.TB
	Primary, Replica *RedisServer // as they were at the start
	Sentinel         *RedisServer
}

// SentinelName is what the sentinel calls its primary.
const SentinelName = "mymaster"

// Sentinel starts a set and waits until the replica follows.
func Sentinel(t testing.TB) *SentinelSet {
	t.Helper()
	s := &SentinelSet{t: t, Primary: Redis(t, "--repl-diskless-sync-delay", "0")}
	s.Replica = Redis(t, "--replicaof", "127.0.0.1 "+port(s.Primary.Address), "--repl-diskless-sync-delay", "0")
	// A sentinel writes what it learns into its configuration.
	address := FreeAddress(t)
	config := filepath.Join(t.TempDir(), "sentinel.conf")
	content := fmt.Sprintf("port %s\nsentinel monitor %[2]s 127.0.0.1 %s 1\nsentinel down-after-milliseconds %[2]s 500\nsentinel failover-timeout %[2]s 5000\n",
		port(address), SentinelName, port(s.Primary.Address))
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Sentinel = startRedis(t, address, []string{config, "--sentinel"})
	until(t, "the replica to follow", s.Replica.output, func() error {
		info, err := redis.String(s.Replica.try("INFO", "replication"))
		if err == nil && !strings.Contains(info, "master_link_status:up") {
			err = errors.New("not connected")
		}
		return err
	})
	until(t, "the sentinel to find the replica", s.Sentinel.output, func() error {
		replicas, err := redis.Values(s.Sentinel.try("SENTINEL", "replicas", SentinelName))
		if err == nil && len(replicas) == 0 {
			err = errors.New("none found")
		}
		return err
	})
	return s
}

// URL returns the URL of the set.
func (s *SentinelSet) URL() string {
	return "redis+sentinel://" + s.Sentinel.Address + "/" + SentinelName
}

// Replicated waits until the replica has all the primary has.
func (s *SentinelSet) Replicated() {
	s.t.Helper()
	offset := func(server *RedisServer) (string, error) {
		info, err := redis.String(server.try("INFO", "replication"))
		_, after, _ := strings.Cut(info, "master_repl_offset:")
		offset, _, _ := strings.Cut(after, "\r")
		return offset, err
	}
	until(s.t, "the replica to catch up", s.Replica.output, func() error {
		want, err := offset(s.Primary)
		if err != nil {
			return err
		}
		got, err := offset(s.Replica)
		if err == nil && got != want {
			err = fmt.Errorf("at %s of %s", got, want)
		}
		return err
	})
}

// FailOver makes the replica the primary, and returns when it is. The old
// primary goes on as a replica unless it was stopped.
func (s *SentinelSet) FailOver() {
	s.t.Helper()
	until(s.t, "the sentinel to begin", s.Sentinel.output, func() error {
		// It may have begun by itself, when the primary was stopped.
		if s.promoted() == nil {
			return nil
		}
		_, err := s.Sentinel.try("SENTINEL", "failover", SentinelName)
		if err != nil && strings.HasPrefix(err.Error(), "INPROG") {
			return nil
		}
		return err
	})
	until(s.t, "the failover", s.Sentinel.output, s.promoted)
}

func (s *SentinelSet) promoted() error {
	answer, err := redis.Strings(s.Sentinel.try("SENTINEL", "get-master-addr-by-name", SentinelName))
	if err == nil && (len(answer) != 2 || answer[1] != port(s.Replica.Address)) {
		err = fmt.Errorf("the primary is %v", answer)
	}
	return err
}

// ClusterSet is a Redis Cluster of three primaries.
type ClusterSet struct {
	t     testing.TB
	Nodes []*RedisServer
}

const clusterSlots = 16384

// Cluster starts one and waits until it serves.
func Cluster(t testing.TB) *ClusterSet {
	t.Helper()
	s := &ClusterSet{t: t}
	for range 3 {
		// The port of the bus would be that of the node and 10,000, which may be
		// taken, or none at all.
		s.Nodes = append(s.Nodes, Redis(t, "--cluster-enabled", "yes", "--cluster-port", FreePort(t), "--cluster-node-timeout", "2000"))
	}
	for i, node := range s.Nodes {
		node.Do("CLUSTER", "ADDSLOTSRANGE", clusterSlots*i/3, clusterSlots*(i+1)/3-1)
		node.Do("CLUSTER", "SET-CONFIG-EPOCH", i+1)
	}
	for _, node := range s.Nodes[1:] {
		bus, err := redis.Strings(node.Do("CONFIG", "GET", "cluster-port"), nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Nodes[0].Do("CLUSTER", "MEET", "127.0.0.1", port(node.Address), bus[1])
	}
	for _, node := range s.Nodes {
		until(t, "the cluster to serve", node.output, func() error {
			info, err := redis.String(node.try("CLUSTER", "INFO"))
			if err == nil && !(strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")) {
				err = errors.New(info)
			}
			return err
		})
	}
	return s
}

// URL returns the URL of the cluster, with two of its nodes.
func (s *ClusterSet) URL() string {
	return "redis+cluster://" + s.Nodes[0].Address + "," + s.Nodes[1].Address
}

// Move is a slot on its way from one node to another.
type Move struct {
	s        *ClusterSet
	slot     int
	from, to *RedisServer
	id       string
}

// BeginMove begins to move the slot of the key: what is there stays for now,
// what is new goes to the other node.
func (s *ClusterSet) BeginMove(key string) *Move {
	s.t.Helper()
	slot, err := redis.Int(s.Nodes[0].Do("CLUSTER", "KEYSLOT", key), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	m := &Move{s: s, slot: slot}
	m.from, m.to = s.owner(slot)
	m.id = s.id(m.to)
	m.to.Do("CLUSTER", "SETSLOT", slot, "IMPORTING", s.id(m.from))
	m.from.Do("CLUSTER", "SETSLOT", slot, "MIGRATING", m.id)
	return m
}

// Finish moves the keys and gives the slot to the other node.
func (m *Move) Finish() {
	m.s.t.Helper()
	keys, err := redis.Values(m.from.Do("CLUSTER", "GETKEYSINSLOT", m.slot, 1000), nil)
	if err != nil {
		m.s.t.Fatal(err)
	}
	if len(keys) > 0 {
		n, err := strconv.Atoi(port(m.to.Address))
		if err != nil {
			m.s.t.Fatal(err)
		}
		m.from.Do("MIGRATE", append([]any{"127.0.0.1", n, "", 0, 5000, "KEYS"}, keys...)...)
	}
	for _, node := range append([]*RedisServer{m.to, m.from}, m.s.Nodes...) {
		node.Do("CLUSTER", "SETSLOT", m.slot, "NODE", m.id)
	}
}

func (s *ClusterSet) id(node *RedisServer) string {
	s.t.Helper()
	id, err := redis.String(node.Do("CLUSTER", "MYID"), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// owner returns the node that owns the slot, and one that does not.
func (s *ClusterSet) owner(slot int) (owner, other *RedisServer) {
	i := 0
	for slot > clusterSlots*(i+1)/3-1 {
		i++
	}
	return s.Nodes[i], s.Nodes[(i+1)%3]
}
