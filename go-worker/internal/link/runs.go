package link

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// runs sorts numbers of which there may be more than memory holds: full buffers are sorted and written to disk as runs, which are merged
// when they are read.
type runs struct {
	dir    string
	most   int // numbers in the buffer
	buffer []uint64
	spare  []uint64
	files  []*os.File
}

func newRuns(dir string, memory int64) *runs {
	return &runs{dir: dir, most: int(max(memory/16, 1024))} // a buffer, and one to sort into
}

func (r *runs) add(x uint64) error {
	if len(r.buffer) == r.most {
		if err := r.write(); err != nil {
			return err
		}
	}
	r.buffer = append(r.buffer, x)
	return nil
}

// write moves the buffer to disk.
func (r *runs) write() error {
	r.sort()
	f, err := os.CreateTemp(r.dir, "link-run-*")
	if err != nil {
		return err
	}
	r.files = append(r.files, f)
	w := bufio.NewWriterSize(f, 1<<16)
	var b [8]byte
	for _, x := range r.buffer {
		binary.LittleEndian.PutUint64(b[:], x)
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	r.buffer = r.buffer[:0]
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// sort orders the buffer by digits of 11 bits, the lowest first.
func (r *runs) sort() {
	if len(r.buffer) < 4096 {
		slices.Sort(r.buffer)
		return
	}
	if cap(r.spare) < len(r.buffer) {
		r.spare = make([]uint64, len(r.buffer), cap(r.buffer))
	}
	from, to := r.buffer, r.spare[:len(r.buffer)]
	const digit = 11
	for shift := 0; shift < 64; shift += digit {
		var counts [1<<digit + 1]int
		for _, x := range from {
			counts[x>>shift&(1<<digit-1)+1]++
		}
		if slices.Contains(counts[1:], len(from)) {
			continue // all have the same digit
		}
		for i := range 1 << digit {
			counts[i+1] += counts[i]
		}
		for _, x := range from {
			d := x >> shift & (1<<digit - 1)
			to[counts[d]] = x
			counts[d]++
		}
		from, to = to, from
	}
	r.buffer, r.spare = from, to
}

// each calls do for all numbers in order, and empties the runs.
func (r *runs) each(do func(x uint64) error) error {
	defer func() { r.buffer = r.buffer[:0] }()
	if len(r.files) == 0 {
		r.sort()
		for _, x := range r.buffer {
			if err := do(x); err != nil {
				return err
			}
		}
		return nil
	}
	if len(r.buffer) > 0 {
		if err := r.write(); err != nil {
			return err
		}
	}
	return errors.Join(r.merge(do), r.close())
}

// merge reads all runs at once. There are few: each holds what memory does.
func (r *runs) merge(do func(x uint64) error) error {
	type head struct {
		in *bufio.Reader
		x  uint64
	}
	var heads []head
	next := func(h *head) (bool, error) {
		var b [8]byte
		if _, err := io.ReadFull(h.in, b[:]); errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		h.x = binary.LittleEndian.Uint64(b[:])
		return true, nil
	}
	for _, f := range r.files {
		h := head{in: bufio.NewReaderSize(f, 1<<16)}
		if more, err := next(&h); err != nil {
			return err
		} else if more {
			heads = append(heads, h)
		}
	}
	for len(heads) > 0 {
		least := 0
		for i := range heads {
			if heads[i].x < heads[least].x {
				least = i
			}
		}
		if err := do(heads[least].x); err != nil {
			return err
		}
		more, err := next(&heads[least])
		if err != nil {
			return err
		}
		if !more {
			heads = slices.Delete(heads, least, least+1)
		}
	}
	return nil
}

// close removes the files.
func (r *runs) close() (err error) {
	for _, f := range r.files {
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	r.files = nil
	return err
}
