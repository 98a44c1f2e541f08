package link

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// A Set holds the records of a job in compact form: of each value a number. It is filled by one goroutine.
type Set struct {
	values  [fieldCount]dictionary
	files   []string // of each file, its source
	records []record
	known   map[int32]string // person_id by record
	since   map[string]int64 // by person_id, how long it is known: the lower, the longer
}

// A record is one row: its values by number, 0 for none.
type record struct {
	codes [fieldCount]uint32
	uid   [16]byte
	file  int32
	flags uint8
}

const newborn uint8 = 1 // the given name stands for a child without one

// NewSet returns an empty set.
func NewSet() *Set {
	s := &Set{known: map[int32]string{}}
	for f := range s.values {
		s.values[f].init()
	}
	return s
}

// UID returns the row_uid of a record.
func (s *Set) UID(i int) string { return uidOf(&s.records[i]) }

// Len is the number of records.
func (s *Set) Len() int { return len(s.records) }

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
	suffix string // of numbers of records, which are the source's own
	places [columnCount]int
}

// Reader returns what adds rows with the given columns, in canonical values, that a source delivered.
func (s *Set) Reader(source string, columns []string) *Reader {
	s.files = append(s.files, source)
	r := &Reader{set: s, file: int32(len(s.files) - 1), suffix: "\x00" + source}
	for i, name := range columnNames {
		r.places[i] = slices.Index(columns, name)
	}
	return r
}

// Add appends a row. known is the person that an earlier job took it for, or "".
func (r *Reader) Add(uid, known string, cells []string) {
	rec := record{file: r.file, uid: uidBytes(uid)}
	get := func(column int) string {
		if at := r.places[column]; at >= 0 {
			return cells[at]
		}
		return ""
	}
	put := func(f Field, value string) {
		if value != "" {
			rec.codes[f] = r.set.values[f].code(value)
		}
	}
	if given := get(colGiven); isNewborn(given) {
		rec.flags |= newborn
	} else {
		put(Given, name(given))
	}
	put(Middle, name(get(colMiddle)))
	put(Family, name(get(colFamily)))
	put(Maiden, name(get(colMaiden)))
	put(Suffix, nameKey(get(colSuffix)))
	put(BirthDate, compact(get(colBirth)))
	if sex := get(colSex); sex != "unknown" {
		put(Sex, fold(sex))
	}
	put(SSN, realID(identifier(get(colSSN))))
	put(MBI, realID(identifier(get(colMBI))))
	put(Medicaid, realID(identifier(get(colMedicaid))))
	put(Insurance, realID(identifier(get(colInsurance))))
	if assigner := get(colAssigner); assigner != "" && get(colMRN) != "" {
		put(MRN, get(colMRN)+"\x00"+assigner)
	} else {
		put(MRN, r.own(get(colMRN)))
	}
	put(PatientID, r.own(get(colPatient)))
	r.set.phones(&rec, get(colHome), get(colMobile), get(colWork))
	put(Email, email(get(colEmail)))
	number, street := houseNumber(address(get(colLine1)))
	put(Number, number)
	put(Street, street)
	put(Unit, address(get(colLine2)))
	put(City, address(get(colCity)))
	put(Zip, zip(compact(get(colZip))))
	put(State, compact(get(colState)))
	put(BirthOrder, get(colOrder))
	put(Death, get(colDeath))
	put(LastSeen, get(colSeen))
	if known != "" {
		r.set.known[int32(len(r.set.records))] = known
	}
	r.set.records = append(r.set.records, rec)
}

func (r *Reader) own(number string) string {
	if number == "" {
		return ""
	}
	return number + r.suffix
}

// phones puts up to three different numbers of a record into its three fields. All stand in the dictionary of the first.
func (s *Set) phones(rec *record, lists ...string) {
	at := [...]Field{Phone, Phone2, Phone3}
	n := 0
	for _, list := range lists {
		for list != "" && n < len(at) {
			var one string
			one, list, _ = strings.Cut(list, "|")
			id := realID(identifier(one))
			if id == "" {
				continue
			}
			code := s.values[Phone].code(id)
			if code != rec.codes[Phone] && code != rec.codes[Phone2] {
				rec.codes[at[n]] = code
				n++
			}
		}
	}
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

// A dictionary numbers the values of a field, from 1 on.
type dictionary struct {
	codes map[string]uint32
	texts []text
}

// A text is a value and what its comparison needs.
type text struct {
	s     string
	words string // sorted, "" when it is one word
	sig   signature
	sound uint32 // sum of its sound; 0 none
	short bool   // has nicknames, or is one
}

func (d *dictionary) init() {
	d.codes = map[string]uint32{}
	d.texts = []text{{}}
}

func (d *dictionary) code(s string) uint32 {
	if c, ok := d.codes[s]; ok {
		return c
	}
	s = strings.Clone(s)
	d.texts = append(d.texts, newText(s))
	c := uint32(len(d.texts) - 1)
	d.codes[s] = c
	return c
}

func newText(s string) text {
	t := text{s: s, sig: signatureOf(s), short: haveNickname[s]}
	if strings.IndexByte(s, ' ') >= 0 {
		parts := strings.Fields(s)
		slices.Sort(parts)
		t.words = strings.Join(parts, " ")
	}
	if code := sound(s); code != "" {
		t.sound = uint32(hash(code)) | 1
	}
	return t
}
