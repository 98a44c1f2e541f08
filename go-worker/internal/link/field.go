package link

import (
	"fmt"
	"strconv"

	"harmonizer/go-worker/internal/facts"
)

// A Field is one thing that is compared between records.
type Field uint8

// Fields that are scored, and behind them those that only rules ask for.
const (
	Given Field = iota
	Middle
	Family
	Maiden
	BirthDate
	Sex
	SSN
	MBI
	Medicaid
	Insurance
	Phone
	Email
	Number
	Street
	Unit
	City
	Zip
	State
	scored

	Suffix = Field(iota - 1) // these are not scored
	MRN
	PatientID
	BirthOrder
	Death
	LastSeen
	Phone2
	Phone3
	fieldCount
)

// names are the words of fields, in tables, outputs and sentences; those of the scored ones as in the table of levels.
var names = [fieldCount]string{Given: "name_given", Middle: "name_middle", Family: "name_family", Maiden: "name_maiden", BirthDate: "birth_date",
	Sex: "administrative_gender", SSN: "ssn", MBI: "mbi", Medicaid: "medicaid_id", Insurance: "insurance_id", Phone: "phone", Email: "email",
	Number: "address_number", Street: "address_street", Unit: "address_unit", City: "city", Zip: "zip", State: "state", Suffix: "name_suffix",
	MRN: "mrn", PatientID: "patient_id", BirthOrder: "birth_order", Death: "death_date", LastSeen: "last_visit", Phone2: "phone2", Phone3: "phone3"}

func (f Field) String() string { return names[f] }

// missing is the level of a field that one of two records does not have.
const missing = 7

// levels are what shipped defaults say of one field: of each level, from "differs" to "equal", how often it is seen between two records of
// one person, and of two relatives.
type levels struct {
	top      uint8
	words    []string
	match    []float64
	relative []float64 // nil: as between strangers
	frequent bool      // equal rare values say more than equal frequent ones
}

// shipped are the defaults of the scored fields.
var shipped = readLevels()

func readLevels() (all [scored]levels) {
	byName := map[string]*levels{}
	for f := range scored {
		byName[names[f]] = &all[f]
	}
	for _, row := range facts.Rows("link_levels.csv", "field", "level", "word", "match", "relative", "frequent") {
		l := byName[row[0]]
		if l == nil || strconv.Itoa(len(l.match)) != row[1] {
			panic("link_levels.csv: " + row[0] + " " + row[1] + " is not expected here")
		}
		l.words = append(l.words, row[2])
		l.match = append(l.match, share(row[3]))
		if row[4] != "" {
			l.relative = append(l.relative, share(row[4]))
		}
		l.top, l.frequent = uint8(len(l.match)-1), row[5] == "true"
	}
	for f, l := range all {
		if l.top == 0 || l.top >= missing || len(l.relative) != 0 && len(l.relative) != len(l.match) {
			panic(fmt.Sprintf("link_levels.csv: the levels of %s are not whole", names[f]))
		}
	}
	return all
}

func share(cell string) float64 {
	x, err := strconv.ParseFloat(cell, 64)
	if err != nil || x <= 0 || x >= 1 {
		panic("link_levels.csv: " + cell + " is no share")
	}
	return x
}

// pattern holds the level of each scored field of a pair, three bits each.
type pattern uint64

func (p pattern) level(f Field) uint8 { return uint8(p>>(3*f)) & 7 }

func (p pattern) with(f Field, level uint8) pattern { return p&^(7<<(3*f)) | pattern(level)<<(3*f) }

// swapped marks a pair whose given and family names were compared crosswise.
const swapped pattern = 1 << 63

// sampled marks a pair that stands for others which were forgotten: it cannot be one person, but perhaps relatives.
const sampled pattern = 1 << 62
