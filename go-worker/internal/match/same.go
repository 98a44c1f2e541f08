package match

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"harmonizer/go-worker/internal/spill"
)

// FactFile holds the facts of one clean part, a fact for each of its rows; without Open, of none.
type FactFile struct {
	Bytes int64
	Open  func() (io.ReadCloser, error)
}

// Methods by which a row was found to be another one.
const (
	Exact         = "exact"
	SourceKey     = "source-key"     // SPEC section 16, level L1: another version of the row
	Deterministic = "deterministic:" // level L2, and the name of the rule
)

// A Same is a row that is to be removed because another row stays that is about the same thing, but does not say the same.
type Same struct {
	Place
	Kept   Place
	Method string
	Event  bool // the row is of another event of the same person, and stays as well

	undated bool // a version of which nothing says when it was written
}

// FindSame returns the rows of a table that are versions of another (L1), or the same person by a rule that needs no probability (L2), in
// the order of files and rows. Rows with one content are one row here, its first: that the others repeat it is found by Find.
//
// Of versions the latest stays: by the fields that say when a row was written, else the last. Of records of a person the latest stays,
// else the one that says most, else the first. Records that contradict each other in what one person cannot have twice all stay.
func FindSame(ctx context.Context, dir string, persons bool, files []FactFile, o Options) ([]Same, error) {
	words := thingWords
	if persons {
		words = personWords
	}
	memory := o.Memory
	if memory == 0 {
		memory = 8 << 20
	}
	s := sameFinder{ctx: ctx, files: files, words: words, workers: max(o.Workers, 1), starts: []int64{0}}
	for _, f := range files {
		s.starts = append(s.starts, s.starts[len(s.starts)-1]+f.Bytes/int64(8*words))
	}
	if err := s.meet(dir, memory); err != nil {
		return nil, fmt.Errorf("find versions: %w", err)
	}
	if err := s.gather(dir, memory); err != nil {
		return nil, fmt.Errorf("find versions: %w", err)
	}
	defer s.gathered.Close()
	if s.namesakes {
		if err := s.findRare(); err != nil {
			return nil, fmt.Errorf("find rare names: %w", err)
		}
	}
	found := make([][]Same, s.gathered.Buckets())
	err := s.shareOut(len(found), func(bucket int) error {
		b, err := s.load(bucket)
		if err == nil {
			found[bucket] = b.settle()
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find versions: %w", err)
	}
	all := slices.Concat(found...)
	slices.SortFunc(all, func(a, b Same) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row)) })
	if persons {
		s.keepSeries(all)
	}
	return all, nil
}

// How many rows of a file of persons must be undated versions of others in it, and what share of its rows, that it has several rows for each
// person on purpose: the years of a panel, the visits of a study. A file in which some records were written again has fewer. Visits, results and
// orders have numbers of their own, and several rows of one are its states.
const (
	seriesRows  = 10
	seriesShare = 0.2
)

// keepSeries lets the undated versions in files of several rows for each person stay as events of their own.
func (s *sameFinder) keepSeries(all []Same) {
	inSeries := func(x *Same) bool { return x.undated && x.File == x.Kept.File && !x.Event }
	undated := make([]int64, len(s.files))
	for i := range all {
		if inSeries(&all[i]) {
			undated[all[i].File]++
		}
	}
	for i := range all {
		x := &all[i]
		rows := s.starts[x.File+1] - s.starts[x.File]
		x.Event = x.Event || inSeries(x) && undated[x.File] >= seriesRows && float64(undated[x.File]) >= seriesShare*float64(rows)
	}
}

type sameFinder struct {
	ctx     context.Context
	files   []FactFile
	words   int
	workers int
	starts  []int64 // ordinal of the first row of each file, and behind the last one

	marking sync.Mutex // of meets and groups
	meets   []uint64   // one bit a row: it shares something with a row of another content
	groups  groups     // of rows that hang together by what they share: only they are compared

	gathered  *spill.Spill    // facts of the rows of meets, those of a group in one bucket
	namesakes bool            // some of them have all that the rule of rare names asks for
	only      *bucket         // that is all there are; nil: not loaded yet
	rare      map[uint64]bool // family names that few have, of those that matter; see findRare
}

// A bucket is nodes that are compared with each other and with no others.
type bucket struct {
	of    *sameFinder
	nodes []node
}

// shareOut lets the workers do n things, each of them as it comes to it.
func (s *sameFinder) shareOut(n int, do func(i int) error) error {
	var next atomic.Int64
	errs := make([]error, min(s.workers, n))
	var wait sync.WaitGroup
	for w := range errs {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && errs[w] == nil; i = int(next.Add(1)) - 1 {
				errs[w] = do(i)
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// A node is all rows of one content.
type node struct {
	fact
	first, last int64 // ordinals
	into        int   // the node that stays instead, -1: it stays itself
	method      string
}

// each calls do for all facts as Append wrote them, many at once, in the order of files and rows, with the ordinal of the first of them.
func (s *sameFinder) each(do func(raw []byte, ordinal int64) error) error {
	size := 8 * s.words
	for i, f := range s.files {
		if f.Open == nil {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return err
		}
		ordinal := s.starts[i]
		err = eachRecords(s.ctx, in, size, "facts", func(raw []byte) error {
			at := ordinal
			ordinal += int64(len(raw) / size)
			return do(raw, at)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// meetSize is the length of what is kept of a row in a block: the block, its content and its ordinal.
const meetSize = 3 * 8

// meet marks the rows that share something by which they may be one with a row of another content. What only one row has is left out.
func (s *sameFinder) meet(dir string, memory int64) error {
	rows := s.starts[len(s.starts)-1]
	s.meets, s.groups = make([]uint64, rows/64+1), newGroups(rows)
	of := blocksOf(s.words)
	blocks := rows * int64(len(of))
	shared := newTwice(blocks, memory/2)
	size := 8 * s.words
	err := s.each(func(raw []byte, _ int64) error {
		for ; len(raw) > 0; raw = raw[size:] {
			for _, word := range of {
				if block := le.Uint64(raw[8*word:]); block != 0 {
					shared.add(block)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	sp := spill.New(dir, int(blocks*meetSize*2*bucketShare/memory)+1, meetSize, memory/2)
	defer sp.Close()
	var b [meetSize]byte
	err = s.each(func(raw []byte, ordinal int64) error {
		for ; len(raw) > 0; raw, ordinal = raw[size:], ordinal+1 {
			for _, word := range of {
				block := le.Uint64(raw[8*word:])
				if block == 0 || !shared.repeated(block) {
					continue
				}
				le.PutUint64(b[:], block)
				copy(b[8:], raw[8*wordContent:][:8])
				le.PutUint64(b[16:], uint64(ordinal))
				at, _ := bits.Mul64(block, uint64(sp.Buckets()))
				if err := sp.Put(int(at), b[:]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.shareOut(sp.Buckets(), func(bucket int) error { return s.mark(sp, bucket) })
}

// mark marks the rows of a bucket whose block holds different contents, and joins the rows of each such block.
func (s *sameFinder) mark(sp *spill.Spill, bucket int) error {
	seen := newBlockContents(sp.Count(bucket))
	err := sp.Each(s.ctx, bucket, func(b []byte) error {
		content := le.Uint64(b[8:])
		if at, known := seen.at(le.Uint64(b)); !known {
			seen.contents[at], seen.firsts[at] = content, le.Uint64(b[16:])
		} else if seen.contents[at] != content {
			seen.contents[at] = several
		}
		return nil
	})
	if err != nil {
		return err
	}
	var together [][2]uint64
	err = sp.Each(s.ctx, bucket, func(b []byte) error {
		if at, _ := seen.at(le.Uint64(b)); seen.contents[at] == several {
			together = append(together, [2]uint64{le.Uint64(b[16:]), seen.firsts[at]})
		}
		return nil
	})
	s.marking.Lock()
	defer s.marking.Unlock()
	for _, rows := range together {
		s.meets[rows[0]/64] |= 1 << (rows[0] % 64)
		s.groups.join(rows[0], rows[1])
	}
	return err
}

// nodeCost is about how many bytes a node takes while its bucket is looked at.
const nodeCost = 2 * int64(unsafe.Sizeof(node{}))

// gather puts the facts of the marked rows into buckets that fit into memory.
func (s *sameFinder) gather(dir string, memory int64) error {
	var marked int64
	for _, word := range s.meets {
		marked += int64(bits.OnesCount64(word))
	}
	s.gathered = spill.New(dir, int(marked*nodeCost*int64(s.workers)/memory)+1, 8*(1+s.words), memory)
	var x fact
	var b []byte
	size := 8 * s.words
	return s.each(func(raw []byte, ordinal int64) error {
		for ; len(raw) > 0; raw, ordinal = raw[size:], ordinal+1 {
			if s.meets[ordinal/64]>>(ordinal%64)&1 == 0 {
				continue
			}
			x.read(raw, s.words)
			if _, complete := x.namesake(); complete {
				s.namesakes = true
			}
			b = append(le.AppendUint64(b[:0], uint64(ordinal)), raw[:size]...)
			at, _ := bits.Mul64(s.groups.of(uint64(ordinal))*0x9E3779B97F4A7C15, uint64(s.gathered.Buckets()))
			if err := s.gathered.Put(int(at), b); err != nil {
				return err
			}
		}
		return nil
	})
}

// load makes the nodes of a bucket; those of the only one stay in memory.
func (s *sameFinder) load(number int) (*bucket, error) {
	if s.only != nil {
		return s.only, nil
	}
	rows := s.gathered.Count(number)
	to := &bucket{s, make([]node, 0, rows)}
	byContent := make(map[uint64]int, rows)
	err := s.gathered.Each(s.ctx, number, func(b []byte) error {
		ordinal, content := int64(le.Uint64(b)), le.Uint64(b[8*(1+wordContent):])
		if i, ok := byContent[content]; ok {
			to.nodes[i].last = ordinal
			return nil
		}
		byContent[content] = len(to.nodes)
		to.nodes = append(to.nodes, node{first: ordinal, last: ordinal, into: -1})
		to.nodes[len(to.nodes)-1].fact.read(b[8:], s.words)
		return nil
	})
	if s.gathered.Buckets() == 1 {
		s.only = to
	}
	return to, err
}

// settle decides which nodes stay, and returns the others.
func (b *bucket) settle() (all []Same) {
	b.join(func(n *node) preference {
		return preference{n.fact[wordLatest], uint64(n.last)}
	}, blocksOf(thingWords), func(x, y *fact) string {
		if x.version(y, b.of.words) {
			return SourceKey
		}
		return ""
	})
	if b.of.words == personWords {
		b.join(func(n *node) preference {
			return preference{n.fact[wordLatest], n.fact[wordFilled], ^uint64(n.first)}
		}, blocksOf(personWords), b.of.person)
	}
	for i := range b.nodes {
		n := &b.nodes[i]
		if n.into < 0 {
			continue
		}
		kept := n.into
		for b.nodes[kept].into >= 0 {
			kept = b.nodes[kept].into
		}
		k := &b.nodes[kept]
		event := n.fact[wordEvent] != 0 && n.fact[wordEvent] != k.fact[wordEvent]
		all = append(all, Same{b.of.place(n.first, n.fact[wordRecord]), b.of.place(k.first, k.fact[wordRecord]), n.method, event,
			n.method == SourceKey && n.fact[wordLatest] == 0})
	}
	return all
}

// mostInBlock bounds how many rows of one block a row is compared with: a value that so many have says nothing.
const mostInBlock = 500

// A preference says which of two nodes stays: the one with the higher first number that differs.
type preference [3]uint64

// A candidate is a node that may stay. Candidates are put in order without going back to the nodes, which are large and lie apart.
type candidate struct {
	preference
	node int
}

// join removes nodes into others that are there to stay, in the order in which they are preferred. A node is not removed when it
// contradicts any that was removed into the same one.
func (b *bucket) join(prefer func(n *node) preference, blocks []int, same func(a, b *fact) string) {
	order := make([]candidate, 0, len(b.nodes))
	room := 0
	for i := range b.nodes {
		n := &b.nodes[i]
		if n.into >= 0 {
			continue
		}
		order = append(order, candidate{prefer(n), i})
		for _, word := range blocks {
			room += int(min(n.fact[word], 1))
		}
	}
	slices.SortFunc(order, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.preference[0], x.preference[0]), cmp.Compare(y.preference[1], x.preference[1]), cmp.Compare(y.preference[2], x.preference[2]))
	})
	staying := newBlockRanks(room)
	members := map[int][]int{}
	var found []int32 // ranks in order
	for rank := range order {
		i := order[rank].node
		n := &b.nodes[i]
		found = found[:0]
		for _, word := range blocks {
			found = staying.appendOf(found, n.fact[word])
		}
		slices.Sort(found)
		for _, better := range slices.Compact(found) {
			kept := order[better].node
			method := same(&b.nodes[kept].fact, &n.fact)
			if method == "" || slices.ContainsFunc(members[kept], func(m int) bool { return vetoed(&b.nodes[m].fact, &n.fact) }) {
				continue
			}
			n.into, n.method = kept, method
			members[kept] = append(members[kept], i)
			break
		}
		if n.into >= 0 {
			continue
		}
		for _, word := range blocks {
			staying.add(n.fact[word], int32(rank))
		}
	}
}

func (s *sameFinder) place(ordinal int64, record uint64) Place {
	file, _ := slices.BinarySearchFunc(s.starts[1:], ordinal, func(start, o int64) int {
		if start <= o {
			return -1
		}
		return 1
	})
	return Place{File: file, Row: ordinal - s.starts[file], Record: int64(record)}
}
