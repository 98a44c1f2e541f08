package fhir

import (
	"strconv"
	"strings"
	"time"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/table"
	"harmonizer/go-worker/internal/units"
)

// Addresses of what FHIR and US Core define.
const (
	terminology = "http://terminology.hl7.org/CodeSystem/"
	extensions  = "http://hl7.org/fhir/StructureDefinition/"
	usCore      = "http://hl7.org/fhir/us/core/StructureDefinition/"

	npiSystem  = "http://hl7.org/fhir/sid/us-npi"
	nullFlavor = terminology + "v3-NullFlavor"
)

// Why a required element is missing: nobody knows.
const unknown = "unknown"

// absent says why the value of an element, or with _key of a primitive one, is missing.
func (r *resource) absent(key, reason string) {
	r.object(key, func() {
		r.one("extension", func() {
			r.text("url", extensions+"data-absent-reason")
			r.text("valueCode", reason)
		})
	})
}

// reason says why the value of a column is missing, where the column beside it tells.
func (r *resource) reason(key, column string) {
	if reason := r.get(column + reasonSuffix); r.get(column) == "" && absentReasons[reason] {
		r.absent(key, reason)
	}
}

// field writes the text in a column, or why there is none.
func (r *resource) field(key, column string) {
	r.text(key, r.get(column))
	r.reason("_"+key, column)
}

// reasonSuffix ends the names of the columns that say why a value is missing.
const reasonSuffix = "_absent_reason"

// code writes a value where it is one of those that FHIR allows there.
func (r *resource) code(key, value string, allowed set) {
	if allowed[value] {
		r.text(key, value)
	}
}

// set is a set of codes.
type set map[string]bool

func setOf(codes string) set {
	s := set{}
	for _, c := range strings.Fields(codes) {
		s[c] = true
	}
	return s
}

// coding writes one coding of an array.
func (r *resource) coding(system, code string) {
	if isCode(code) {
		r.object("", func() {
			r.text("system", system)
			r.text("code", code)
		})
	}
}

// isCode reports whether a value has the form of a code: no white space but single spaces inside.
func isCode(s string) bool { return s != "" && strings.Join(strings.Fields(s), " ") == s }

// coded writes a concept of one coding.
func (r *resource) coded(key, system, code string) {
	r.object(key, func() { r.codings(system, code) })
}

func (r *resource) codings(system, code string) {
	if code != "" {
		r.array("coding", func() { r.coding(system, code) })
	}
}

// concept writes what is said by a code of a named system, by words, or by both.
func (r *resource) concept(key, system, code, words string) bool {
	return r.wrote(func() {
		r.object(key, func() {
			r.codings(systemURI(system), code)
			if words == "" && !isCode(code) {
				words = code
			}
			r.text("text", words)
		})
	})
}

// systemURI returns the address of a code system by its short name. One that is not known has none, unless it is an
// address itself.
func systemURI(name string) string {
	if system, ok := codes.ParseSystem(name); ok {
		return system.URI()
	}
	if strings.HasPrefix(name, "urn:") || strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
		return strings.Join(strings.Fields(name), "")
	}
	return ""
}

// required writes a concept that must be there.
func (r *resource) required(key, system, code, words string) {
	if !r.concept(key, system, code, words) {
		r.absent(key, unknown)
	}
}

// refer writes a reference to the resource with a key.
func (r *resource) refer(key, resource, to string) bool {
	return r.wrote(func() {
		r.object(key, func() {
			if to != "" {
				r.text("reference", resource+"/"+ID(to))
			}
		})
	})
}

// subject refers to the patient of the row, under the name that the resource has for it.
func (r *resource) subject(key string) {
	if !r.refer(key, "Patient", r.get("patient_id")) {
		r.absent(key, unknown)
	}
}

// context refers to the patient of the row and to the encounter.
func (r *resource) context(patient string) {
	r.subject(patient)
	r.refer("encounter", "Encounter", r.get("encounter_id"))
}

// person refers to somebody who is known by an NPI or a name alone.
func (r *resource) person(key, npi, name string) {
	r.object(key, func() {
		if npi != "" {
			r.text("type", "Practitioner")
			r.identifier("identifier", "", npiSystem, npi, "")
		}
		r.text("display", name)
	})
}

// numbered writes the identifier in a column, or why it is missing.
func (r *resource) numbered(typ, system, column string) {
	value := r.get(column)
	r.identifier("", typ, system, value, r.get(column+"_assigner"))
	if value == "" && absentReasons[r.get(column+reasonSuffix)] {
		r.object("", func() {
			r.coded("type", terminology+"v2-0203", typ)
			r.text("system", system)
			r.reason("_value", column)
		})
	}
}

// identifier writes an identifier of a type of HL7 table 0203, and who gave it.
func (r *resource) identifier(key, typ, system, value, assigner string) {
	if value == "" {
		return
	}
	r.object(key, func() {
		r.coded("type", terminology+"v2-0203", typ)
		r.text("system", system)
		r.text("value", value)
		r.object("assigner", func() { r.text("display", assigner) })
	})
}

// date writes a day, a month or a year.
func (r *resource) date(key, value string) {
	if isDate(value) {
		r.text(key, value)
	}
}

// moment writes a date or a time. FHIR wants the zone of a time: where nobody wrote it down the day stands in the element,
// and the time of day in an extension.
func (r *resource) moment(key, value string) {
	day, clock, timed := strings.Cut(value, "T")
	switch {
	case !timed:
		r.date(key, value)
	case !isDate(day):
	case isZoned(value):
		r.text(key, value)
	case isClock(clock):
		r.text(key, day)
		r.clock(key, clock)
	}
}

func (r *resource) clock(key, clock string) {
	r.object("_"+key, func() {
		r.one("extension", func() {
			r.text("url", table.LocalTime)
			r.text("valueTime", clock)
		})
	})
}

// instant writes a time that is known to the second and with its zone; others are no instants.
func (r *resource) instant(key, value string) {
	if isZoned(value) {
		r.text(key, value)
	}
}

// dated writes the moment in a column, or why it is missing.
func (r *resource) dated(key, column string) {
	r.moment(key, r.get(column))
	r.reason("_"+key, column)
}

// period writes the time between the moments in two columns.
func (r *resource) period(key, start, end string) {
	r.object(key, func() {
		r.dated("start", start)
		r.dated("end", end)
	})
}

func isDate(s string) bool {
	layout := time.DateOnly
	switch len(s) {
	case len("2006"):
		layout = "2006"
	case len("2006-01"):
		layout = "2006-01"
	}
	_, err := time.Parse(layout, s)
	return err == nil && !strings.HasPrefix(s, "0000")
}

func isZoned(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

func isClock(s string) bool {
	_, err := time.Parse(time.TimeOnly, s)
	return err == nil && !strings.Contains(s, ",")
}

// number returns a value that is a number of JSON, with the decimals as they are; else "".
func number(s string) string {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !onlyDigits(whole) || len(whole) > 1 && whole[0] == '0' || point && !onlyDigits(fraction) {
		return ""
	}
	return s
}

func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// count returns a whole number from least on that FHIR can hold; else "".
func count(s string, least int) string {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || int(n) < least {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// boolean returns true or false; else "".
func boolean(s string) string {
	if s == "true" || s == "false" {
		return s
	}
	return ""
}

// comparators are those of a quantity; an equal sign is none.
var comparators = setOf("< <= >= >")

// quantity writes a number with its unit, which has a code where it is one of UCUM.
func (r *resource) quantity(key, comparator, value, unit string) bool {
	value = number(value)
	if value == "" {
		return false
	}
	r.object(key, func() {
		r.literal("value", value)
		r.code("comparator", comparator, comparators)
		r.text("unit", unit)
		if r.isUCUM(unit) {
			r.text("system", "http://unitsofmeasure.org")
			r.text("code", unit)
		}
	})
	return true
}

// isUCUM reports whether a unit is a code of UCUM.
func (r *resource) isUCUM(unit string) bool {
	known, met := r.units[unit]
	if !met {
		_, known = units.Parse(unit)
		if len(r.units) < 1000 { // a column of free text shall not fill the memory
			r.units[unit] = known
		}
	}
	return known
}

// span writes a range with its unit, and reports whether it has an end.
func (r *resource) span(key, low, high, unit string) bool {
	return r.wrote(func() {
		r.object(key, func() {
			r.quantity("low", "", low, unit)
			r.quantity("high", "", high, unit)
		})
	})
}
