// Package history holds the rows of one patient against each other: visits that overlap, doses that follow too soon, results that
// contradict each other. What it needs of a row is a fact of some 60 bytes without any readable value; facts are divided by patient into
// files, so memory stays bounded whatever their number.
package history

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/ends"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

type kind uint8

const (
	visit kind = iota + 1
	result
	dose
	allergy
	problem
	person
)

// Flags of facts.
const (
	inpatient = 1 << iota // a visit that is a stay
	expired               // a visit that ended with death
	corrected             // a result that replaces another
	exact                 // a result whose time of day is known
	denial                // an allergy row that says that there is none
	drug                  // an allergy to a drug
)

// A fact is what is remembered of a row. The zero of key, link and value is nothing.
type fact struct {
	patient, record           uint64
	key, link, value, content uint64 // what it is about, the visit it belongs to, what was found, and the whole row
	from, to                  int32  // days; unknown when they are not known
	kind                      kind
	flags                     uint8
	file                      uint32 // place among the files; not written
}

// size is the length of a fact as it is written.
const size = 6*8 + 2*4 + 2

// unknown is a day that is not known.
const unknown = -1 << 31

func (f *fact) append(dst []byte) []byte {
	for _, n := range [...]uint64{f.patient, f.record, f.key, f.link, f.value, f.content} {
		dst = binary.LittleEndian.AppendUint64(dst, n)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(f.from))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(f.to))
	return append(dst, byte(f.kind), f.flags)
}

func readFact(b []byte, file uint32) fact {
	n := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	return fact{patient: n(0), record: n(1), key: n(2), link: n(3), value: n(4), content: n(5),
		from: int32(binary.LittleEndian.Uint32(b[48:])), to: int32(binary.LittleEndian.Uint32(b[52:])),
		kind: kind(b[56]), flags: b[57], file: file}
}

// A Taker takes the fact of each row of a file. It is safe for concurrent use.
type Taker struct {
	patient, status int // slots
	take            taker
}

// A taker fills the fact of a row; one that says nothing of its kind is no fact.
type taker func(r *standardize.Row, f *fact)

var ruleNoAllergies = rule.Must("ALG-002")

// takers bind what of the rows of a table is remembered to the slots of a file.
var takers = map[string]func(slot func(field string) int) taker{
	"encounter": visits, "observation": results, "immunization": doses, "allergy": allergies, "condition": problems, "patient": persons,
}

// NewTaker returns what takes the facts of a file of a table; nil when its rows say nothing about others.
func NewTaker(table string, l *standardize.Layout) *Taker {
	bind, patient := takers[table], l.Slot("patient_id")
	if bind == nil || patient < 0 {
		return nil
	}
	take := bind(l.Slot)
	if take == nil {
		return nil
	}
	return &Taker{patient: patient, status: l.Slot("status"), take: take}
}

// Append appends the fact of a row to dst, when it has one.
func (t *Taker) Append(dst []byte, r *standardize.Row, record int64) []byte {
	patient := r.Values[t.patient]
	if patient == "" || get(r, t.status) == "entered-in-error" {
		return dst
	}
	f := fact{patient: ends.Sum(patient), record: uint64(record), from: unknown, to: unknown}
	t.take(r, &f)
	if f.kind == 0 {
		return dst
	}
	if f.kind != person { // which is held against other rows, never against its like
		f.content = ends.Sum(r.Values...)
	}
	return f.append(dst)
}

// get returns the value in a slot, "" when there is none that can be read.
func get(r *standardize.Row, slot int) string {
	if slot < 0 || r.Unusable[slot] {
		return ""
	}
	return r.Values[slot]
}

// deaths are the discharge dispositions of who died: NUBC patient discharge status, and words.
var deaths = []string{"20", "40", "41", "42", "expired", "died", "deceased"}

func visits(slot func(string) int) taker {
	id, class, start, end := slot("encounter_id"), slot("class"), slot("start"), slot("end")
	disposition, status := slot("discharge_disposition"), slot("status")
	return func(r *standardize.Row, f *fact) {
		f.from, f.to = day(get(r, start)), day(get(r, end))
		if s := get(r, status); f.from == unknown || s == "cancelled" || s == "planned" {
			return
		}
		f.kind = visit
		if s := get(r, id); s != "" {
			f.key = ends.Sum(s)
		}
		if get(r, class) == "IMP" {
			f.flags |= inpatient
		}
		if s := get(r, disposition); s != "" && slices.Contains(deaths, strings.ToLower(s)) {
			f.flags |= expired
		}
	}
}

func results(slot func(string) int) taker {
	code, text, effective, value := slot("code"), slot("code_text"), slot("effective"), slot("value")
	comparator, unit, specimen, method := slot("value_comparator"), slot("unit"), slot("specimen"), slot("method")
	encounter, status := slot("encounter_id"), slot("status")
	return func(r *standardize.Row, f *fact) {
		what, at, found := get(r, code), get(r, effective), get(r, value)
		if what == "" {
			what = strings.ToLower(get(r, text))
		}
		if id := get(r, encounter); id != "" {
			f.link = ends.Sum(id)
		}
		f.kind, f.from = result, day(at)
		if what == "" || at == "" || found == "" {
			return
		}
		f.key = ends.Sum(what, at, get(r, specimen), get(r, method))
		f.value = ends.Sum(get(r, comparator), found, get(r, unit))
		if len(at) > len("2006-01-02") && !strings.HasPrefix(at[10:], "T00:00:00") {
			f.flags |= exact
		}
		if s := get(r, status); s == "corrected" || s == "amended" || s == "preliminary" {
			f.flags |= corrected
		}
	}
}

func doses(slot func(string) int) taker {
	code, date, status := slot("code"), slot("date"), slot("status")
	return func(r *standardize.Row, f *fact) {
		f.from = day(get(r, date))
		if s := get(r, code); s != "" && f.from != unknown && get(r, status) != "not-done" {
			f.kind, f.key = dose, ends.Sum(s)
		}
	}
}

func allergies(slot func(string) int) taker {
	code, system, category, status := slot("code"), slot("code_system"), slot("category"), slot("status")
	return func(r *standardize.Row, f *fact) {
		if s := get(r, status); s != "" && s != "active" {
			return
		}
		what := get(r, code)
		denied := what == "409137002" || what == "716186003" ||
			slices.ContainsFunc(r.Hits, func(h standardize.Hit) bool { return h.Rule == ruleNoAllergies })
		switch {
		case denied:
			f.kind, f.flags = allergy, denial
		case get(r, category) == "medication" || get(r, system) == "RxNorm":
			f.kind, f.flags = allergy, drug
		}
	}
}

// day numbers the day of a canonical date; unknown without one.
func day(s string) int32 {
	if len(s) < len("2006-01-02") {
		return unknown
	}
	year, err1 := strconv.Atoi(s[:4])
	month, err2 := strconv.Atoi(s[5:7])
	d, err3 := strconv.Atoi(s[8:10])
	if err1 != nil || err2 != nil || err3 != nil {
		return unknown
	}
	if month <= 2 { // the year begins in March, so that the leap day comes last
		year, month = year-1, month+12
	}
	return int32(365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + d)
}
