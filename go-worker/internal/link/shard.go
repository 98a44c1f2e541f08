package link

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// A Shard is the part of a job's blocks whose pairs one item compares: blocks are shared out by the remainder of their keys. The zero
// value is all of them.
type Shard struct {
	No int `json:"no"` // from 1
	Of int `json:"of"`
}

// has reports whether a shard has what has this number.
func (s Shard) has(number uint32) bool { return s.Of <= 1 || int(number%uint32(s.Of)) == s.No-1 }

// ErrOtherRecords reports pairs that were found among other records than those that are to be linked, or not of all shards.
var ErrOtherRecords = errors.New("link: compared pairs are of other records, or shards are missing")

// A comparedHead is the first line of what CompareShard writes. The pairs follow it in their order, 16 bytes each.
type comparedHead struct {
	Shard    Shard      `json:"shard"`
	Records  uint64     `json:"records"` // sum of their contents
	Compared int64      `json:"compared"`
	Pairs    int        `json:"pairs"`
	Overflow []Overflow `json:"overflow"` // of all shards
}

const pairBytes = 16

// CompareShard compares the pairs of a shard and writes those that may be one person or relatives, in the order of the records. Run over the
// same records and options reads what was written of all shards, and then finds what it would find by itself.
func CompareShard(ctx context.Context, s *Set, o Options, shard Shard, to io.Writer) error {
	j, err := newJob(ctx, s, o)
	if err != nil {
		return err
	}
	j.begin()
	kept, err := j.compare(shard)
	if err != nil {
		return err
	}
	pairs := j.inOrder(kept)
	head, err := json.Marshal(comparedHead{shard, j.sum(), j.compared, len(pairs), j.overflow})
	if err != nil {
		return err
	}
	out := bufio.NewWriter(to)
	_, _ = out.Write(append(head, '\n')) // Flush tells of an error
	for i := range pairs {
		p := &pairs[i]
		b := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out.AvailableBuffer(), uint32(p.a)), uint32(p.b))
		_, _ = out.Write(binary.LittleEndian.AppendUint64(b, uint64(p.pattern)))
	}
	return errors.Join(out.Flush(), ctx.Err())
}

// sum sums up the contents of all records.
func (j *job) sum() uint64 {
	h := uint64(len(j.reps))
	for _, c := range j.contents {
		h = (h ^ c) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// readCompared reads what was written of all shards.
func (j *job) readCompared() (kept [][]pair, err error) {
	seen := map[Shard]bool{}
	for _, from := range j.options.Compared {
		in := bufio.NewReaderSize(from, mostRead)
		line, err := in.ReadSlice('\n')
		if err != nil {
			return nil, fmt.Errorf("read compared pairs: %w", err)
		}
		var head comparedHead
		if err := json.Unmarshal(line, &head); err != nil {
			return nil, fmt.Errorf("read compared pairs: %w", err)
		}
		if head.Records != j.sum() || head.Shard.Of != len(j.options.Compared) || seen[head.Shard] {
			return nil, ErrOtherRecords
		}
		seen[head.Shard] = true
		j.compared += head.Compared
		j.overflow = head.Overflow
		pairs, err := readPairs(in, head.Pairs)
		if err != nil {
			return nil, fmt.Errorf("read compared pairs: %w", err)
		}
		kept = append(kept, pairs)
		j.options.Moved()
	}
	return kept, j.ctx.Err()
}

// readPairs reads so many pairs, which are all that is left.
func readPairs(in *bufio.Reader, n int) ([]pair, error) {
	var pairs []pair
	var b [pairBytes]byte
	for range n {
		if _, err := io.ReadFull(in, b[:]); err != nil {
			return nil, err
		}
		pairs = append(pairs, pair{int32(binary.LittleEndian.Uint32(b[:])), int32(binary.LittleEndian.Uint32(b[4:])), pattern(binary.LittleEndian.Uint64(b[8:]))})
	}
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, errors.New("more pairs than were said"))
	}
	return pairs, nil
}
