package engine

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/link"
	"harmonizer/go-worker/internal/match"
	"harmonizer/go-worker/internal/spill"
)

// ownIDs are the fields with the number by which a source knows a patient, the first that has one.
var ownIDs = [...]string{"patient_id", "mrn"}

// crossing finds the persons of a job whose rows are compared by rules alone, while rows leave that stand for the same person as another
// one. It needs the same memory for any number of them.
type crossing struct {
	pieces  []*placed // of patients
	starts  []int64   // by piece: what makes the numbers of its records ordinals of the job
	memory  int64     // of each of two passes
	pairs   *spill.Spill
	methods []string // of pairs, by their number
	written func() (besideOutput, error)
}

// crossingMemory bounds the memory of each pass.
const crossingMemory = 8 << 20

// pairSize is the length of a pair: ordinals of the row that stays and of the other one, and the method.
const pairSize = 8 + 8 + 1

// memberSize is the length of a member of a person: its ordinal, the person, and the method.
const memberSize = 8 + link.PersonIDLen + 1

// newCrossing returns the crossing of a job; nil where it has none.
func (a *assembly) newCrossing() *crossing {
	c := &crossing{pieces: a.of(patientTable, kindPeople), memory: crossingMemory}
	if len(c.pieces) == 0 {
		return nil
	}
	c.starts = make([]int64, len(c.pieces)+1)
	for i, p := range c.pieces {
		c.starts[i+1] = c.starts[i] + p.file.Counts.RowsIn + 1
	}
	c.pairs = c.spill(a.env.Dir, pairSize)
	return c
}

func (c *crossing) spill(dir string, size int) *spill.Spill {
	return spill.New(dir, int(c.all()*int64(size)/c.memory)+1, size, c.memory)
}

func (c *crossing) all() int64 { return c.starts[len(c.pieces)] }

func (c *crossing) ordinal(at match.Place) int64 { return c.starts[at.File] + at.Record }

// bucket is where records of an ordinal are, so that those of one bucket come before those of the next.
func (c *crossing) bucket(s *spill.Spill, ordinal int64) int {
	return int(ordinal * int64(s.Buckets()) / (c.all() + 1))
}

// first is the first ordinal of a bucket.
func (c *crossing) first(s *spill.Spill, bucket int) int64 {
	n := int64(s.Buckets())
	return (int64(bucket)*(c.all()+1) + n - 1) / n
}

// add notes that a row is the person of another one.
func (c *crossing) add(at, kept match.Place, method string) error {
	number := slices.Index(c.methods, method)
	if number < 0 {
		number = len(c.methods)
		c.methods = append(c.methods, method)
	}
	k := c.ordinal(kept)
	b := make([]byte, 0, pairSize)
	b = binary.BigEndian.AppendUint64(b, uint64(k))
	b = binary.BigEndian.AppendUint64(b, uint64(c.ordinal(at)))
	return c.pairs.Put(c.bucket(c.pairs, k), append(b, byte(number)))
}

// uid is the id of the row of an ordinal.
func (c *crossing) uid(ordinal int64) string {
	i, exact := slices.BinarySearch(c.starts, ordinal)
	if !exact {
		i--
	}
	return string(appendRowUID(nil, c.pieces[i].Origin, ordinal-c.starts[i], ""))
}

// members returns all rows that share a person with others, each with it.
func (c *crossing) members(ctx context.Context, dir string) (*spill.Spill, error) {
	out := c.spill(dir, memberSize)
	for bucket := range c.pairs.Buckets() {
		if err := c.persons(ctx, bucket, out); err != nil {
			out.Close()
			return nil, err
		}
	}
	c.pairs.Close()
	return out, nil
}

// A pair is a row that is the person of another one, which stays.
type pair struct {
	kept, member int64
	method       byte
}

// persons names the persons of a bucket of pairs. Those of a row that stays are found from one to the one before it: by the place of the row in
// the bucket they need not be sorted.
func (c *crossing) persons(ctx context.Context, bucket int, out *spill.Spill) error {
	first := c.first(c.pairs, bucket)
	last := make([]int32, c.first(c.pairs, bucket+1)-first) // by row that stays: the place of its last pair and one more, 0 without any
	pairs, before := make([]pair, 0, c.pairs.Count(bucket)), make([]int32, 0, c.pairs.Count(bucket))
	err := c.pairs.Each(ctx, bucket, func(b []byte) error {
		p := pair{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:])), b[16]}
		at := &last[p.kept-first]
		pairs, before = append(pairs, p), append(before, *at)
		*at = int32(len(pairs))
		return nil
	})
	var group []pair
	for _, at := range last {
		for group = group[:0]; at > 0; at = before[at-1] {
			group = append(group, pairs[at-1])
		}
		if err == nil && len(group) > 0 {
			err = c.name(out, group)
		}
	}
	return err
}

// name puts the members of a person, and the row that stays, where they are found by their ordinal. The person is called after the
// lowest row_uid (SPEC section 16).
func (c *crossing) name(out *spill.Spill, group []pair) error {
	lowest, best := c.uid(group[0].kept), group[0].method
	for _, p := range group {
		lowest = min(lowest, c.uid(p.member))
		if compareMethods(c.methods[p.method], c.methods[best]) < 0 {
			best = p.method
		}
	}
	id := link.PersonID(lowest)
	for _, p := range append(group, pair{member: group[0].kept, method: best}) {
		b := binary.BigEndian.AppendUint64(make([]byte, 0, memberSize), uint64(p.member))
		b = append(append(b, id...), p.method)
		if err := out.Put(c.bucket(out, p.member), b); err != nil {
			return err
		}
	}
	return nil
}

// compareMethods orders methods, the surest first.
func compareMethods(x, y string) int {
	rank := func(m string) int { return slices.Index([]string{match.Exact, match.SourceKey}, m) & 3 }
	return cmp.Or(cmp.Compare(rank(x), rank(y)), strings.Compare(x, y))
}

// cross begins to write the crosswalk beside what the caller goes on with, when all rows that leave are known.
func (a *assembly) cross(ctx context.Context) {
	if c := a.crossing; c != nil && c.written == nil {
		c.written = beside(func() (besideOutput, error) { return a.writeCrosswalk(ctx) })
	}
}

// crossed lists the crosswalk.
func (a *assembly) crossed(ctx context.Context) error {
	if a.crossing == nil {
		return nil
	}
	a.cross(ctx)
	return a.list(a.crossing.written)
}

// wait waits until nothing is written any more.
func (c *crossing) wait() {
	if c != nil && c.written != nil {
		_, _ = c.written() // crossed told of the error, unless another one came before it
	}
}

// writeCrosswalk writes the crosswalk: a line for each record of patients.
func (a *assembly) writeCrosswalk(ctx context.Context) (done besideOutput, err error) {
	c := a.crossing
	defer c.pairs.Close()
	members, err := c.members(ctx, a.env.Dir)
	if err != nil {
		return done, err
	}
	defer members.Close()
	w, err := a.create(Output{Name: crosswalkName, Kind: kindCrosswalk})
	if err != nil {
		return done, err
	}
	form := newCSVForm(w, a.job.Options.CSVSafe, crosswalkColumns)
	next := crossingReader{ctx: ctx, of: c, members: members}
	for i, p := range c.pieces {
		err := eachPeople(p, func(lines *crossLines) error { return c.cross(form, lines, c.starts[i], &next) })
		if err != nil {
			return done, errors.Join(err, w.remove(a.env.Dir))
		}
	}
	return endBeside(w, form)
}

// cross writes the lines of records. Those of members name their person and say why; the others stand as they are.
func (c *crossing) cross(form *csvForm, lines *crossLines, ordinal int64, next *crossingReader) error {
	from, at, rows := 0, 0, int64(0) // the lines that are still to be written
	for places := lines.places; len(places) > 0; {
		gap, n := binary.Uvarint(places)
		size, n2 := binary.Uvarint(places[n:])
		if n <= 0 || n2 <= 0 || size > uint64(len(lines.text)-at) {
			return errCrossLines
		}
		places = places[n+n2:]
		ordinal += int64(gap)
		m, err := next.at(ordinal)
		if err != nil {
			return err
		}
		line := lines.text[at : at+int(size)]
		at += int(size)
		if m == nil && !form.safe {
			rows++
			continue
		}
		form.w.write(lines.text[from:at-int(size)], rows)
		from, rows = at, 0
		if m != nil {
			line = append(append(form.line[:0], line[:len(line)-aloneLen]...), m.person[:]...)
			line = append(append(append(line, ','), c.methods[m.method]...), ",1.0000\n"...)
			form.line = line
		}
		if form.safe {
			form.row(cutRow(nil, line))
		} else {
			form.w.write(line, 1)
		}
	}
	form.w.write(lines.text[from:at], rows)
	return form.w.err
}

var errCrossLines = errors.New("read part: lines of the crosswalk break off")

// A member is a row that shares a person with others.
type member struct {
	person [link.PersonIDLen]byte
	method byte
}

// crossingReader reads members in the order of their ordinals, bucket by bucket.
type crossingReader struct {
	ctx     context.Context
	of      *crossing
	members *spill.Spill
	bucket  int   // the next one
	end     int64 // its first ordinal
	places  []int32
	read    []member
}

// at returns the member of an ordinal, nil when there is none. It is asked in ascending order.
func (r *crossingReader) at(ordinal int64) (*member, error) {
	for ordinal >= r.end && r.bucket < r.members.Buckets() {
		if err := r.next(); err != nil {
			return nil, err
		}
	}
	if ordinal >= r.end {
		return nil, nil
	}
	at := r.places[int64(len(r.places))-(r.end-ordinal)]
	if at == 0 {
		return nil, nil
	}
	return &r.read[at-1], nil
}

// next reads the next bucket. Its members come in no order; places says for each ordinal which one it is, and one more.
func (r *crossingReader) next() error {
	first := r.end
	r.end = r.of.first(r.members, r.bucket+1)
	r.places, r.read = make([]int32, r.end-first), make([]member, 0, r.members.Count(r.bucket))
	err := r.members.Each(r.ctx, r.bucket, func(b []byte) error {
		m := member{[link.PersonIDLen]byte(b[8:]), b[memberSize-1]}
		r.read = append(r.read, m)
		r.places[int64(binary.BigEndian.Uint64(b))-first] = int32(len(r.read))
		return nil
	})
	r.bucket++
	return err
}
