package link

import (
	"runtime"
	"strings"
)

// batchRows is how many rows are numbered together: one field after the other, so that a field's dictionary stays near, and several
// fields at once.
const batchRows = 4096

// A batch holds rows whose values are not numbered yet.
type batch struct {
	records []record
	text    []byte
	ends    []int32 // by record and column: where its value ends in text
}

// Add appends a row. known is the person that an earlier job took it for, or "".
func (r *Reader) Add(uid, known string, cells []string) {
	s := r.set
	if known != "" {
		s.known[int32(s.Len())] = known
	}
	b := &s.filled
	for _, at := range r.places {
		if at >= 0 {
			b.text = append(b.text, cells[at]...)
		}
		b.ends = append(b.ends, int32(len(b.text)))
	}
	b.records = append(b.records, record{file: r.file, uid: uidBytes(uid)})
	if len(b.records) == batchRows {
		s.flush()
	}
}

// flush has the values of the last rows numbered, while others are added.
func (s *Set) flush() {
	s.wait.Wait()
	s.records = append(s.records, s.read.records...)
	s.read, s.filled = s.filled, batch{s.read.records[:0], s.read.text[:0], s.read.ends[:0]}
	s.wait.Go(func() {
		text := string(s.read.text)
		shareOut(runtime.GOMAXPROCS(0), len(numbering), func(_, unit int) {
			for i := range s.read.records {
				row := row{s, &s.read.records[i], text, s.read.ends, i * int(columnCount)}
				numbering[unit](&row)
			}
		})
	})
}

// finish waits until all rows that were added are numbered.
func (s *Set) finish() {
	for len(s.filled.records)+len(s.read.records) > 0 {
		s.flush()
	}
	s.wait.Wait()
}

// forget lets go of what only numbers values: no rows are added any more.
func (s *Set) forget() {
	for f := range s.values {
		s.values[f].forget()
	}
	s.filled, s.read = batch{}, batch{}
}

// A row is a record whose values are being numbered.
type row struct {
	set   *Set
	rec   *record
	text  string
	ends  []int32
	first int // of ends
}

func (r *row) get(column int) string {
	at := r.first + column
	from := int32(0)
	if at > 0 {
		from = r.ends[at-1]
	}
	return r.text[from:r.ends[at]]
}

func (r *row) put(f Field, value string) {
	if value != "" {
		r.rec.codes[f] = r.set.values[f].code(value)
	}
}

// putForm puts the form in which a value is compared, which is found once for most values that come again.
func (r *row) putForm(f Field, written string, form func(string) string) {
	if written == "" {
		return
	}
	d := &r.set.values[f]
	code, known := d.written[written]
	if !known {
		if value := form(written); value != "" {
			code = d.code(value)
		}
		if len(d.written) < mostWritten {
			d.written[strings.Clone(written)] = code
		}
	}
	r.rec.codes[f] = code
}

// numbering are the fields that are numbered independently of each other, the most laborious first.
var numbering = [...]func(r *row){
	func(r *row) { r.put(Email, email(r.get(colEmail))) },
	func(r *row) {
		number, street := houseNumber(address(r.get(colLine1)))
		r.put(Number, number)
		r.put(Street, street)
	},
	func(r *row) { r.phones(r.get(colHome), r.get(colMobile), r.get(colWork)) },
	func(r *row) { r.put(SSN, realID(identifier(r.get(colSSN)))) },
	func(r *row) {
		given := r.get(colGiven)
		if _, known := r.set.values[Given].written[given]; !known && isNewborn(given) {
			r.rec.flags |= newborn
		} else {
			r.putForm(Given, given, name)
		}
	},
	func(r *row) { r.putForm(Family, r.get(colFamily), name) },
	func(r *row) { r.putForm(BirthDate, r.get(colBirth), compact) },
	func(r *row) { r.put(PatientID, r.own(r.get(colPatient))) },
	func(r *row) {
		if assigner := r.get(colAssigner); assigner != "" && r.get(colMRN) != "" {
			r.put(MRN, r.get(colMRN)+"\x00"+assigner)
		} else {
			r.put(MRN, r.own(r.get(colMRN)))
		}
	},
	func(r *row) { r.put(MBI, realID(identifier(r.get(colMBI)))) },
	func(r *row) { r.put(Medicaid, realID(identifier(r.get(colMedicaid)))) },
	func(r *row) { r.put(Insurance, realID(identifier(r.get(colInsurance)))) },
	func(r *row) {
		r.putForm(Middle, r.get(colMiddle), name)
		r.putForm(Suffix, r.get(colSuffix), nameKey)
		r.putForm(Maiden, r.get(colMaiden), name)
	},
	func(r *row) {
		r.putForm(City, r.get(colCity), address)
		r.putForm(Unit, r.get(colLine2), address)
	},
	func(r *row) {
		r.putForm(Zip, r.get(colZip), zip)
		r.putForm(State, r.get(colState), compact)
		if sex := r.get(colSex); sex != "unknown" {
			r.putForm(Sex, sex, fold)
		}
	},
	func(r *row) {
		r.put(BirthOrder, r.get(colOrder))
		r.put(Death, r.get(colDeath))
		r.put(LastSeen, r.get(colSeen))
	},
}

// own makes a number one of its source.
func (r *row) own(number string) string {
	if number == "" {
		return ""
	}
	return number + "\x00" + r.set.files[r.rec.file]
}

// phones puts up to three different numbers of a record into its three fields. All stand in the dictionary of the first.
func (r *row) phones(lists ...string) {
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
			code := r.set.values[Phone].code(id)
			if code != r.rec.codes[Phone] && code != r.rec.codes[Phone2] {
				r.rec.codes[at[n]] = code
				n++
			}
		}
	}
}
