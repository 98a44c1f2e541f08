package history

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"harmonizer/go-worker/internal/rule"
)

// Facts are those of one file, as Append wrote them.
type Facts struct {
	Bytes int64
	Open  func() (io.ReadCloser, error)
}

// A Finding is a row that another row of its patient contradicts.
type Finding struct {
	File   int // place among the facts
	Record int64
	Rule   rule.ID
}

// partBytes is how much of the facts is held in memory at once.
const partBytes = 16 << 20

// mostParts bounds the files that are open at once.
const mostParts = 256

// Find returns what the rows of each patient say about each other, in an order that depends on the facts only. dir is an existing folder
// for files that are gone afterwards; clean says that rows that repeat others exactly are found elsewhere.
func Find(ctx context.Context, dir string, all []Facts, clean bool, found func(Finding) error) error {
	return find(ctx, dir, all, clean, partBytes, found)
}

func find(ctx context.Context, dir string, all []Facts, clean bool, partBytes int64, found func(Finding) error) (err error) {
	var bytes int64
	for _, f := range all {
		bytes += f.Bytes
	}
	if bytes == 0 {
		return nil
	}
	parts := make([]*part, min(bytes/partBytes+1, mostParts))
	defer func() {
		for _, p := range parts {
			err = errors.Join(err, p.remove())
		}
	}()
	for i := range parts {
		if parts[i], err = newPart(dir); err != nil {
			return err
		}
	}
	for i, f := range all {
		if err := divide(f, uint32(i), parts); err != nil {
			return fmt.Errorf("read facts: %w", err)
		}
	}
	for _, p := range parts {
		if err := errors.Join(ctx.Err(), p.judge(clean, found)); err != nil {
			return err
		}
	}
	return nil
}

// divide appends each fact of a file to the part of its patient.
func divide(f Facts, file uint32, parts []*part) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	b := bufio.NewReaderSize(in, 1<<16)
	var raw [size]byte
	for {
		if _, err := io.ReadFull(b, raw[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		one := readFact(raw[:], file)
		if err := parts[one.patient%uint64(len(parts))].add(raw[:], file); err != nil {
			return err
		}
	}
}

// A part is the facts of some of the patients, each behind the number of its file.
type part struct {
	file *os.File
	out  *bufio.Writer
}

func newPart(dir string) (*part, error) {
	f, err := os.CreateTemp(dir, "piece-history-")
	if err != nil {
		return nil, err
	}
	return &part{f, bufio.NewWriterSize(f, 1<<14)}, nil
}

func (p *part) add(raw []byte, file uint32) error {
	if _, err := p.out.Write([]byte{byte(file), byte(file >> 8), byte(file >> 16), byte(file >> 24)}); err != nil {
		return err
	}
	_, err := p.out.Write(raw)
	return err
}

// judge reads the part and holds the facts of each patient against each other.
func (p *part) judge(clean bool, found func(Finding) error) error {
	facts, err := p.read()
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

func (p *part) read() ([]fact, error) {
	if err := p.out.Flush(); err != nil {
		return nil, err
	}
	at, err := p.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	facts := make([]fact, 0, at/(size+4))
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(p.file, 1<<16)
	var raw [size + 4]byte
	for range cap(facts) {
		if _, err := io.ReadFull(in, raw[:]); err != nil {
			return nil, err
		}
		file := uint32(raw[0]) | uint32(raw[1])<<8 | uint32(raw[2])<<16 | uint32(raw[3])<<24
		facts = append(facts, readFact(raw[4:], file))
	}
	return facts, nil
}

func (p *part) remove() error {
	if p == nil {
		return nil
	}
	return errors.Join(p.file.Close(), os.Remove(p.file.Name()))
}
