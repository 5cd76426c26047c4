package app

import (
	"io"
	"log/slog"

	"github.com/spotify-data-tool/spotify-data-tool/internal/edge"
)

// newLogger writes lines for people or for programs, each with the ID of the
// request it belongs to.
func newLogger(cfg config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.logLevel}
	var h slog.Handler = slog.NewTextHandler(w, options)
	if cfg.logJSON {
		h = slog.NewJSONHandler(w, options)
	}
	return slog.New(edge.LogHandler(h))
}
