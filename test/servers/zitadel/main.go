// Command zitadel serves zitadel/oidc to one client, with its example's people and
// with a new key at every start. It is a module of its own, so that the program has
// nothing to do with what it needs.
//
// Usage: zitadel-example issuer client secret site
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: zitadel-example issuer client secret site")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(issuer, client, secret, site string) error {
	u, err := url.Parse(issuer)
	if err != nil {
		return err
	}
	storage.RegisterClients(storage.WebClient(client, secret, site+"/login/callback"))
	known := store{storage.NewStorage(storage.NewUserStore(issuer)), site}
	handler := exampleop.SetupServer(issuer, known, slog.New(slog.NewTextHandler(os.Stderr, nil)), false)
	return http.ListenAndServe(net.JoinHostPort("127.0.0.1", u.Port()), handler)
}

// A store is the example's, which knows no client that people are led back to after
// signing out.
type store struct {
	*storage.Storage
	site string
}

func (s store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := s.Storage.GetClientByClientID(ctx, id)
	return client{c, s.site}, err
}

type client struct {
	op.Client
	site string
}

func (c client) PostLogoutRedirectURIs() []string { return []string{c.site + "/signed-out"} }
