package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"harmonizer/go-worker/internal/link"
)

// pairsName is what Compare writes: pairs of records, for Finish.
const pairsName = "pairs"

// errPairsChanged reports compared pairs that are not those that were written.
var errPairsChanged = errors.New("compared pairs have another digest")

// Compare compares the pairs of one shard of a job's patients. Finish of the job whose Compared names what was written of all shards
// writes what it would write without them.
func Compare(ctx context.Context, job Job, parts []Part, shard link.Shard, env Env) (m *Manifest, err error) {
	defer recovered(&err, "compare")
	all, err := loadAll(&job, parts, env)
	if err != nil {
		return nil, err
	}
	a := newAssembly(ctx, &job, all, env, "compare")
	again, err := a.references(ctx)
	defer func() { err = errors.Join(err, os.RemoveAll(again)) }()
	if err != nil {
		return nil, fmt.Errorf("references between tables: %w", err)
	}
	if err := a.place(); err != nil {
		return nil, err
	}
	if err := errors.Join(a.compare(ctx, shard), a.people.close(), a.clear()); err != nil {
		return nil, fmt.Errorf("persons: %w", err)
	}
	m = newManifest(&job)
	m.Outputs = a.manifest.Outputs
	return m, m.write(env.Dir)
}

// compare writes the pairs of a shard; none where nothing tells persons apart, which Finish says.
func (a *assembly) compare(ctx context.Context, shard link.Shard) error {
	o, err := a.readPatients()
	if err != nil || len(a.people.pieces) == 0 {
		return err
	}
	w, err := a.create(Output{Name: pairsName, Kind: kindPairs})
	if err != nil {
		return err
	}
	if err := link.CompareShard(ctx, a.people.set, o, shard, counted{w}); err != nil {
		err = errors.Join(err, w.remove(a.env.Dir))
		if errors.Is(err, link.ErrNoField) {
			return nil
		}
		return err
	}
	return a.add(w)
}

// compared opens what was written of the shards of the job.
func (a *assembly) compared() (readers []io.Reader, closing func() error, err error) {
	var opened []io.Closer
	closing = func() (err error) {
		for _, one := range opened {
			err = errors.Join(err, one.Close())
		}
		return err
	}
	for _, open := range a.job.Compared {
		m, err := open.manifest()
		if err != nil {
			return nil, closing, err
		}
		for _, out := range m.Outputs {
			if out.Kind != kindPairs {
				continue
			}
			in, err := open(out.Name)
			if err != nil {
				return nil, closing, fmt.Errorf("open compared pairs: %w", err)
			}
			opened = append(opened, in)
			readers = append(readers, &checked{in, sha256.New(), out.SHA256})
		}
	}
	return readers, closing, nil
}

// A checked reader fails at its end when what it has read has another digest.
type checked struct {
	in   io.Reader
	sum  hash.Hash
	want string
}

func (c *checked) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.sum.Write(b[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(c.sum.Sum(nil)) != c.want {
		err = errPairsChanged
	}
	return n, err
}
