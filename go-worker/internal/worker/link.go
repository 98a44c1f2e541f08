package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/link"
	"harmonizer/queue/faults"
)

// linkHandler does an item of kind link: an item of kind finish that finds out who is who among all files; or, of many records, one that
// compares a shard of them for it.
type linkHandler struct{ finishHandler }

type linkParams struct {
	finishParams
	Registry *struct {
		Snapshot string `json:"snapshot"` // reference of what the registry of persons knows
	} `json:"registry"` // null: the job uses none
	Shard    *link.Shard `json:"shard"`    // null: the item puts the job together
	Compared []string    `json:"compared"` // references of the manifests of all shards, for the item that puts the job together
}

// Handle runs the engine over the parts of the job's files.
func (h linkHandler) Handle(ctx context.Context, item Item) (Result, error) {
	var p linkParams
	if err := readParams(item.Message, &p); err != nil {
		return Result{}, err
	}
	if p.Shard != nil {
		faults.At(faults.Handling, fmt.Sprintf("shard-%d", p.Shard.No))
	}
	pairs, err := h.goldPairs(ctx, p.Options["gold_pairs"])
	if err != nil {
		return Result{}, err
	}
	job, err := h.job(ctx, item.Message.JobID, p.jobParams)
	if err != nil {
		return Result{}, err
	}
	job.GoldPairs = pairs
	if p.Registry != nil {
		job.Registry = func() (io.ReadCloser, error) {
			snapshot, _, err := h.open(ctx, p.Registry.Snapshot)
			if err != nil {
				return nil, err
			}
			return follow(ctx, snapshot, item.Moved), nil
		}
	}
	for _, manifest := range p.Compared {
		job.Compared = append(job.Compared, h.folder(ctx, manifest))
	}
	work := engine.Finish
	if p.Shard != nil {
		work = func(ctx context.Context, job engine.Job, parts []engine.Part, env engine.Env) (*engine.Manifest, error) {
			return engine.Compare(ctx, job, parts, *p.Shard, env)
		}
	}
	result, err := h.finish(ctx, item, job, p.finishParams, work)
	switch {
	case errors.Is(err, engine.ErrRegistryProfile):
		err = &Failure{reasonRegistryProfile, true, err}
	case errors.Is(err, engine.ErrGoldPairs):
		err = &Failure{reasonBadGoldPairs, true, engine.ErrGoldPairs} // more of it might quote them
	}
	return result, err
}

// goldPairs reads the known pairs, if the job has any, from the reference that its option is.
func (h linkHandler) goldPairs(ctx context.Context, option json.RawMessage) ([]byte, error) {
	if option == nil {
		return nil, nil
	}
	var ref string
	if err := json.Unmarshal(option, &ref); err != nil {
		return nil, &Failure{reasonBadMessage, true, errors.New("gold_pairs is no reference")}
	}
	return h.read(ctx, ref)
}
