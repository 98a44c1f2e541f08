package link

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
)

// A Set holds the records of a job in compact form: of each value a number. It is filled by one goroutine.
type Set struct {
	values  [fieldCount]dictionary
	files   []string // of each file, its source
	records []record
	places  []int32          // by record: where it stands in records; nil: in their order
	known   map[int32]string // person_id by record
	since   map[string]int64 // by person_id, how long it is known: the lower, the longer

	straight bool // names are not compared crosswise

	filled batch // rows that were added last
	read   batch // rows before them, whose values are being numbered
	wait   sync.WaitGroup
}

// A record is one row: its values by number, 0 for none.
type record struct {
	codes [fieldCount]uint32
	uid   [16]byte
	file  int32
	flags uint8
}

// numberedAs reports whether two records of one source have the same number of a patient.
func (r *record) numberedAs(other *record) bool {
	return r.codes[MRN] != 0 && r.codes[MRN] == other.codes[MRN] || r.codes[PatientID] != 0 && r.codes[PatientID] == other.codes[PatientID]
}

const newborn uint8 = 1 // the given name stands for a child without one

// NewSet returns an empty set.
func NewSet() *Set {
	s := &Set{known: map[int32]string{}}
	for f := range s.values {
		s.values[f].init(Field(f))
	}
	return s
}

// UID returns the row_uid of a record.
func (s *Set) UID(i int) string {
	s.finish()
	return uidOf(s.at(i))
}

// OwnID returns the number by which its source knows a record, "" if none was given.
func (s *Set) OwnID(i int) string {
	s.finish()
	r := s.at(i)
	for _, f := range [...]Field{PatientID, MRN} {
		if c := r.codes[f]; c != 0 {
			own, _, _ := strings.Cut(s.values[f].texts[c].s, "\x00")
			return own
		}
	}
	return ""
}

// at returns a record, by its number.
func (s *Set) at(i int) *record { return &s.records[s.place(int32(i))] }

func (s *Set) place(i int32) int32 {
	if s.places == nil {
		return i
	}
	return s.places[i]
}

// arrange puts the records into an order.
func (s *Set) arrange(order []int32) {
	from := make([]int32, len(order))
	for place, i := range order {
		from[place] = s.place(i)
	}
	for first := range from {
		kept := s.records[first]
		for to := first; from[to] >= 0; {
			next := int(from[to])
			from[to] = -1
			if next == first {
				s.records[to] = kept
				break
			}
			s.records[to] = s.records[next]
			to = next
		}
	}
	s.places = from
	for place, i := range order {
		s.places[i] = int32(place)
	}
}

// Expect makes room for so many further records.
func (s *Set) Expect(n int) { s.records = slices.Grow(s.records, s.Len()-len(s.records)+n) }

// Len is the number of records.
func (s *Set) Len() int { return len(s.records) + len(s.read.records) + len(s.filled.records) }

// Columns of a patient's table that are read.
const (
	colGiven = iota
	colMiddle
	colFamily
	colSuffix
	colMaiden
	colBirth
	colSex
	colSSN
	colMBI
	colMedicaid
	colInsurance
	colHome
	colMobile
	colWork
	colEmail
	colLine1
	colLine2
	colCity
	colZip
	colState
	colMRN
	colAssigner
	colPatient
	colOrder
	colDeath
	colSeen
	columnCount
)

var columnNames = [columnCount]string{"name_given", "name_middle", "name_family", "name_suffix", "name_maiden", "birth_date",
	"administrative_gender", "ssn", "mbi", "medicaid_id", "insurance_id", "phone_home", "phone_mobile", "phone_work", "email",
	"address_line1", "address_line2", "city", "zip", "state", "mrn", "mrn_assigner", "patient_id", "birth_order", "death_date", "last_visit"}

// Fields returns the fields of a patient's table that say who a person is.
func Fields() []string { return columnNames[:] }

// A Reader adds the rows of one file to a set.
type Reader struct {
	set    *Set
	file   int32
	places [columnCount]int
}

// Reader returns what adds rows with the given columns, in canonical values, that a source delivered.
func (s *Set) Reader(source string, columns []string) *Reader {
	s.wait.Wait() // rows of the files before are being read
	s.files = append(s.files, source)
	r := &Reader{set: s, file: int32(len(s.files) - 1)}
	for i, name := range columnNames {
		r.places[i] = slices.Index(columns, name)
	}
	return r
}

// realID returns a number that can tell persons apart; one of a single repeated digit cannot.
func realID(s string) string {
	if s == "" || strings.Count(s, s[:1]) == len(s) {
		return ""
	}
	return s
}

func email(s string) string {
	s = compact(s)
	if local, _, _ := strings.Cut(s, "@"); placeholders[nameKey(local)] {
		return ""
	}
	return s
}

// zip returns the five digits of a ZIP code with four more behind them; others as they are.
func zip(s string) string {
	s = compact(s)
	if len(s) == 10 && s[5] == '-' {
		return s[:5]
	}
	return s
}

// uidBytes returns the 16 bytes of a row's id; of an id in another form what stands for it.
func uidBytes(uid string) (b [16]byte) {
	if n, err := hex.Decode(b[:], []byte(uid[:min(len(uid), 2*len(b))])); err != nil || n < len(b) {
		sum := sha256.Sum256([]byte(uid))
		copy(b[:], sum[:])
	}
	return b
}

// hash sums up a text (FNV-1a).
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mostWritten bounds how many written forms of a field are remembered.
const mostWritten = 1 << 16

// A text is a value and what its comparison needs.
type text struct {
	brief
	s     string
	sound uint32 // sum of its sound; 0 none
	day   uint32 // digits of a whole date, four bits each; 0 none
	forms *forms // nil of most values
}

// forms are what few values have.
type forms struct {
	words     string     // sorted, "" when it is one word
	nicknames []nickname // other forms of a given name
}

// words returns the words of a text of several, sorted; "" of one.
func (t *text) words() string {
	if t.forms == nil {
		return ""
	}
	return t.forms.words
}

func (t *text) nicknames() []nickname {
	if t.forms == nil {
		return nil
	}
	return t.forms.nicknames
}

// numbers are the fields whose values are digits in the main.
var numbers = [fieldCount]bool{BirthDate: true, SSN: true, MBI: true, Medicaid: true, Insurance: true, Phone: true, Number: true, Zip: true}

func newText(f Field, s string) text {
	t := text{s: s, brief: brief{sig: signatureOf(cut(s), numbers[f]), head: beginning(s), size: uint8(len(cut(s)))}}
	var more forms
	if strings.IndexByte(s, ' ') >= 0 {
		parts := strings.Fields(s)
		slices.Sort(parts)
		more.words = strings.Join(parts, " ")
	}
	if f == Given || f == Family { // which may have changed places
		more.nicknames = nicknames()[s]
	}
	if more.words != "" || more.nicknames != nil {
		t.forms = &more
	}
	if f == BirthDate {
		t.day = dayOf(s)
	}
	if f == Given || f == Family || f == Maiden {
		if code := sound(s); code != "" {
			t.sound = uint32(hash(code)) | 1
		}
	}
	return t
}
