package reference

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"harmonizer/go-worker/internal/spill"
)

// Names are those of one file, as Append wrote them.
type Names struct {
	Source string // who delivers the file
	Bytes  int64
	Open   func() (io.ReadCloser, error)
}

// partBytes is how many bytes of names are held in memory at once.
const partBytes = 16 << 20

// Find returns for each file which of its references do not hold; nil for one whose references all do. A reference is sought among what
// its own source delivered, and among everything where its source delivered none of that table. dir is an existing folder for files
// that are gone afterwards.
func Find(ctx context.Context, dir string, all []Names) ([]*Broken, error) {
	return find(ctx, dir, all, partBytes)
}

func find(ctx context.Context, dir string, all []Names, partBytes int64) ([]*Broken, error) {
	var bytes int64
	for _, n := range all {
		bytes += n.Bytes
	}
	parts := spill.New(dir, int(bytes/partBytes)+1, size+4, partBytes)
	defer parts.Close()
	f := finder{files: all, parts: parts, delivers: map[string]*[ofVisit + 1]bool{}, broken: make([]*Broken, len(all))}
	for i := range all {
		if err := f.divide(uint32(i)); err != nil {
			return nil, fmt.Errorf("read names: %w", err)
		}
	}
	for p := range parts.Buckets() {
		if err := f.judge(ctx, p); err != nil {
			return nil, err
		}
	}
	for _, b := range f.broken {
		b.settle()
	}
	return f.broken, nil
}

// A finder holds the names of all files against each other.
type finder struct {
	files    []Names
	parts    *spill.Spill                  // names that are about the same in one bucket, each with the number of its file
	delivers map[string]*[ofVisit + 1]bool // by source, or anyone: whether it delivered names of a kind
	broken   []*Broken
}

// anyone stands for all sources together; no source is called so.
const anyone = "\x00"

func (f *finder) of(source string) *[ofVisit + 1]bool {
	if f.delivers[source] == nil {
		f.delivers[source] = new([ofVisit + 1]bool)
	}
	return f.delivers[source]
}

// divide appends each name of a file to the part of what it is about.
func (f *finder) divide(file uint32) error {
	in, err := f.files[file].Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	own, all := f.of(f.files[file].Source), f.of(anyone)
	b := bufio.NewReaderSize(in, 1<<16)
	raw := binary.LittleEndian.AppendUint32(make([]byte, size, size+4), file)
	for {
		if _, err := io.ReadFull(b, raw[:size]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		n := readName(raw)
		own[n.kind], all[n.kind] = true, true
		if err := f.parts.Put(int(n.about%uint64(f.parts.Buckets())), raw); err != nil {
			return err
		}
	}
}

// A seen name knows its file.
type seen struct {
	name
	file uint32
}

// judge holds the names of a part that are about the same against each other.
func (f *finder) judge(ctx context.Context, part int) error {
	names := make([]seen, 0, f.parts.Count(part))
	err := f.parts.Each(ctx, part, func(raw []byte) error {
		names = append(names, seen{readName(raw), binary.LittleEndian.Uint32(raw[size:])})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(names, func(a, b seen) int {
		return cmp.Or(cmp.Compare(a.about, b.about), cmp.Compare(a.kind, b.kind), cmp.Compare(a.file, b.file), cmp.Compare(a.who, b.who))
	})
	names = slices.Compact(names)
	for from := 0; from < len(names); {
		to := from
		for ; to < len(names) && names[to].about == names[from].about; to++ {
		}
		f.group(names[from:to])
		from = to
	}
	return nil
}

// group judges the references to one number.
func (f *finder) group(names []seen) {
	for _, n := range names {
		switch n.kind {
		case ofPatient:
			f.patientOf(n, names)
		case ofVisit:
			f.visitOf(n, names)
		}
	}
}

// within reports whether a reference of one file is sought in another one, for a kind of name.
func (f *finder) within(from, in uint32, k kind) bool {
	source := f.files[from].Source
	return !f.of(source)[k] || f.files[in].Source == source
}

// patientOf seeks a patient as it is written, else under the one number that differs in leading zeros.
func (f *finder) patientOf(n seen, names []seen) {
	if !f.of(anyone)[patient] {
		return
	}
	var padded uint64
	several := false
	for _, p := range names {
		switch {
		case p.kind != patient || !f.within(n.file, p.file, patient):
		case p.who == n.who:
			return
		default:
			several = several || padded != 0 && padded != p.who
			padded = p.who
		}
	}
	b := f.at(n.file)
	if padded == 0 || several {
		b.orphans = append(b.orphans, n.who)
		return
	}
	b.padded = append(b.padded, pair{n.who, padded})
}

// visitOf seeks a visit among those of the patient.
func (f *finder) visitOf(n seen, names []seen) {
	others := false
	for _, v := range names {
		if v.kind == visit && f.within(n.file, v.file, visit) {
			if v.who == n.who {
				return
			}
			others = true
		}
	}
	if others {
		b := f.at(n.file)
		b.strangers = append(b.strangers, pair{n.about, n.who})
	}
}

func (f *finder) at(file uint32) *Broken {
	if f.broken[file] == nil {
		f.broken[file] = &Broken{}
	}
	return f.broken[file]
}
