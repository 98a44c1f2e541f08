package match

import (
	"cmp"
	"context"
	"encoding/binary"
	"math/bits"
	"os"
	"slices"
	"sort"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/spill"
)

// bucketShare is what part of the memory the work on one bucket may take: so small that it lies close to the processor.
const bucketShare = 16

// A finder sorts entries into buckets three times, each bucket small enough for the memory: by content, where rows that are equal
// meet; what is left by key; and the findings by their place, because they are wanted in order. Contents and keys that only one row has are
// left out.
type finder struct {
	ctx      context.Context
	dir      string
	sidecars []Sidecar
	memory   int64

	starts []int64 // ordinal of the first row of each sidecar, and behind the last one
	keys   *spill.Spill
	found  *spill.Spill
}

// Bytes of memory that one record takes in each of the steps: what stands in the bucket while it is held in memory, and its place in a
// map or in a slice.
const (
	contentCost = entrySize + 80
	keyCost     = keySize + 80
	foundCost   = 2 * foundSize
)

func (f *finder) run(yield func(Finding) bool) (err error) {
	f.starts = make([]int64, 1, len(f.sidecars)+1)
	var total int64
	for _, s := range f.sidecars {
		rows, err := rowsOf(s.Path)
		if err != nil {
			return err
		}
		total += rows
		f.starts = append(f.starts, total)
	}
	contents := f.spill(total, contentCost, entrySize)
	defer contents.Close()
	f.keys = f.spill(total, keyCost, keySize)
	defer f.keys.Close()
	f.found = f.spill(total, foundCost, foundSize)
	defer f.found.Close()

	if err := f.fill(contents); err != nil {
		return err
	}
	for b := range contents.Buckets() {
		if err := f.byContent(contents, b); err != nil {
			return err
		}
	}
	contents.Close()
	for b := range f.keys.Buckets() {
		if err := f.byKey(b); err != nil {
			return err
		}
	}
	f.keys.Close()
	for b := range f.found.Buckets() {
		if more, err := f.inOrder(b, yield); err != nil || !more {
			return err
		}
	}
	return nil
}

func (f *finder) spill(rows, cost int64, size int) *spill.Spill {
	buckets := int(rows*cost*bucketShare/f.memory) + 1
	return spill.New(f.dir, buckets, size, f.memory)
}

// fill reads the sidecars into buckets by content, and what meets no row of the same content into those by key.
func (f *finder) fill(contents *spill.Spill) error {
	rows := f.starts[len(f.sidecars)]
	equal, alike := newTwice(rows, f.memory/4), newTwice(rows, f.memory/4)
	err := f.each(func(entries []byte, _ int64) error {
		for ; len(entries) > 0; entries = entries[EntrySize:] {
			equal.add(le.Uint64(entries))
			alike.add(le.Uint64(entries[keyAt:]))
		}
		return nil
	})
	if err != nil {
		return err
	}
	var b [entrySize]byte
	var e Entry
	return f.each(func(entries []byte, ordinal int64) error {
		for ; len(entries) > 0; entries, ordinal = entries[EntrySize:], ordinal+1 {
			var err error
			if equal.repeated(le.Uint64(entries)) {
				e.decode(entries)
				err = contents.Put(bucketOf(&e.Content, contents.Buckets()), encodeEntry(b[:0], &e, ordinal))
			} else if key := le.Uint64(entries[keyAt:]); key != 0 && alike.repeated(key) {
				e.decode(entries)
				err = f.keys.Put(bucketOf(&e.Key, f.keys.Buckets()), encodeKey(b[:0], &e, ordinal))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// each calls do for all entries, many at once, in the order of files and rows, with the ordinal of the first of them.
func (f *finder) each(do func(entries []byte, ordinal int64) error) error {
	for i, s := range f.sidecars {
		in, err := os.Open(s.Path)
		if err != nil {
			return err
		}
		ordinal := f.starts[i]
		err = eachRecords(f.ctx, in, EntrySize, "sidecar", func(entries []byte) error {
			at := ordinal
			ordinal += int64(len(entries) / EntrySize)
			return do(entries, at)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// first is the earliest row of those that are equal.
type first struct{ ordinal, record int64 }

// byContent finds the exact duplicates of a bucket, whose rows stand in order, and hands on the others that have a key.
func (f *finder) byContent(contents *spill.Spill, bucket int) error {
	seen := newFirstRows(contents.Count(bucket))
	var out [max(keySize, foundSize)]byte
	return contents.Each(f.ctx, bucket, func(b []byte) error {
		var e Entry
		e.decode(b)
		here := first{int64(binary.LittleEndian.Uint64(b[EntrySize:])), e.Record}
		kept, known := seen.at(e.Content)
		if known {
			return f.note(out[:0], finding{here, *kept, e.Bytes, true})
		}
		*kept = here
		if e.Key == (Sum{}) {
			return nil
		}
		return f.keys.Put(bucketOf(&e.Key, f.keys.Buckets()), encodeKey(out[:0], &e, here.ordinal))
	})
}

// byKey finds the rows of a bucket that share a key with an earlier one. The rows are in no order.
func (f *finder) byKey(bucket int) error {
	seen := newFirstRows(f.keys.Count(bucket))
	err := f.keys.Each(f.ctx, bucket, func(b []byte) error {
		k, here, _ := decodeKey(b)
		if kept, known := seen.at(k); !known || here.ordinal < kept.ordinal {
			*kept = here
		}
		return nil
	})
	if err != nil {
		return err
	}
	var out [foundSize]byte
	return f.keys.Each(f.ctx, bucket, func(b []byte) error {
		k, here, bytes := decodeKey(b)
		kept, _ := seen.at(k)
		if *kept == here {
			return nil
		}
		return f.note(out[:0], finding{here, *kept, bytes, false})
	})
}

// note puts a finding into the bucket of its place: each holds as many rows as the others.
func (f *finder) note(buffer []byte, n finding) error {
	total := f.starts[len(f.sidecars)]
	return f.found.Put(int(n.here.ordinal*int64(f.found.Buckets())/total), n.encode(buffer))
}

// inOrder yields the findings of a bucket in the order of their rows.
func (f *finder) inOrder(bucket int, yield func(Finding) bool) (more bool, err error) {
	var all []finding
	err = f.found.Each(f.ctx, bucket, func(b []byte) error {
		all = append(all, decodeFinding(b))
		return nil
	})
	if err != nil {
		return false, err
	}
	slices.SortFunc(all, func(a, b finding) int { return cmp.Compare(a.here.ordinal, b.here.ordinal) })
	for _, n := range all {
		if !yield(f.finding(n)) {
			return false, nil
		}
	}
	return true, nil
}

func (f *finder) finding(n finding) Finding {
	out := Finding{Place: f.place(n.here), First: f.place(n.kept), Bytes: n.bytes, Exact: n.exact}
	switch {
	case !n.exact:
		out.Rules = notUnique
	case out.File != out.First.File && f.sidecars[out.File].Source == f.sidecars[out.First.File].Source:
		out.Rules = acrossFiles
	default:
		out.Rules = duplicate
	}
	return out
}

// The rules of the three kinds of finding; shared, so not to be changed.
var (
	notUnique   = []rule.ID{ruleKeyNotUnique}
	duplicate   = []rule.ID{ruleDuplicate}
	acrossFiles = []rule.ID{ruleDuplicate, ruleAcrossFiles}
)

func (f *finder) place(n first) Place {
	file := sort.Search(len(f.sidecars), func(i int) bool { return f.starts[i+1] > n.ordinal })
	return Place{File: file, Row: n.ordinal - f.starts[file], Record: n.record}
}

// bucketOf spreads sums evenly: it takes them for fractions of 1.
func bucketOf(s *Sum, buckets int) int {
	at, _ := bits.Mul64(binary.BigEndian.Uint64(s[:]), uint64(buckets))
	return int(at)
}
