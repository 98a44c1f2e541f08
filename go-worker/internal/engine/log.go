package engine

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
)

// log writes what was done, in words that are always the same, with counts and without times: the same job has the
// same log.
func (a *assembly) log() error {
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, at slog.Attr) slog.Attr {
		switch at.Key {
		case slog.TimeKey:
			return slog.Attr{}
		case slog.LevelKey: // as in every log of the product
			at.Value = slog.StringValue(strings.ToLower(at.Value.String()))
		}
		return at
	}}))
	for _, p := range a.parts {
		if p.plan == nil {
			continue
		}
		for _, f := range p.plan.Files {
			log.LogAttrs(context.Background(), slog.LevelInfo, "file planned", slog.String("file", f.Name), slog.String("format", f.Ingest.Format),
				slog.String("encoding", f.Ingest.Encoding), slog.String("table", f.Table.Name), slog.Int64("rows", f.Rows), slog.Int("columns", len(f.Columns)))
		}
	}
	for _, f := range a.manifest.Files {
		if f.Status == StatusFailed {
			log.LogAttrs(context.Background(), slog.LevelError, "file failed", slog.String("file", f.Name), slog.String("reason", f.Reason))
			continue
		}
		log.LogAttrs(context.Background(), slog.LevelInfo, "file transformed", slog.String("file", f.Name), slog.String("table", f.Table),
			slog.Int64("rows_in", f.Counts.RowsIn), slog.Int64("rows_out", f.Counts.RowsOut), slog.Int64("quarantined", f.Counts.Quarantined))
	}
	for _, o := range a.manifest.Outputs {
		log.LogAttrs(context.Background(), slog.LevelInfo, "output written", slog.String("name", o.Name), slog.Int64("rows", o.Rows))
	}
	return a.addFile(logName, kindLog, b.Bytes())
}
