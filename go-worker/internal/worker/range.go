package worker

import (
	"context"
	"errors"

	"harmonizer/go-worker/internal/engine"
)

// planHandler does an item of kind plan: it plans a large file and says in which ranges it is to be read. A file that cannot be
// divided it does whole, as an item of kind file.
type planHandler struct{ handling }

type planParams struct {
	fileParams
	RangeBytes int64 `json:"range_bytes"` // about how large a range is
}

// Handle runs the engine's first pass over the file.
func (h planHandler) Handle(ctx context.Context, item Item) (Result, error) {
	m := item.Message
	var p planParams
	if err := readParams(m, &p); err != nil {
		return Result{}, err
	}
	job, err := h.fileJob(ctx, item, p.fileParams)
	if err != nil {
		return Result{}, err
	}
	attempt, err := h.store.Attempt(ctx, m.JobID, m.ItemID, item.Claim)
	if err != nil {
		return Result{}, err
	}
	manifest, err := engine.PlanFile(ctx, job, h.file(ctx, item, p.fileParams), p.Files == 1, p.RangeBytes, env(item, attempt))
	if err != nil {
		return Result{}, err
	}
	read := m.Input.Bytes
	if manifest.Division != nil {
		read = 0 // the bytes are counted where their records are transformed
	}
	return publish(ctx, item, attempt, manifest, read)
}

// transformHandler does an item of kind transform: one range of a file that was planned.
type transformHandler struct{ handling }

type transformParams struct {
	fileParams
	Planned string `json:"planned"`  // reference of the manifest of the file's plan item
	RangeNo int    `json:"range_no"` // place among the ranges, from 1
}

// Handle runs the engine over the range.
func (h transformHandler) Handle(ctx context.Context, item Item) (Result, error) {
	m := item.Message
	var p transformParams
	if err := readParams(m, &p); err != nil {
		return Result{}, err
	}
	if m.Input.Range == nil {
		return Result{}, &Failure{reasonBadMessage, true, errors.New("no range")}
	}
	job, err := h.job(ctx, m.JobID, p.jobParams)
	if err != nil {
		return Result{}, err
	}
	attempt, err := h.store.Attempt(ctx, m.JobID, m.ItemID, item.Claim)
	if err != nil {
		return Result{}, err
	}
	manifest, err := engine.RunRange(ctx, job, h.file(ctx, item, p.fileParams), h.folder(ctx, p.Planned), p.RangeNo-1, env(item, attempt))
	if err != nil {
		return Result{}, err
	}
	return publish(ctx, item, attempt, manifest, m.Input.Range.End-m.Input.Range.Start)
}
