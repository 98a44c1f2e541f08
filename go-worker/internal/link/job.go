package link

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"
)

// Options of Run; the zero value of a field means its default.
type Options struct {
	Memory    int64  // bytes for sorting keys, 128 MiB; more keys are sorted on disk
	Dir       string // for the file of them; the system's own for such files
	Workers   int    // goroutines, one per processor
	Decisions []Decision
	Unique    []string    // sources in whose files nobody stands twice under two numbers; nil: found out file by file, empty: none
	Compared  []io.Reader // what CompareShard has written of all shards of these records; none: they are compared now
	LeftOut   bool        // there are records without their values on purpose: what tells them apart is not asked for
	Moved     func()      // called by one goroutine, at the latest after each pass over the records; nil: nobody asks

	many    int             // records above which passes look at what is worth it only, pairsAll
	without map[string]bool // features left out, for ablations
}

// A Decision is what a person said about two records: they are one person, or not. It overrides everything else.
type Decision struct {
	A, B string // row_uid
	Same bool
}

// ErrNoField reports records that nothing tells apart.
var ErrNoField = errors.New("no field tells persons apart: needed are a name and a birth date, a number (ssn, mbi, medicaid_id, insurance_id, " +
	"mrn, patient_id), or a name with a phone, an email or an address")

// job is the work on one set.
type job struct {
	ctx     context.Context
	set     *Set
	options Options
	model   *model

	reps     []int32  // by representative: where it stands among the records. Those of one file with the same content have one
	firsts   []int32  // by representative: the first record with its content
	rep      []int32  // by record: its representative
	copies   []int32  // by representative: records with its content
	contents []uint64 // by representative: sum of its content. Their order follows from contents, so no result depends on that of the rows
	whole    []bool   // by representative: its content says who it is

	groups   []bool           // by group of evidence: the job has it
	dated    []bool           // by file: it has birth dates
	decided  map[string]int32 // by row_uid: records that decisions are about
	one      []bool           // by file: it has one record per person; nil: none has
	overflow []Overflow
	compared int64
}

// A pair is two representatives, a < b, and how their fields agree.
type pair struct {
	a, b    int32
	pattern pattern
}

func (j *job) record(rep int32) *record { return &j.set.records[j.reps[rep]] }

// Run finds out which records are the same person.
func Run(ctx context.Context, s *Set, o Options) (*Result, error) {
	j, err := newJob(ctx, s, o)
	if err != nil {
		return nil, err
	}
	return j.run()
}

// newJob puts the records in their order.
func newJob(ctx context.Context, s *Set, o Options) (*job, error) {
	if o.Memory == 0 {
		o.Memory = 128 << 20
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.many == 0 {
		o.many = pairsAll
	}
	if o.Moved == nil {
		o.Moved = func() {}
	}
	s.finish()
	s.forget()
	j := &job{ctx: ctx, set: s, options: o}
	if !j.usable() {
		return nil, ErrNoField
	}
	s.leaveOut(o.without)
	j.represent()
	return j, nil
}

// leaveOut has records compared without some features.
func (s *Set) leaveOut(features map[string]bool) {
	s.straight = features["swapped names"]
	if features["nicknames"] {
		for _, f := range [...]Field{Given, Family} {
			for i := range s.values[f].texts {
				if forms := s.values[f].texts[i].forms; forms != nil {
					forms.nicknames = nil
				}
			}
		}
	}
}

// usable reports whether the records have fields that can tell persons apart.
func (j *job) usable() bool {
	has := func(fields ...Field) bool {
		return slices.ContainsFunc(fields, func(f Field) bool { return len(j.set.values[f].texts) > 1 })
	}
	named := has(Given) || has(Family)
	return len(j.set.records) == 0 || j.options.LeftOut || has(SSN, MBI, Medicaid, Insurance, MRN, PatientID) ||
		named && has(BirthDate, Phone, Email, Street, Zip)
}

// represent finds the records that have the same content, and puts the others in the order of theirs.
func (j *job) represent() {
	n := len(j.set.records)
	sums := make([]uint64, n)
	hashes := j.valueHashes()
	j.parallel(n, func(_, from, to int) {
		for i := from; i < to; i++ {
			sums[i] = j.content(j.set.at(i), &hashes)
		}
	})
	apart := j.findDecided()
	order := j.order(j.nearness(&hashes), sums)
	j.set.arrange(order)
	j.rep = make([]int32, n)
	for place, i := range order {
		r := &j.set.records[place]
		if last := len(j.reps) - 1; last >= 0 && j.contents[last] == sums[i] && !apart[i] && !apart[j.firsts[last]] && sameContent(j.record(int32(last)), r) {
			j.rep[i] = int32(last)
			j.copies[last]++
			continue
		}
		j.rep[i] = int32(len(j.reps))
		j.reps, j.firsts = append(j.reps, int32(place)), append(j.firsts, i)
		j.copies = append(j.copies, 1)
		j.contents = append(j.contents, sums[i])
		j.whole = append(j.whole, r.whole())
	}
}

// order returns the records in the order of near, then of their contents, then in their own.
func (j *job) order(near, sums []uint64) []int32 {
	entries := make([]uint64, len(near))
	for i, x := range near {
		entries[i] = x&^math.MaxUint32 | uint64(i)
	}
	entries, _ = byKey(entries, nil)
	order := make([]int32, len(near))
	var blocks [][]int32 // of two or more with one sound
	for from, to := 0, 0; from < len(entries); from = to {
		for to < len(entries) && entries[to]>>32 == entries[from]>>32 {
			order[to] = int32(uint32(entries[to]))
			to++
		}
		if to-from > 1 {
			blocks = append(blocks, order[from:to])
		}
	}
	j.each(len(blocks), func(i int) {
		slices.SortFunc(blocks[i], func(a, b int32) int {
			return cmp.Or(cmp.Compare(near[a], near[b]), cmp.Compare(sums[a], sums[b]), cmp.Compare(a, b))
		})
	})
	return order
}

// nearness returns, for each record, what puts most records of one person next to each other: names that sound alike, and the birth date.
func (j *job) nearness(hashes *[fieldCount][]uint64) []uint64 {
	sounds := make([]uint64, len(j.set.values[Family].texts))
	for i := range sounds {
		sounds[i] = hash(soundex(j.set.values[Family].texts[i].s))
	}
	near := make([]uint64, len(j.set.records))
	j.parallel(len(near), func(_, from, to int) {
		for i := from; i < to; i++ {
			r := j.set.at(i)
			near[i] = sounds[r.codes[Family]]&^math.MaxUint32 | hashes[BirthDate][r.codes[BirthDate]]>>32
		}
	})
	return near
}

// findDecided returns the records that decisions are about: they stand for themselves.
func (j *job) findDecided() (apart map[int32]bool) {
	if len(j.options.Decisions) == 0 {
		return nil
	}
	j.decided, apart = map[string]int32{}, map[int32]bool{}
	named := map[string]bool{}
	for _, d := range j.options.Decisions {
		named[d.A], named[d.B] = true, true
	}
	for i := range j.set.records {
		if uid := uidOf(j.set.at(i)); named[uid] {
			j.decided[uid], apart[int32(i)] = int32(i), true
		}
	}
	return apart
}

func sameContent(a, b *record) bool {
	return a.codes == b.codes && a.file == b.file && a.flags == b.flags
}

// whole reports whether a record says enough that another with the same content is the same person.
func (r *record) whole() bool {
	has := func(fields ...Field) int {
		for _, f := range fields {
			if r.codes[f] != 0 {
				return 1
			}
		}
		return 0
	}
	telling := has(BirthDate) + has(SSN, MBI, Medicaid, Insurance, MRN, PatientID) + has(Phone, Email) + has(Street)
	return telling > 0 && telling+has(Given)+has(Family) >= 3
}

// valueHashes returns a sum of each value.
func (j *job) valueHashes() (all [fieldCount][]uint64) {
	j.each(int(fieldCount), func(f int) {
		texts := j.set.values[f].texts
		all[f] = make([]uint64, len(texts))
		for i := 1; i < len(texts); i++ {
			all[f][i] = hash(texts[i].s)
		}
	})
	all[Phone2], all[Phone3] = all[Phone], all[Phone]
	return all
}

// content sums up the values of a record, and its source.
func (j *job) content(r *record, hashes *[fieldCount][]uint64) uint64 {
	h := hash(j.set.files[r.file]) + uint64(r.flags)
	for f := range fieldCount {
		h = (h ^ hashes[f][r.codes[f]]) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// parallel calls do for parts of n in as many goroutines as there are workers.
func (j *job) parallel(n int, do func(worker, from, to int)) {
	defer j.options.Moved()
	const part = 2048
	if n <= part || j.options.Workers == 1 {
		do(0, 0, n)
		return
	}
	var wait sync.WaitGroup
	size := (n + j.options.Workers - 1) / j.options.Workers
	for w := range j.options.Workers {
		if from := w * size; from < n {
			wait.Go(func() { do(w, from, min(from+size, n)) })
		}
	}
	wait.Wait()
}

// each calls do for 0 to n-1 in as many goroutines as there are workers.
func (j *job) each(n int, do func(i int)) {
	shareOut(j.options.Workers, n, func(_, i int) { do(i) })
}

// candidates returns the pairs that may be one person or relatives, as shards were compared before or, else, now.
func (j *job) candidates() (pairs []pair, err error) {
	var kept [][]pair
	if len(j.options.Compared) > 0 {
		kept, err = j.readCompared()
	} else {
		kept, err = j.compare(Shard{})
	}
	if err != nil {
		return nil, err
	}
	return j.inOrder(kept), nil
}

// compare compares the pairs of a shard that blocks bring together, and returns those that may be one person or relatives.
func (j *job) compare(shard Shard) (kept [][]pair, err error) {
	b := blocks{ctx: j.ctx, moved: j.options.Moved, shard: shard, passes: len(passes), thrifty: len(j.reps) > j.options.many,
		keys: make([]keys, len(j.reps)), memory: j.options.Memory, dir: j.options.Dir, workers: j.options.Workers, promise: j.model.newPromise()}
	if j.options.without["later passes"] {
		b.passes = 10
	}
	k := j.newKeying()
	j.parallel(len(j.reps), func(_, from, to int) {
		for i := from; i < to; i++ {
			b.keys[i] = k.of(j.record(int32(i)))
		}
	})
	if err := b.run(); err != nil {
		return nil, err
	}
	j.compared = b.found().compared
	for _, o := range b.overflow {
		if o.Blocks > 0 {
			j.overflow = append(j.overflow, o)
		}
	}
	for i := range b.yields {
		kept = append(kept, b.yields[i].kept)
	}
	return kept, nil
}

// inOrder returns pairs in the order of their records, each once.
func (j *job) inOrder(parts [][]pair) []pair {
	starts := make([]int32, len(j.reps)+1)
	for _, part := range parts {
		for i := range part {
			starts[part[i].a+1]++
		}
	}
	for i := range j.reps {
		starts[i+1] += starts[i]
	}
	all := make([]pair, starts[len(j.reps)])
	places := slices.Clone(starts)
	for _, part := range parts {
		for i := range part {
			all[places[part[i].a]] = part[i]
			places[part[i].a]++
		}
	}
	j.parallel(len(j.reps), func(_, from, to int) {
		for i := from; i < to; i++ {
			slices.SortFunc(all[starts[i]:starts[i+1]], func(p, q pair) int { return cmp.Compare(p.b, q.b) })
		}
	})
	return slices.CompactFunc(all, func(p, q pair) bool { return p.a == q.a && p.b == q.b })
}

// uidOf writes the id of a row as the clean tables show it.
func uidOf(r *record) string {
	var text [2 * len(r.uid)]byte
	hex.Encode(text[:], r.uid[:])
	return string(text[:])
}
