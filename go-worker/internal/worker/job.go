package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/store"
	"harmonizer/go-worker/internal/table"
	"harmonizer/queue"
	"harmonizer/queue/faults"
)

// maxDocument bounds what is read as a whole: a plan, a job's document, a list of parts.
const maxDocument = 64 << 20

// jobParams is what the messages of all kinds say about their job.
type jobParams struct {
	Operation string                     `json:"operation"`
	Profile   string                     `json:"profile"`
	Today     string                     `json:"today"`
	Options   map[string]json.RawMessage `json:"options"`
	Plan      *string                    `json:"plan"` // reference, or null: decide anew

	ownProfile []byte // of a preview, which has no folder
}

// handling is what the handlers of all kinds share.
type handling struct {
	store store.Store
}

// Handlers returns the handlers of the engine, by kind.
func Handlers(s store.Store) map[string]Handler {
	return map[string]Handler{
		queue.KindFile:      fileHandler{handling{s}},
		queue.KindPlan:      planHandler{handling{s}},
		queue.KindTransform: transformHandler{handling{s}},
		queue.KindFinish:    finishHandler{handling{s}},
		queue.KindLink:      linkHandler{finishHandler{handling{s}}},
	}
}

// readParams reads a message's parameters, which web or the reconciler wrote.
func readParams(m queue.Message, params any) error {
	if err := json.Unmarshal(m.Params, params); err != nil {
		return &Failure{reasonBadMessage, true, fmt.Errorf("parameters: %w", err)}
	}
	return nil
}

// job returns a job as the engine takes it. What this program does not know, a newer one may: the API
// has checked it.
func (h handling) job(ctx context.Context, id string, p jobParams) (engine.Job, error) {
	job := engine.Job{ID: id, Operation: p.Operation}
	if !slices.Contains(engine.Operations, p.Operation) && !slices.Contains(engine.Linking, p.Operation) {
		return job, unsupported("unknown operation")
	}
	var err error
	if job.Profile, err = h.profile(ctx, id, p); err != nil {
		return job, err
	}
	if job.Codes, err = codelist.Load(job.Profile.Lists()...); err != nil {
		return job, err
	}
	if job.Today, err = time.Parse(time.DateOnly, p.Today); err != nil {
		return job, &Failure{reasonBadMessage, true, errors.New("today is not a day")}
	}
	delete(p.Options, "registry")   // of persons: what the reconciler goes by
	delete(p.Options, "gold_pairs") // what an item of kind link looks at
	options, err := json.Marshal(p.Options)
	if err != nil {
		return job, err
	}
	if job.Options, err = engine.ParseOptions(options); err != nil {
		return job, unsupported("unknown options")
	}
	if p.Plan != nil {
		document, err := h.read(ctx, *p.Plan)
		if err != nil {
			return job, err
		}
		job.Plan, err = readPlan(document)
		return job, err
	}
	return job, nil
}

// profile returns the profile of a job: a built-in one, or, named with its version, one that the job keeps.
func (h handling) profile(ctx context.Context, jobID string, p jobParams) (*profile.Profile, error) {
	document := p.ownProfile
	if document == nil && strings.Contains(p.Profile, "@") && h.store != nil {
		var err error
		if document, err = h.read(ctx, profileRef(jobID)); err != nil {
			return nil, err
		}
	}
	switch {
	case document != nil:
		return ownProfile(document)
	case !slices.Contains(profile.Names(), p.Profile): // a name only: Load takes a path too
		return nil, unsupported("unknown profile")
	}
	return profile.Load(p.Profile)
}

// read returns a whole document of the store.
func (h handling) read(ctx context.Context, ref string) ([]byte, error) {
	file, size, err := h.open(ctx, ref)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if size > maxDocument {
		return nil, &Failure{reasonBadMessage, true, fmt.Errorf("a document of %d bytes", size)}
	}
	return io.ReadAll(file)
}

// readChecked is read for a document whose digest is known.
func (h handling) readChecked(ctx context.Context, in queue.Input) ([]byte, error) {
	document, err := h.read(ctx, in.URI)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(document); hex.EncodeToString(sum[:]) != in.SHA256 {
		return nil, &Failure{reasonInputChanged, false, errors.New("a document with another digest")}
	}
	return document, nil
}

func (h handling) open(ctx context.Context, ref string) (io.ReadCloser, int64, error) {
	file, size, err := h.store.Open(ctx, ref)
	if errors.Is(err, store.ErrNotStored) {
		err = &Failure{reasonInputMissing, false, err}
	}
	return file, size, err
}

// input returns a stored file as the engine reads it: opened whenever the engine wants to.
func (h handling) input(ctx context.Context, item Item, name, ref string, size int64) table.Input {
	return table.Input{Name: name, Size: size, Open: func() (io.ReadCloser, error) {
		file, now, err := h.open(ctx, ref)
		if err == nil && now != size {
			file.Close()
			return nil, &Failure{reasonInputChanged, false, fmt.Errorf("%d bytes instead of %d", now, size)}
		}
		if err != nil {
			return nil, err
		}
		return follow(ctx, file, item.Moved), nil
	}}
}

// env returns the surroundings of one attempt of an item.
func env(item Item, attempt store.Attempt) engine.Env {
	return engine.Env{
		Dir:         attempt.Dir(),
		Concurrency: item.Concurrency,
		Progress:    func(p engine.Progress) { item.Progress(Progress(p)) },
		Log:         item.Log,
	}
}

// publish makes an attempt's outputs durable, and returns the result that names them.
func publish(ctx context.Context, item Item, attempt store.Attempt, m *engine.Manifest, bytesIn int64) (Result, error) {
	faults.At(faults.Written, "")
	result := Result{Manifest: attempt.Ref(engine.ManifestName), BytesIn: bytesIn}
	if m.Division != nil {
		result.Ranges = len(m.Division.Ranges)
	}
	err := attempt.Publish(ctx, func(bytes int64) {
		result.BytesOut += bytes
		item.Progress(Progress{Stage: "publish", Rows: m.Counts.RowsIn, Bytes: result.BytesOut})
	})
	if err != nil {
		return Result{}, err
	}
	counts, err := json.Marshal(m.Counts)
	if err == nil {
		err = json.Unmarshal(counts, &result.Counts)
	}
	for _, f := range m.Files {
		one := FileResult{Name: f.Name, Status: f.Status}
		if f.Reason != "" {
			one.Reason = &f.Reason
		}
		result.Files = append(result.Files, one)
	}
	return result, err
}
