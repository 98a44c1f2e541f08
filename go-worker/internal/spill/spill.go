// Package spill holds more records than fit into memory, divided into buckets that do fit.
package spill

import (
	"context"
	"os"
	"slices"
)

// A Spill holds records of one length in buckets, each bucket in the order in which its records came. Full blocks of the buckets stay in
// memory as long as half of it has room; the others follow each other in one temporary file.
type Spill struct {
	dir     string
	buckets int
	size    int   // of a record
	block   int   // of a block, a multiple of size
	room    int64 // bytes of blocks that may still stay in memory
	open    [][]byte
	blocks  [][]block // by bucket: the full ones
	file    *os.File
	end     int64
}

// A block is in memory, or at a place of the file.
type block struct {
	held []byte
	at   int64
}

// Blocks are as large as a quarter of the memory allows, within reason: small ones make many seeks.
const (
	smallestBlock = 1 << 10
	largestBlock  = 64 << 10
)

// New returns an empty one for records of so many bytes, which takes about three quarters of memory beside the bucket that is read. dir
// is an existing folder for its file.
func New(dir string, buckets, size int, memory int64) *Spill {
	bytes := int(min(max(memory/4/int64(buckets), smallestBlock), largestBlock))
	return &Spill{dir: dir, buckets: buckets, size: size, block: bytes / size * size, room: memory / 2,
		open: make([][]byte, buckets), blocks: make([][]block, buckets)}
}

// Buckets returns how many there are.
func (s *Spill) Buckets() int { return s.buckets }

// Put appends a record to a bucket.
func (s *Spill) Put(bucket int, record []byte) error {
	if len(s.open[bucket]) == s.block {
		if err := s.shut(bucket); err != nil {
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

// shut puts the full block of a bucket aside, and opens another one.
func (s *Spill) shut(bucket int) (err error) {
	if s.room >= int64(s.block) {
		s.room -= int64(s.block)
		s.blocks[bucket] = append(s.blocks[bucket], block{held: s.open[bucket]})
		s.open[bucket] = make([]byte, 0, s.block)
		return nil
	}
	if s.file == nil {
		if s.file, err = os.CreateTemp(s.dir, "piece-spill-*"); err != nil {
			return err
		}
	}
	if _, err := s.file.Write(s.open[bucket]); err != nil {
		return err
	}
	s.blocks[bucket] = append(s.blocks[bucket], block{at: s.end})
	s.end += int64(s.block)
	s.open[bucket] = s.open[bucket][:0]
	return nil
}

// Each calls do for the records of a bucket, in order, until it returns an error. A record is valid only during the call.
func (s *Spill) Each(ctx context.Context, bucket int, do func(record []byte) error) error {
	var buffer []byte
	for _, b := range s.blocks[bucket] {
		if b.held == nil {
			buffer = slices.Grow(buffer[:0], s.block)[:s.block]
			if _, err := s.file.ReadAt(buffer, b.at); err != nil {
				return err
			}
			b.held = buffer
		}
		if err := s.records(ctx, b.held, do); err != nil {
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
