package engine

import (
	"cmp"
	"time"

	"harmonizer/go-worker/internal/table"
)

// progressEvery is the least time between two reports of progress.
const progressEvery = 200 * time.Millisecond

// A reporter adds up how far a stage has come, and says so now and then.
type reporter struct {
	tell func(Progress)
	p    Progress
	last time.Time
}

// progress starts the reports of a stage over a source. The size of what comes packed is not known before its end.
func (r *run) progress(stage string, src *table.Source) *reporter {
	p := Progress{Stage: stage}
	if src != nil && src.Ingest.Packing == "" {
		p.TotalBytes = cmp.Or(r.size, r.file.Input.Size)
	}
	return &reporter{tell: r.env.Progress, p: p}
}

func (r *reporter) add(rows int64, bytes int) {
	r.p.Rows += rows
	r.p.Bytes += int64(bytes)
	if r.tell == nil {
		return
	}
	if now := time.Now(); now.Sub(r.last) >= progressEvery {
		r.last = now
		r.tell(r.p)
	}
}
