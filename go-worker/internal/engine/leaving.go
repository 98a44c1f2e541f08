package engine

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/match"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// leaving writes down, in the order of pieces and rows, which rows of a table leave.
type leaving struct {
	*assembly
	persons bool // rows are persons, whom the crosswalk is to tell apart
	pieces  []*placed
	known   bool         // what follows is
	same    []match.Same // what leaves beside exact repetitions
	left    []match.Same // of them, what is still to be written down
	out     *writer      // the list of duplicates
	store   *bufio.Writer
	removed *removals
	counts  []map[rule.ID]int64 // by piece
	line    []byte
}

// same returns the rows of a table that are versions of others, or records of one person. A profile that only flags them keeps them.
func (a *assembly) same(ctx context.Context, name string, pieces []*placed) ([]match.Same, error) {
	files := make([]match.FactFile, len(pieces))
	for i, p := range pieces {
		if out := p.output(kindSames); out != nil {
			files[i] = match.FactFile{Bytes: out.Bytes, Open: func() (io.ReadCloser, error) { return p.part.open(out.Name) }}
		}
	}
	return match.FindSame(ctx, a.env.Dir, name == patientTable, files, match.Options{Workers: max(a.env.Concurrency, 1)})
}

// learn takes over what leaves beside exact repetitions, when it is found.
func (l *leaving) learn(same func() ([]match.Same, error)) (err error) {
	if l.known {
		return nil
	}
	l.known = true
	l.same, err = same()
	l.left = l.same
	return err
}

func comparePlaces(a, b match.Place) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row))
}

// before writes down what leaves before a place.
func (l *leaving) before(at match.Place) error {
	for len(l.left) > 0 && comparePlaces(l.left[0].Place, at) < 0 {
		s := l.left[0]
		l.left = l.left[1:]
		l.tell(s.Place, ruleOf(&s))
		err := l.cross(s.Place, s.Kept, s.Method)
		if err == nil && !l.flagged(&s) {
			err = l.leave(s.Place, s.Kept, s.Method)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func ruleOf(s *match.Same) rule.ID {
	switch {
	case s.Event:
		return ruleOtherEvent
	case s.Method == match.SourceKey:
		return ruleOlder
	}
	return ruleSamePerson
}

// flagged reports whether a row stays that is another version or record: it is of an event of its own, or a profile keeps what a rule finds.
func (l *leaving) flagged(s *match.Same) bool {
	return s.Event || l.settings[ruleOf(s)].disposition == rule.KeepFlag
}

// another returns the row that a row is another version or record of, nil when there is none.
func (l *leaving) another(at match.Place) *match.Same {
	i, ok := slices.BinarySearchFunc(l.same, at, func(s match.Same, at match.Place) int { return comparePlaces(s.Place, at) })
	if !ok {
		return nil
	}
	return &l.same[i]
}

// repeats writes down a row that leaves because it repeats another one; that one may itself be said by a third, which stays.
func (l *leaving) repeats(at, first match.Place) error {
	person, kept := first, first
	if s := l.another(first); s != nil {
		person = s.Kept
		if !l.flagged(s) {
			kept = s.Kept
		}
	}
	return errors.Join(l.cross(at, person, match.Exact), l.leave(at, kept, match.Exact))
}

// cross tells the crosswalk that two rows are one person, whether one of them leaves or is only flagged.
func (l *leaving) cross(at, kept match.Place, method string) error {
	if !l.persons {
		return nil
	}
	return l.crossing.add(at, kept, method)
}

// stays reports whether a row stays that is no exact repetition.
func (l *leaving) stays(at match.Place) bool {
	s := l.another(at)
	return s == nil || l.flagged(s)
}

// tell counts and lists a finding about a row.
func (l *leaving) tell(at match.Place, id rule.ID) {
	l.counts[at.File][id]++
	if l.settings[id].disposition != rule.Fix {
		l.listRow(l.pieces[at.File], at.Record, id)
	}
}

// leave notes that a row leaves because another one stays.
func (l *leaving) leave(at, kept match.Place, method string) error {
	p, k := l.pieces[at.File], l.pieces[kept.File]
	l.removed.rows++
	p.removed++
	l.line = table.AppendCSVRow(l.line[:0], []string{p.file.Name, strconv.FormatInt(at.Record, 10), k.file.Name,
		strconv.FormatInt(kept.Record, 10), method, "1"})
	l.out.write(l.line, 1)
	_, err := l.store.Write(removal{uint64(at.File), uint64(at.Row)}.append(nil))
	return err
}
