package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"harmonizer/go-worker/internal/engine"
)

// finishHandler does an item of kind finish: it makes a job's tables and reports from what the items
// of its files left.
type finishHandler struct{ handling }

type finishParams struct {
	jobParams
	Parts string `json:"parts"` // reference of a partsDocument
}

// jobDocument is jobs/<job_id>/job.json, as far as it is needed here.
type jobDocument struct {
	V     int `json:"v"`
	Files []struct {
		FileNo int     `json:"file_no"`
		Name   string  `json:"name"`
		Source string  `json:"source"`
		Table  *string `json:"table"`
		URI    string  `json:"uri"`
		SHA256 string  `json:"sha256"`
		Bytes  int64   `json:"bytes"`
	} `json:"files"`
}

// partsDocument is what the reconciler writes when the items of all files have ended: where each
// left its manifest, or why there is none.
type partsDocument struct {
	V     int    `json:"v"`
	Parts []part `json:"parts"`
}

type part struct {
	FileNo   int      `json:"file_no"`
	Manifest *string  `json:"manifest"`
	Ranges   []string `json:"ranges"` // manifests of the ranges of a divided file, in their order
	Reason   *string  `json:"reason"`
}

// Handle runs the engine over the parts of the job's files.
func (h finishHandler) Handle(ctx context.Context, item Item) (Result, error) {
	var p finishParams
	if err := readParams(item.Message, &p); err != nil {
		return Result{}, err
	}
	job, err := h.job(ctx, item.Message.JobID, p.jobParams)
	if err != nil {
		return Result{}, err
	}
	return h.finish(ctx, item, job, p, engine.Finish)
}

// finish does work over the parts of the job's files.
func (h finishHandler) finish(ctx context.Context, item Item, job engine.Job, p finishParams,
	work func(context.Context, engine.Job, []engine.Part, engine.Env) (*engine.Manifest, error)) (Result, error) {
	m := item.Message
	parts, err := h.parts(ctx, item, p.Parts)
	if err != nil {
		return Result{}, err
	}
	attempt, err := h.store.Attempt(ctx, m.JobID, m.ItemID, item.Claim)
	if err != nil {
		return Result{}, err
	}
	manifest, err := work(ctx, job, parts, env(item, attempt))
	if errors.Is(err, engine.ErrOtherRelease) {
		return Result{}, &Failure{reasonOtherRelease, true, err}
	} else if err != nil {
		return Result{}, err
	}
	return publish(ctx, item, attempt, manifest, 0) // the bytes of its files are counted where they were read
}

// parts returns the parts of all files of the job, in their order.
func (h finishHandler) parts(ctx context.Context, item Item, ref string) ([]engine.Part, error) {
	text, err := h.readChecked(ctx, item.Message.Input)
	if err != nil {
		return nil, err
	}
	var document jobDocument
	if err := parse(text, &document, &document.V); err != nil {
		return nil, err
	}
	if text, err = h.read(ctx, ref); err != nil {
		return nil, err
	}
	var found partsDocument
	if err := parse(text, &found, &found.V); err != nil {
		return nil, err
	}
	left := make(map[int]part, len(found.Parts))
	for _, one := range found.Parts {
		left[one.FileNo] = one
	}
	parts := make([]engine.Part, len(document.Files))
	for i, file := range h.files(ctx, item, &document) {
		one, ok := left[file.No]
		if !ok {
			return nil, &Failure{reasonBadMessage, true, fmt.Errorf("nothing is said about file %d", file.No)}
		}
		parts[i] = h.part(ctx, file, one)
	}
	return parts, nil
}

// files returns the files of a job, in their order.
func (h handling) files(ctx context.Context, item Item, document *jobDocument) []engine.File {
	files := make([]engine.File, len(document.Files))
	for i, f := range document.Files {
		files[i] = engine.File{No: f.FileNo, Name: f.Name, Source: f.Source, SHA256: f.SHA256,
			Input: h.input(ctx, item, f.Name, f.URI, f.Bytes)}
		if f.Table != nil {
			files[i].Table = *f.Table
		}
	}
	return files
}

func (h finishHandler) part(ctx context.Context, file engine.File, left part) engine.Part {
	made := engine.Part{File: file}
	switch {
	case left.Manifest != nil:
		made.Open = h.folder(ctx, *left.Manifest)
		for _, manifest := range left.Ranges {
			made.Ranges = append(made.Ranges, h.folder(ctx, manifest))
		}
	case left.Reason != nil:
		made.Reason = *left.Reason
	default:
		made.Reason = reasonHandlerError
	}
	return made
}

// folder opens what stands beside a manifest.
func (h handling) folder(ctx context.Context, manifest string) engine.Folder {
	folder := path.Dir(manifest)
	return func(name string) (io.ReadCloser, error) {
		content, _, err := h.open(ctx, folder+"/"+name)
		return content, err
	}
}

// parse reads a document of version 1.
func parse(text []byte, document any, version *int) error {
	if err := json.Unmarshal(text, document); err != nil {
		return &Failure{reasonBadMessage, true, fmt.Errorf("document: %w", err)}
	}
	if *version != 1 {
		return unsupported("a document of another version")
	}
	return nil
}
