// Package spill holds more records than fit into memory, divided into buckets that do fit.
package spill

import (
	"context"
	"os"
)

// A Spill holds records of one length in buckets, each bucket in the order in which its records came. With one bucket all stays in
// memory; with more, full blocks of the buckets follow each other in one temporary file.
type Spill struct {
	dir     string
	buckets int
	size    int // of a record
	block   int // of a block, a multiple of size
	open    [][]byte
	blocks  [][]int64 // by bucket: offsets of its full blocks in the file
	file    *os.File
	end     int64
}

// Blocks are as large as a quarter of the memory allows, within reason: small ones make many seeks.
const (
	smallestBlock = 1 << 10
	largestBlock  = 64 << 10
)

// New returns an empty one for records of so many bytes, which takes about a quarter of memory beside the bucket that is read. dir is an
// existing folder for its file.
func New(dir string, buckets, size int, memory int64) *Spill {
	block := int(min(max(memory/4/int64(buckets), smallestBlock), largestBlock))
	return &Spill{dir: dir, buckets: buckets, size: size, block: block / size * size,
		open: make([][]byte, buckets), blocks: make([][]int64, buckets)}
}

// Buckets returns how many there are.
func (s *Spill) Buckets() int { return s.buckets }

// Put appends a record to a bucket.
func (s *Spill) Put(bucket int, record []byte) error {
	if s.buckets > 1 && len(s.open[bucket]) == s.block {
		if err := s.write(bucket); err != nil {
			return err
		}
	}
	s.open[bucket] = append(s.open[bucket], record...)
	return nil
}

// Count returns how many records a bucket holds.
func (s *Spill) Count(bucket int) int {
	return (len(s.blocks[bucket])*s.block + len(s.open[bucket])) / s.size
}

// write moves the block of a bucket to the file.
func (s *Spill) write(bucket int) (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp(s.dir, "piece-spill-*"); err != nil {
			return err
		}
	}
	if _, err := s.file.Write(s.open[bucket]); err != nil {
		return err
	}
	s.blocks[bucket] = append(s.blocks[bucket], s.end)
	s.end += int64(s.block)
	s.open[bucket] = s.open[bucket][:0]
	return nil
}

// Each calls do for the records of a bucket, in order, until it returns an error. A record is valid only during the call.
func (s *Spill) Each(ctx context.Context, bucket int, do func(record []byte) error) error {
	buffer := make([]byte, s.block)
	for _, at := range s.blocks[bucket] {
		if _, err := s.file.ReadAt(buffer, at); err != nil {
			return err
		}
		if err := s.records(ctx, buffer, do); err != nil {
			return err
		}
	}
	return s.records(ctx, s.open[bucket], do)
}

func (s *Spill) records(ctx context.Context, block []byte, do func(record []byte) error) error {
	for n := 0; len(block) > 0; n++ {
		if n%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := do(block[:s.size]); err != nil {
			return err
		}
		block = block[s.size:]
	}
	return nil
}

// Close gives memory and file back; it can be closed twice.
func (s *Spill) Close() {
	s.open, s.blocks = nil, nil
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
		s.file = nil
	}
}
