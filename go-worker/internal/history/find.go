package history

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"harmonizer/go-worker/internal/ends"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/spill"
)

// Facts are those of one file, as Append wrote them.
type Facts struct {
	Source string // whose numbers of patients they are; those of another source are other patients
	Bytes  int64
	Open   func() (io.ReadCloser, error)
}

// A Finding is a row that another row of its patient contradicts.
type Finding struct {
	File   int // place among the facts
	Record int64
	Rule   rule.ID
}

// partBytes is how much of the facts is held in memory at once.
const partBytes = 16 << 20

// Find returns what the rows of each patient say about each other, in an order that depends on the facts only. dir is an existing folder
// for files that are gone afterwards; clean says that rows that repeat others exactly are found elsewhere.
func Find(ctx context.Context, dir string, all []Facts, clean bool, found func(Finding) error) error {
	return find(ctx, dir, all, clean, partBytes, found)
}

func find(ctx context.Context, dir string, all []Facts, clean bool, partBytes int64, found func(Finding) error) error {
	var bytes int64
	for _, f := range all {
		bytes += f.Bytes
	}
	if bytes == 0 {
		return nil
	}
	parts := spill.New(dir, int(bytes/partBytes)+1, size+4, partBytes)
	defer parts.Close()
	for i, f := range all {
		if err := divide(f, uint32(i), parts); err != nil {
			return fmt.Errorf("read facts: %w", err)
		}
	}
	for p := range parts.Buckets() {
		if err := judge(ctx, parts, p, clean, found); err != nil {
			return err
		}
	}
	return nil
}

// divide appends each fact of a file to the part of its patient, with the number of the file.
func divide(f Facts, file uint32, parts *spill.Spill) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	b := bufio.NewReaderSize(in, 1<<16)
	source := ends.Sum(f.Source)
	raw := binary.LittleEndian.AppendUint32(make([]byte, size, size+4), file)
	for {
		if _, err := io.ReadFull(b, raw[:size]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		one := readFact(raw, file)
		one.patient = mix(one.patient, source)
		binary.LittleEndian.PutUint64(raw, one.patient)
		if err := parts.Put(int(one.patient%uint64(parts.Buckets())), raw); err != nil {
			return err
		}
	}
}

// mix makes one number of that of a patient and that of the source.
func mix(patient, source uint64) uint64 {
	const prime = 1099511628211
	return (patient ^ source) * prime
}

// judge reads a part and holds the facts of each patient against each other.
func judge(ctx context.Context, parts *spill.Spill, part int, clean bool, found func(Finding) error) error {
	facts := make([]fact, 0, parts.Count(part))
	err := parts.Each(ctx, part, func(raw []byte) error {
		facts = append(facts, readFact(raw, binary.LittleEndian.Uint32(raw[size:])))
		return nil
	})
	if err != nil {
		return err
	}
	order := make([]place, len(facts))
	for i := range facts {
		order[i] = place{facts[i].patient, i}
	}
	slices.SortFunc(order, func(a, b place) int { return cmp.Compare(a.patient, b.patient) })
	g := group{clean: clean, found: func(f *fact, id rule.ID) {
		if err == nil {
			err = found(Finding{int(f.file), int64(f.record), id})
		}
	}}
	for from := 0; from < len(order); {
		g.facts = g.facts[:0]
		to := from
		for ; to < len(order) && order[to].patient == order[from].patient; to++ {
			g.facts = append(g.facts, facts[order[to].at])
		}
		g.judge()
		from = to
	}
	return err
}

// A place says where among the facts one of a patient stands: it is sorted faster than the fact.
type place struct {
	patient uint64
	at      int
}
