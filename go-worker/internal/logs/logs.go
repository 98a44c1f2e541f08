// Package logs writes what the Go processes log: one JSON object a line, with the names of
// contract/schemas/log.json, which are those of web/logs.py.
package logs

import (
	"io"
	"log/slog"
	"strings"
)

// New returns the logger of a process: its name stands in each line. Whoever starts the process
// decides about files.
func New(process string, level slog.Level, out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: replace}
	return slog.New(slog.NewJSONHandler(out, options)).With("process", process)
}

func replace(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return attr
	}
	switch attr.Key {
	case slog.TimeKey:
		return slog.String(attr.Key, attr.Value.Time().UTC().Format("2006-01-02T15:04:05.000000Z"))
	case slog.LevelKey:
		if level, ok := attr.Value.Any().(slog.Level); ok {
			return slog.String(attr.Key, word(level))
		}
	}
	return attr
}

func word(level slog.Level) string {
	if level == slog.LevelWarn {
		return "warning"
	}
	return strings.ToLower(level.String())
}
