// Command server serves the Spotify data tool. Its configuration comes from the
// environment; docs/config.md lists the variables.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // minimal container images have no zone files

	"github.com/spotify-data-tool/spotify-data-tool/internal/app"
	"github.com/spotify-data-tool/spotify-data-tool/internal/hugepages"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal begins the shutdown. A second one ends the program at once.
	context.AfterFunc(ctx, stop)
	app.RespectMemory(os.DirFS("/"))
	go hugepages.ForHeap() // takes five milliseconds, and nobody waits for it
	if err := app.Run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
