package redisconn

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

type topology int

const (
	single topology = iota
	sentinel
	cluster
)

// A target is what a URL says.
type target struct {
	topology
	addresses []string // of the server, of the sentinels, of some nodes

	tls                *tls.Config // nil for plain TCP
	username, password string
	database           int

	// Behind Sentinel: the name it knows the primary by, and its own credentials.
	primary                            string
	sentinelUsername, sentinelPassword string

	prefix string
}

// schemes are the URL schemes this package understands.
var schemes = map[string]struct {
	topology
	tls  bool
	port string
}{
	"redis":           {single, false, "6379"},
	"rediss":          {single, true, "6379"},
	"redis+sentinel":  {sentinel, false, "26379"},
	"rediss+sentinel": {sentinel, true, "26379"},
	"redis+cluster":   {cluster, false, "6379"},
	"rediss+cluster":  {cluster, true, "6379"},
}

// Schemes returns the URL schemes that Open understands, sorted.
func Schemes() []string { return slices.Sorted(maps.Keys(schemes)) }

// Check finds at the start what connecting would find at the first request.
// Its errors do not show the URL, which may hold a password.
func Check(rawURL string) error {
	_, err := parse(rawURL)
	return err
}

func parse(rawURL string) (target, error) {
	scheme, rest, ok := strings.Cut(rawURL, "://")
	form, known := schemes[scheme]
	if !ok || !known {
		return target{}, fmt.Errorf("redis URL must begin with one of %s, followed by ://", strings.Join(Schemes(), ", "))
	}
	// Several hosts are no URL to net/url: it sees them one by one.
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, rest := rest[:end], rest[end:]
	credentials, hosts := "", authority
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		credentials, hosts = authority[:at+1], authority[at+1:]
	}
	t := target{topology: form.topology}
	var u *url.URL
	for host := range strings.SplitSeq(hosts, ",") {
		var err error
		if u, err = url.Parse("redis://" + credentials + host + rest); err != nil {
			return target{}, errors.New("redis URL cannot be parsed; special characters in a password must be percent-encoded")
		}
		if u.Hostname() == "" {
			return target{}, errors.New("redis URL has no host")
		}
		port := u.Port()
		if port == "" {
			port = form.port
		}
		t.addresses = append(t.addresses, net.JoinHostPort(u.Hostname(), port))
	}
	if t.topology == single && len(t.addresses) > 1 {
		return target{}, errors.New("redis URL names several hosts; that takes +sentinel:// or +cluster://")
	}
	t.username = u.User.Username()
	t.password, ok = u.User.Password()
	if !ok {
		// A lone word before the @ is the password, as redigo and redis-cli read it.
		t.username, t.password = "", t.username
	}
	if err := t.readPath(u.Path); err != nil {
		return target{}, err
	}
	return t, t.readParameters(u, form.tls)
}

// readPath reads /database, and /primary or /primary/database behind Sentinel.
func (t *target) readPath(path string) error {
	database := strings.Trim(path, "/")
	switch t.topology {
	case sentinel:
		if t.primary, database, _ = strings.Cut(database, "/"); t.primary == "" {
			return errors.New("redis URL must name the primary that Sentinel watches, as in redis+sentinel://host:26379/mymaster")
		}
	case cluster:
		if database != "" && database != "0" {
			return errors.New("redis URL of a cluster cannot name a database")
		}
	}
	if database == "" {
		return nil
	}
	n, err := strconv.Atoi(database)
	if err != nil || n < 0 {
		return errors.New("redis URL must end in a database number, or in nothing")
	}
	t.database = n
	return nil
}

func (t *target) readParameters(u *url.URL, secure bool) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("redis URL has parameters that cannot be parsed")
	}
	take := func(name string) string {
		value := query.Get(name)
		query.Del(name)
		return value
	}
	if path := take("password_file"); path != "" {
		if err := t.readPassword(path); err != nil {
			return fmt.Errorf("redis URL: %w", err)
		}
	}
	t.prefix = take("prefix")
	if strings.ContainsAny(t.prefix, "{}") {
		return errors.New("redis URL: prefix must not contain braces, which decide the node of a cluster")
	}
	if t.topology == sentinel {
		t.sentinelUsername, t.sentinelPassword = take("sentinel_username"), take("sentinel_password")
	}
	if secure {
		t.tls, err = readTLS(take("ca"), take("cert"), take("key"), take("server_name"))
		if err != nil {
			return fmt.Errorf("redis URL: %w", err)
		}
	}
	for name := range query {
		return fmt.Errorf("redis URL has the parameter %q, which means nothing here", name)
	}
	return nil
}

// readPassword takes the password from a file: what stands in the environment is
// seen by whoever may look at the process or its container. The word before the
// @ is then the user.
func (t *target) readPassword(path string) error {
	if t.username != "" {
		return errors.New("there is a password beside password_file")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read password_file: %w", err)
	}
	t.username, t.password = t.password, strings.TrimRight(string(content), "\r\n")
	if t.password == "" {
		return errors.New("password_file is empty")
	}
	return nil
}

func readTLS(authority, certificate, key, serverName string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: serverName}
	if authority != "" {
		pem, err := os.ReadFile(authority)
		if err != nil {
			return nil, fmt.Errorf("read ca: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("ca holds no certificate in PEM form")
		}
	}
	if (certificate == "") != (key == "") {
		return nil, errors.New("cert and key belong together")
	}
	if certificate != "" {
		pair, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			return nil, fmt.Errorf("read cert and key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
