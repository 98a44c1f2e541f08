// Package history holds the rows of one patient against each other: visits that overlap, doses that follow too soon, results that
// contradict each other. What it needs of a row is a fact of some 60 bytes without any readable value; facts are divided by patient into
// files, so memory stays bounded whatever their number.
package history

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

type kind uint8

const (
	visit kind = iota + 1
	result
	dose
	allergy
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
	source  string
	layout  *standardize.Layout
	patient int
	take    func(t *Taker, r *standardize.Row, f *fact)
}

var ruleNoAllergies = rule.Must("ALG-002")

// takers say what of the rows of a table is remembered.
var takers = map[string]func(t *Taker, r *standardize.Row, f *fact){
	"encounter": takeVisit, "observation": takeResult, "immunization": takeDose, "allergy": takeAllergy,
}

// NewTaker returns what takes the facts of a file of a table; nil when its rows say nothing about others.
func NewTaker(source, table string, l *standardize.Layout) *Taker {
	t := &Taker{source: source, layout: l, patient: l.Slot("patient_id"), take: takers[table]}
	if t.take == nil || t.patient < 0 {
		return nil
	}
	return t
}

// Append appends the fact of a row to dst, when it has one.
func (t *Taker) Append(dst []byte, r *standardize.Row, record int64) []byte {
	patient := r.Values[t.patient]
	if patient == "" || t.get(r, "status") == "entered-in-error" {
		return dst
	}
	f := fact{patient: hash(t.source, patient), record: uint64(record), from: unknown, to: unknown}
	t.take(t, r, &f)
	if f.kind == 0 {
		return dst
	}
	f.content = hash(r.Values...)
	return f.append(dst)
}

// get returns the value of a field, "" when it has none that can be read.
func (t *Taker) get(r *standardize.Row, field string) string {
	slot := t.layout.Slot(field)
	if slot < 0 || r.Unusable[slot] {
		return ""
	}
	return r.Values[slot]
}

// deaths are the discharge dispositions of who died: NUBC patient discharge status, and words.
var deaths = []string{"20", "40", "41", "42", "expired", "died", "deceased"}

func takeVisit(t *Taker, r *standardize.Row, f *fact) {
	f.from, f.to = day(t.get(r, "start")), day(t.get(r, "end"))
	if id := t.get(r, "encounter_id"); id != "" {
		f.key = hash(id)
	}
	if t.get(r, "class") == "IMP" {
		f.flags |= inpatient
	}
	if slices.Contains(deaths, strings.ToLower(t.get(r, "discharge_disposition"))) {
		f.flags |= expired
	}
	if status := t.get(r, "status"); f.from != unknown && status != "cancelled" && status != "planned" {
		f.kind = visit
	}
}

func takeResult(t *Taker, r *standardize.Row, f *fact) {
	what, at, found := t.get(r, "code"), t.get(r, "effective"), t.get(r, "value")
	if what == "" {
		what = strings.ToLower(t.get(r, "code_text"))
	}
	if id := t.get(r, "encounter_id"); id != "" {
		f.link = hash(id)
	}
	f.kind, f.from = result, day(at)
	if what == "" || at == "" || found == "" {
		return
	}
	f.key = hash(what, at, t.get(r, "specimen"), t.get(r, "method"))
	f.value = hash(t.get(r, "value_comparator"), found, t.get(r, "unit"))
	if len(at) > len("2006-01-02") && !strings.HasPrefix(at[10:], "T00:00:00") {
		f.flags |= exact
	}
	if status := t.get(r, "status"); status == "corrected" || status == "amended" || status == "preliminary" {
		f.flags |= corrected
	}
}

func takeDose(t *Taker, r *standardize.Row, f *fact) {
	f.from = day(t.get(r, "date"))
	if code := t.get(r, "code"); code != "" && f.from != unknown && t.get(r, "status") != "not-done" {
		f.kind, f.key = dose, hash(code)
	}
}

func takeAllergy(t *Taker, r *standardize.Row, f *fact) {
	code := t.get(r, "code")
	if status := t.get(r, "status"); status != "" && status != "active" {
		return
	}
	denied := code == "409137002" || code == "716186003" ||
		slices.ContainsFunc(r.Hits, func(h standardize.Hit) bool { return h.Rule == ruleNoAllergies })
	switch {
	case denied:
		f.kind, f.flags = allergy, denial
	case t.get(r, "category") == "medication" || t.get(r, "code_system") == "RxNorm":
		f.kind, f.flags = allergy, drug
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

// hash sums up values (FNV-1a), none of which can run into the next. It is never zero.
func hash(values ...string) uint64 {
	const start, prime = 14695981039346656037, 1099511628211
	h := uint64(start)
	for _, v := range values {
		for i := range len(v) {
			h = (h ^ uint64(v[i])) * prime
		}
		h = (h ^ 0xff) * prime // no byte of UTF-8
	}
	return max(h, 1)
}
