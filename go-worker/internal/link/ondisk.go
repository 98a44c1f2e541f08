package link

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
)

// onDisk is an order whose entries stand in a temporary file as sorted runs, each as long as memory allows; they are merged each time that
// they are gone through.
type onDisk struct {
	keys    []keys
	memory  int64 // bytes for what is sorted, and again for what is read
	dir     string
	divided int
	file    *os.File
	parts   []unsorted // by worker
	cursors [][]cursor // by worker, to read with

	mu   sync.Mutex
	end  int64 // of what is written
	runs []run // of the pass, as they were written
}

// An unsorted part holds entries that become a run, and room to sort them into.
type unsorted struct{ entries, spare []uint64 }

// A run is sorted entries that follow each other in the file.
type run struct {
	at   int64   // where it begins
	ends []int64 // by range of keys, where its last entry ends
}

// Bounds of what is read of a run at once, and the least entries that make one.
const (
	leastRead = 512
	mostRead  = 64 << 10
	leastRun  = 256
)

func newOnDisk(b *blocks, ranges int) *onDisk {
	return &onDisk{keys: b.keys, memory: b.memory, dir: b.dir, divided: ranges, parts: make([]unsorted, b.workers), cursors: make([][]cursor, b.workers)}
}

func (d *onDisk) ranges() int { return d.divided }

// sort writes the runs of a pass, over those of the one before.
func (d *onDisk) sort(p *pass) (err error) {
	if d.file == nil {
		if d.file, err = os.CreateTemp(d.dir, "piece-keys-*"); err != nil {
			return err
		}
	}
	d.end, d.runs = 0, d.runs[:0]
	n, workers := len(d.keys), len(d.parts)
	most := max(leastRun, int(d.memory)/(2*entryBytes*workers))
	errs := make([]error, workers)
	shareOut(workers, workers, func(_, i int) {
		part := &d.parts[i]
		p.entries(d.keys, i*n/workers, (i+1)*n/workers, func(entry uint64) {
			if len(part.entries) == most {
				errs[i] = errors.Join(errs[i], d.put(part))
			}
			part.entries = append(part.entries, entry)
		})
		errs[i] = errors.Join(errs[i], d.put(part))
	})
	return errors.Join(errs...)
}

// put writes the entries of a part as a run, and lets go of them.
func (d *onDisk) put(u *unsorted) error {
	u.entries, u.spare = byKey(u.entries, u.spare)
	d.mu.Lock()
	one := run{at: d.end, ends: make([]int64, d.divided)}
	d.end += int64(len(u.entries)) * entryBytes
	for i, from := 0, 0; i < d.divided; i++ {
		behind, _ := slices.BinarySearchFunc(u.entries[from:], i, func(entry uint64, i int) int { return rangeOf(entry, d.divided) - i - 1 })
		from += behind
		one.ends[i] = one.at + int64(from)*entryBytes
	}
	d.runs = append(d.runs, one)
	d.mu.Unlock()
	out := bufio.NewWriterSize(io.NewOffsetWriter(d.file, one.at), mostRead)
	for _, entry := range u.entries {
		_, _ = out.Write(binary.LittleEndian.AppendUint64(out.AvailableBuffer(), entry)) // Flush tells of an error
	}
	u.entries = u.entries[:0]
	return out.Flush()
}

func (d *onDisk) each(worker, i int, do func(block []uint64, size int)) error {
	left, err := d.open(worker, i)
	if err != nil {
		return err
	}
	var block []uint64
	size, key := 0, uint64(0)
	for len(left) > 0 {
		entry := left[0].entry
		if entry>>32 != key {
			if size > 1 {
				do(block, size)
			}
			block, size, key = block[:0], 0, entry>>32
		}
		if size++; size <= blockCap {
			block = append(block, entry)
		}
		more, err := left[0].next()
		if err != nil {
			return err
		}
		if !more {
			last := len(left) - 1
			left[0], left[last] = left[last], left[0] // whose reader is used again
			left = left[:last]
		}
		sink(left, 0)
	}
	if size > 1 {
		do(block, size)
	}
	return nil
}

// open returns cursors at the first entries of a range in all runs that have some, as a heap.
func (d *onDisk) open(worker, i int) ([]cursor, error) {
	all := d.cursors[worker]
	buffer := min(max(d.memory/int64(len(d.cursors)*max(len(d.runs), 1)), leastRead), mostRead)
	for len(all) < len(d.runs) {
		all = append(all, cursor{in: bufio.NewReaderSize(nil, int(buffer))})
	}
	d.cursors[worker] = all
	n := 0
	for r := range d.runs {
		one := &d.runs[r]
		from := one.at
		if i > 0 {
			from = one.ends[i-1]
		}
		if from == one.ends[i] {
			continue
		}
		all[n].in.Reset(io.NewSectionReader(d.file, from, one.ends[i]-from))
		if _, err := all[n].next(); err != nil {
			return nil, err
		}
		n++
	}
	heap := all[:n]
	for at := n/2 - 1; at >= 0; at-- {
		sink(heap, at)
	}
	return heap, nil
}

func (d *onDisk) close() {
	if d.file != nil {
		_ = d.file.Close()
		_ = os.Remove(d.file.Name())
	}
}

// A cursor is at an entry of a run.
type cursor struct {
	entry uint64
	in    *bufio.Reader
}

// next goes to the next entry, and reports whether there is one.
func (c *cursor) next() (more bool, err error) {
	b, err := c.in.Peek(entryBytes)
	if len(b) == 0 && errors.Is(err, io.EOF) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	c.entry = binary.LittleEndian.Uint64(b)
	_, err = c.in.Discard(entryBytes)
	return true, err
}

// sink moves a cursor down to its place in a heap, whose first one is at the lowest entry.
func sink(heap []cursor, at int) {
	for {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(heap); child++ {
			if heap[child].entry < heap[least].entry {
				least = child
			}
		}
		if least == at {
			return
		}
		heap[at], heap[least] = heap[least], heap[at]
		at = least
	}
}
