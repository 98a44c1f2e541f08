package worker

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"harmonizer/go-worker/internal/engine"
)

// linkHandler does an item of kind link: an item of kind finish that finds out who is who among all files.
type linkHandler struct{ finishHandler }

type linkParams struct {
	finishParams
	Registry *struct {
		Snapshot string `json:"snapshot"` // reference of what the registry of persons knows
	} `json:"registry"` // null: the job uses none
}

// Handle runs the engine over the parts of the job's files.
func (h linkHandler) Handle(ctx context.Context, item Item) (Result, error) {
	var p linkParams
	if err := readParams(item.Message, &p); err != nil {
		return Result{}, err
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
	result, err := h.finish(ctx, item, job, p.finishParams)
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
