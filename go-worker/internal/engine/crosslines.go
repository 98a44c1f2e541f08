package engine

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"harmonizer/go-worker/internal/link"
	"harmonizer/go-worker/internal/table"
)

// crossLines are the lines of the crosswalk for the records of a chunk, as they are while nobody is known to be the same as another one.
type crossLines struct {
	text   []byte
	places []byte // by line: how far its record is behind the one before, of the first one its number; and the length of the line
}

func (p *crossLines) emptied() crossLines { return crossLines{p.text[:0], p.places[:0]} }

// aloneLen is how much of a line stands behind what the source says: the person, no method, no score.
const aloneLen = link.PersonIDLen + len(",,\n")

// person adds the line of the record at work, with the person who it is as long as it is nobody else: once a record, since the rows of one
// are one person. The source's number of a record that is kept out is left out, too.
func (w *transformer) person(clean bool) {
	if !w.crosses || w.number == w.crossed {
		return
	}
	own := ""
	for _, slot := range w.ownIDs {
		if clean && own == "" {
			own = w.row.Values[slot]
		}
	}
	p := &w.out.people
	before := len(p.text)
	p.text = appendNumber(append(p.text, w.crossHead...), w.number)
	p.text = append(table.AppendCSVCell(append(p.text, ','), own), ',')
	w.scratch = appendRowUID(w.scratch[:0], w.uidHead, w.number, "")
	p.text = append(link.AppendPersonID(p.text, w.scratch), ",,\n"...)
	p.places = binary.AppendUvarint(p.places, uint64(w.number-w.crossed))
	p.places = binary.AppendUvarint(p.places, uint64(len(p.text)-before))
	w.crossed = w.number
}

// write writes the lines of a chunk down for eachPeople.
func (p *crossLines) write(to *writer) {
	var head []byte
	for _, b := range [...][]byte{p.places, p.text} {
		head = binary.AppendUvarint(head, uint64(len(b)))
	}
	for _, b := range [...][]byte{head, p.places, p.text} {
		to.write(b, 0)
	}
}

// eachPeople calls do for the lines of a piece, chunk by chunk, valid until the next.
func eachPeople(p *placed, do func(*crossLines) error) (err error) {
	f, err := p.part.open(p.output(kindPeople).Name)
	if err != nil {
		return fmt.Errorf("open part: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := bufio.NewReaderSize(f, 64<<10)
	var all crossLines
	for {
		places, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		text, err2 := binary.ReadUvarint(in)
		if err := errors.Join(err, err2); err != nil {
			return fmt.Errorf("read part: %w", err)
		}
		all.places = slices.Grow(all.places[:0], int(places))[:places]
		all.text = slices.Grow(all.text[:0], int(text))[:text]
		_, err = io.ReadFull(in, all.places)
		_, err2 = io.ReadFull(in, all.text)
		if err := errors.Join(err, err2); err != nil {
			return fmt.Errorf("read part: %w", err)
		}
		if err := do(&all); err != nil {
			return err
		}
	}
}
