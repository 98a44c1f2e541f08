package worker

import (
	"context"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/queue/faults"
)

// fileHandler does an item of kind file: plan, transform and finish of one file.
type fileHandler struct{ handling }

type fileParams struct {
	jobParams
	Source string  `json:"source"`
	Table  *string `json:"table"` // null: choose
	Name   string  `json:"name"`
	FileNo int     `json:"file_no"`
	Files  int     `json:"files"` // of the job
}

// Handle runs the engine over the file. A file that cannot be read is a result, not an error.
func (h fileHandler) Handle(ctx context.Context, item Item) (Result, error) {
	m := item.Message
	var p fileParams
	if err := readParams(m, &p); err != nil {
		return Result{}, err
	}
	faults.At(faults.Handling, p.Source)
	job, err := h.fileJob(ctx, item, p)
	if err != nil {
		return Result{}, err
	}
	attempt, err := h.store.Attempt(ctx, m.JobID, m.ItemID, item.Claim)
	if err != nil {
		return Result{}, err
	}
	manifest, err := engine.RunFile(ctx, job, h.file(ctx, item, p), p.Files == 1, env(item, attempt))
	if err != nil {
		return Result{}, err
	}
	return publish(ctx, item, attempt, manifest, m.Input.Bytes)
}

// file returns the file that a message is about.
func (h handling) file(ctx context.Context, item Item, p fileParams) engine.File {
	in := item.Message.Input
	file := engine.File{No: p.FileNo, Name: p.Name, Source: p.Source, SHA256: in.SHA256,
		Input: h.input(ctx, item, p.Name, in.URI, in.Bytes)}
	if p.Table != nil {
		file.Table = *p.Table
	}
	return file
}

// fileJob returns the job of an item of one file. Whether a job of several is its last delivery once more is known of all of them only.
func (h handling) fileJob(ctx context.Context, item Item, p fileParams) (engine.Job, error) {
	id := item.Message.JobID
	job, err := h.job(ctx, id, p.jobParams)
	if err != nil || job.Plan == nil || p.Files == 1 {
		return job, err
	}
	text, err := h.read(ctx, "jobs/"+id+"/job.json")
	if err != nil {
		return job, err
	}
	var document jobDocument
	if err := parse(text, &document, &document.V); err != nil {
		return job, err
	}
	job.Repeated = job.Repeats(h.files(ctx, item, &document))
	return job, nil
}
