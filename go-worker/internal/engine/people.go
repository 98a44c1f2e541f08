package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/link"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/table"
)

// A linkage is the rows of the patients of a job, and who they are.
type linkage struct {
	pieces  []*placed // of patients
	set     *link.Set
	found   *link.Result // about the rows
	whole   *link.Result // about them, and the records that the registry knows besides
	known   *known       // nil: there is no registry
	rows    []rowPlace
	files   []*os.File // by piece
	columns []string   // of all pieces together, without those of provenance
	places  [][]int    // by piece: where the columns stand in its rows
	nobody  []string   // the values by which a row of a test patient is linked: none
	leftOut bool       // whether there is such a row

	persons *personsTable // written beside the clean table, where that has the same golden rows
	// Written beside the tables: each waits for its end; nil: it is not begun.
	crosswalk, pairs func() (besideOutput, error)
}

// A rowPlace says where a row of patients stands.
type rowPlace struct {
	piece, bytes int32
	at, record   int64
	kept         int32 // the row that stands for its person, itself or an earlier one
}

// readPatients reads the records to be linked, and what the registry knows; there are none without pieces of patients.
func (a *assembly) readPatients() (o link.Options, err error) {
	p := &linkage{pieces: a.of(patientTable, kindClean), set: link.NewSet()}
	a.people = p
	for i := range p.pieces {
		if err := a.readPeople(i); err != nil {
			return o, err
		}
	}
	if len(p.pieces) == 0 {
		return o, nil
	}
	if err := a.recall(); err != nil {
		return o, fmt.Errorf("registry: %w", err)
	}
	o = link.Options{Dir: a.env.Dir, Workers: max(a.env.Concurrency, 1), Unique: a.job.Options.SourceUnique, LeftOut: p.leftOut, Moved: func() { _ = a.tick(0) }} // ctx ends it too
	if p.known != nil {
		o.Decisions = p.known.decisions
	}
	return o, nil
}

// link finds out who is who.
func (a *assembly) link(ctx context.Context) (err error) {
	o, err := a.readPatients()
	if err != nil {
		return err
	}
	p := a.people
	if len(p.pieces) == 0 {
		a.people = nil
		if !slices.ContainsFunc(a.manifest.Files, func(f FileResult) bool { return f.Status == StatusOK }) {
			return nil // no file could be used, which says more
		}
		return link.ErrNoField
	}
	var closing func() error
	o.Compared, closing, err = a.compared()
	defer func() { err = errors.Join(err, closing()) }()
	if err != nil {
		return err
	}
	if p.whole, err = link.Run(ctx, p.set, o); err != nil {
		return err
	}
	p.found = p.whole.First(len(p.rows))
	p.keep()
	p.columns = slices.DeleteFunc(a.columns(patientTable, p.pieces), func(c string) bool { return slices.Contains(provenanceColumns, c) })
	for _, piece := range p.pieces {
		p.places = append(p.places, placesOf(p.columns, piece.Columns))
	}
	if err := a.beginWhoIsWho(); err != nil {
		return err
	}
	a.peopleFindings()
	return a.countPeople()
}

// linkOrRefuse finds out who is who; files that no field of tells persons apart fail, as if they could not be read.
func (a *assembly) linkOrRefuse(ctx context.Context) error {
	err := a.link(ctx)
	if !errors.Is(err, link.ErrNoField) {
		return err
	}
	err = a.people.close()
	a.people = nil
	for i := range a.manifest.Files {
		f, card := &a.manifest.Files[i], &a.cards[i]
		if f.Status != StatusOK {
			continue
		}
		a.noteFile(i, ruleNoPerson, "")
		f.fail(&failure{ruleNoPerson, a.job.Profile.Rule(ruleNoPerson).Message}, a.settings)
		f.Counts.Withheld, f.Counts.RowsOut = f.Counts.RowsOut, 0
		card.Status, card.Reason, card.Detail = f.Status, f.Reason, f.Detail
	}
	for _, p := range a.pieces {
		p.Outputs = slices.DeleteFunc(p.Outputs, func(o Output) bool { return o.Kind != kindQuarantine && o.Kind != kindIssues })
	}
	return err
}

// readPeople adds the clean rows of a piece to the records to be linked, and notes where they stand.
func (a *assembly) readPeople(i int) error {
	p, piece := a.people, a.people.pieces[i]
	out := piece.output(kindClean)
	path := filepath.Join(piece.part.dir, out.Name)
	if piece.part.dir == "" {
		path = filepath.Join(a.env.Dir, fmt.Sprintf("piece-people-%d", i))
		if err := copyPiece(path, piece, out.Name); err != nil {
			return err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open part: %w", err)
	}
	p.files = append(p.files, f)
	at := int64(len(table.AppendCSVRow(nil, piece.Columns)))
	rows := p.inOrder(i)
	places := placesOf(provenanceColumns, piece.Columns)
	reader := p.set.Reader(piece.file.Source, piece.Columns)
	p.set.Expect(int(out.Rows))
	p.rows = slices.Grow(p.rows, int(out.Rows))
	p.nobody = make([]string, max(len(p.nobody), len(piece.Columns)))
	isTest := slices.Index(piece.Columns, testColumn)
	for {
		cells, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read part: %w", err)
		}
		record, err := strconv.ParseInt(cells[places[1]], 10, 64)
		if err != nil {
			return fmt.Errorf("read part: %w", err)
		}
		uid, linked := cells[places[2]], cells
		if isTest >= 0 && cells[isTest] == "true" && !a.job.keepsTests() {
			linked, p.leftOut = p.nobody, true
		}
		reader.Add(uid, "", linked)
		p.rows = append(p.rows, rowPlace{piece: int32(i), bytes: int32(len(rows.line)), at: at, record: record})
		at += int64(len(rows.line))
	}
}

// testColumn says that a row is that of a test patient.
const testColumn = "is_test"

// keep notes for each row the first one of its person.
func (p *linkage) keep() {
	first := make([]int32, len(p.found.IDs))
	for i := range first {
		first[i] = -1
	}
	for i, person := range p.found.Person {
		if first[person] < 0 {
			first[person] = int32(i)
		}
		p.rows[i].kept = first[person]
	}
}

// inOrder reads the rows of a piece, the first one first.
func (p *linkage) inOrder(piece int) *rowReader {
	of := p.pieces[piece]
	head := int64(len(table.AppendCSVRow(nil, of.Columns)))
	return newRowReader(io.NewSectionReader(p.files[piece], head, of.output(kindClean).Bytes-head))
}

// under returns the cells of a row of a piece under the columns of all of them.
func (p *linkage) under(piece int32, cells []string) []string {
	values := make([]string, len(p.columns))
	for c, place := range p.places[piece] {
		if place >= 0 {
			values[c] = cells[place]
		}
	}
	return values
}

// A rowFetcher reads single rows. One goroutine owns it.
type rowFetcher struct {
	p      *linkage
	buffer []byte
	cells  []string
	ahead  []byte   // rows that were read together
	first  rowPlace // of them
}

// mostAhead is how many bytes are read together at most.
const mostAhead = 1 << 20

// readAhead reads all rows from one to another together, if they are near each other.
func (f *rowFetcher) readAhead(from, to int) error {
	first, last := &f.p.rows[from], &f.p.rows[to]
	size := last.at + int64(last.bytes) - first.at
	if first.piece != last.piece || size > mostAhead {
		return nil
	}
	f.first, f.ahead = *first, slices.Grow(f.ahead[:0], int(size))[:size]
	if _, err := f.p.files[first.piece].ReadAt(f.ahead, first.at); err != nil {
		return fmt.Errorf("read part: %w", err)
	}
	return nil
}

// line reads the line of a row of patients, valid until the one after.
func (f *rowFetcher) line(i int) ([]byte, error) {
	at := &f.p.rows[i]
	from := at.at - f.first.at
	if to := from + int64(at.bytes); at.piece == f.first.piece && from >= 0 && to <= int64(len(f.ahead)) {
		return f.ahead[from:to], nil
	}
	f.buffer = slices.Grow(f.buffer[:0], int(at.bytes))[:at.bytes]
	if _, err := f.p.files[at.piece].ReadAt(f.buffer, at.at); err != nil {
		return nil, fmt.Errorf("read part: %w", err)
	}
	return f.buffer, nil
}

// row reads a row of patients, under the columns of all of them.
func (f *rowFetcher) row(i int) ([]string, error) {
	line, err := f.line(i)
	if err != nil {
		return nil, err
	}
	f.cells = cutRow(f.cells[:0], line)
	return f.p.under(f.p.rows[i].piece, f.cells), nil
}

// close waits until nothing is read any more, and lets go of the files.
func (p *linkage) close() (err error) {
	if p == nil {
		return nil
	}
	for _, written := range [...]func() (besideOutput, error){p.crosswalk, p.pairs} {
		if written != nil {
			_, _ = written() // whoIsWho told of the error, unless another one came before it
		}
	}
	for _, f := range p.files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// uid returns the row_uid of a row.
func (p *linkage) uid(i int) string { return p.set.UID(i) }

// placed returns the piece of a row.
func (p *linkage) placed(i int) *placed { return p.pieces[p.rows[i].piece] }

// method is how a row came to its person, as it is written.
func (p *linkage) method(i int) (method, score string) { return methodOf(p.found.Links[i]) }

func methodOf(l link.Link) (method, score string) {
	method = string(l.Method)
	if l.Rule != "" {
		method += ":" + l.Rule
	}
	if method == "" {
		return "", ""
	}
	return method, strconv.FormatFloat(l.Score, 'f', 4, 64)
}

// peopleFindings lists what persons show about their records.
func (a *assembly) peopleFindings() {
	counts := make([]map[rule.ID]int64, len(a.people.pieces))
	for _, f := range a.people.set.Findings(a.people.whole) {
		if f.Record >= len(a.people.rows) {
			break // they stand in the order of the records
		}
		at := &a.people.rows[f.Record]
		if counts[at.piece] == nil {
			counts[at.piece] = map[rule.ID]int64{}
		}
		counts[at.piece][f.Rule]++
		if a.settings[f.Rule].disposition != rule.Fix {
			a.listRow(a.people.pieces[at.piece], at.record, f.Rule)
		}
	}
	for i, piece := range a.people.pieces {
		a.countFound(piece, counts[i])
	}
}

// countPeople counts persons for the scorecard.
func (a *assembly) countPeople() error {
	p := a.people
	sizes := make([]int, len(p.found.IDs))
	for _, person := range p.found.Person {
		sizes[person]++
	}
	card := scorecard.People{Records: len(p.rows), Persons: len(sizes), Review: len(p.found.Review), Sizes: map[string]int{},
		Scores: map[string]int{}, Methods: map[string]int{}, Compared: p.found.Summary.Compared, ExpectedFalse: p.found.Summary.Expected}
	for _, n := range sizes {
		card.Sizes[strconv.Itoa(n)]++
	}
	for _, l := range p.found.Links {
		if l.Method == link.Alone {
			continue
		}
		card.Methods[string(l.Method)]++
		card.Scores[strconv.FormatFloat(float64(int(l.Score*20))/20, 'f', 2, 64)]++
	}
	for i, piece := range p.pieces {
		if one := p.found.Summary.OneEach; one != nil && one[i] && !slices.Contains(card.OneEach, piece.file.Name) {
			card.OneEach = append(card.OneEach, piece.file.Name)
		}
	}
	for _, o := range p.found.Summary.Overflow {
		card.Overflow = append(card.Overflow, scorecard.Overflow{Key: o.Pass, Blocks: o.Blocks, Records: o.Records, Largest: o.Largest})
	}
	if len(a.job.GoldPairs) > 0 {
		truth, err := a.goldTruth()
		if err != nil {
			return err
		}
		q := link.Compare(truth, p.found.Person)
		card.Quality = &scorecard.Quality{Precision: q.Precision, Recall: q.Recall, F1: q.F1, True: q.True, Found: q.Found, Right: q.Right}
	}
	a.peopleCard = &card
	return nil
}
