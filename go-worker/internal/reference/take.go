// Package reference finds rows that name a patient or a visit which the tables of the job do not hold, or hold as another's. What it
// needs of a row are sums of its identifiers; they are divided into files by what they name, so memory stays bounded whatever the
// number of rows. It judges references only where the job has the table that they refer to.
package reference

import (
	"encoding/binary"
	"strings"

	"harmonizer/go-worker/internal/ends"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
)

type kind uint8

const (
	patient kind = iota + 1 // a patient of the job
	ofPatient
	visit // a visit of the job
	ofVisit
)

// A name is what is kept of an identifier in a row. about is what names are divided and joined by: the patient's number without leading
// zeros, or the visit. who is the patient's number as written, or for visits the patient's number without leading zeros.
type name struct {
	kind       kind
	about, who uint64
}

// size is the length of a name as it is written.
const size = 1 + 8 + 8

func (n name) append(dst []byte) []byte {
	dst = append(dst, byte(n.kind))
	dst = binary.LittleEndian.AppendUint64(dst, n.about)
	return binary.LittleEndian.AppendUint64(dst, n.who)
}

func readName(b []byte) name {
	return name{kind(b[0]), binary.LittleEndian.Uint64(b[1:]), binary.LittleEndian.Uint64(b[9:])}
}

// slots are where the identifiers of a row stand, -1 nowhere.
type slots struct {
	patients []int // of a patient's own row: the numbers that other rows may name it by
	patient  int
	visit    int
	ownVisit bool // the row is the visit
}

// The tables that others refer to, and the fields by which a patient is named.
const (
	patientTable = "patient"
	visitTable   = "encounter"
)

var patientFields = []string{"patient_id", "mrn"}

func slotsOf(t *profile.Table, l *standardize.Layout) slots {
	s := slots{patient: -1, visit: -1, ownVisit: t.Name == visitTable}
	if t.Name == patientTable {
		for _, field := range patientFields {
			if slot := l.Slot(field); slot >= 0 {
				s.patients = append(s.patients, slot)
			}
		}
		return s
	}
	for i := range t.Fields {
		switch f := &t.Fields[i]; {
		case f.Ref == patientTable:
			s.patient = l.Slot(f.Name)
		case f.Ref == visitTable, s.ownVisit && f.Key:
			s.visit = l.Slot(f.Name)
		}
	}
	return s
}

// A Taker takes the names of the rows of a file. One goroutine owns it.
type Taker struct {
	slots
	recent [1 << 10]name // so that a name is written once while rows go on naming it
}

// NewTaker returns what takes the names of a file of a table; nil when its rows have none.
func NewTaker(t *profile.Table, l *standardize.Layout) *Taker {
	s := slotsOf(t, l)
	if len(s.patients) == 0 && s.patient < 0 {
		return nil
	}
	return &Taker{slots: s}
}

// Append appends the names in a row to dst.
func (t *Taker) Append(dst []byte, r *standardize.Row) []byte {
	for _, slot := range t.patients {
		if id := r.Values[slot]; id != "" {
			dst = t.add(dst, name{patient, ends.Sum(bare(id)), ends.Sum(id)})
		}
	}
	who := r.Get(t.patient)
	if who == "" {
		return dst
	}
	number := ends.Sum(bare(who))
	dst = t.add(dst, name{ofPatient, number, ends.Sum(who)})
	switch visitID := r.Get(t.visit); {
	case visitID == "":
	case t.ownVisit:
		dst = t.add(dst, name{visit, ends.Sum(visitID), number})
	default:
		dst = t.add(dst, name{ofVisit, ends.Sum(visitID), number})
	}
	return dst
}

func (t *Taker) add(dst []byte, n name) []byte {
	at := &t.recent[(n.about^n.who<<1^uint64(n.kind))%uint64(len(t.recent))]
	if *at == n {
		return dst
	}
	*at = n
	return n.append(dst)
}

// bare is a number without leading zeros; what is no number is whole.
func bare(id string) string {
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return id
		}
	}
	return strings.TrimLeft(id, "0")
}
