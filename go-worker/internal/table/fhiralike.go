package table

import (
	"regexp"
	"strings"
)

// FHIR says one thing in several ways, and a field takes one column. What a resource says in another way than most is set where they say it.

// displayed are concepts that have a field for their words: where the text is missing, what its code displays stands for it.
var displayed = map[string]bool{
	"code.coding": true, "medicationCodeableConcept.coding": true, "vaccineCode.coding": true, "reasonCode.0.coding": true,
	"statusReason.coding": true, "hospitalization.dischargeDisposition.coding": true, "hospitalization.admitSource.coding": true,
	"reaction.0.manifestation.0.coding": true,
}

// spoken are concepts whose field reads words too: where there is no code, the text stands for it.
var spoken = map[string]bool{
	"maritalStatus.text": true, "interpretation.0.text": true, "clinicalStatus.text": true, "verificationStatus.text": true,
	"route.text": true, "site.text": true, "dosageInstruction.0.route.text": true,
}

// alike sets a member of an object where others say the same, and reports whether it was one of those; object and key as in known.
func (f *flattener) alike(object, key int, whole bool) bool {
	t := f.tape
	switch f.key {
	case "coding":
		return t.member(object, "text") == 0 && displayed[string(f.path)] && f.shown(key+1)
	case "display":
		return f.display > 0 && object == f.display
	case "text":
		if t.member(object, "coding") > 0 || !spoken[string(f.path)] {
			return false
		}
		f.at(strings.TrimSuffix(string(f.path), "text")+"coding.0.code", key+1)
	case "dose":
		if string(f.path) != "dosageInstruction.0.dose" {
			return false
		}
		f.at("dosageInstruction.0.doseAndRate.0.doseQuantity", key+1)
	case "dosage":
		switch {
		case !whole:
			return false
		case t.nodes[key+1].kind == nodeObject:
			f.at("dosageInstruction.0", key+1)
		default:
			f.at("dosageInstruction", key+1)
		}
	case "category", "interpretation": // in STU3 and before, one concept and no list
		if !whole || t.nodes[key+1].kind != nodeObject {
			return false
		}
		f.at(f.key+".0", key+1)
	case "status":
		return whole && t.notGiven(object) > 0
	case "notGiven", "wasNotGiven":
		if !whole || t.notGiven(object) != key+1 {
			return false
		}
		f.say("status", "not-done")
	case "taken", "wasNotTaken":
		if !whole || t.notGiven(object) != key+1 {
			return false
		}
		f.say("status", "not-taken")
	case "effectiveInstant":
		f.at("effectiveDateTime", key+1)
	case "effectivePeriod", "onsetPeriod", "abatementPeriod":
		moment := strings.TrimSuffix(f.key, "Period") + "DateTime"
		if !whole || t.member(object, moment) > 0 || t.nodes[key+1].kind != nodeObject {
			return false
		}
		f.begins(key+1, moment)
	case "timing":
		if often := t.often(object, key+1); often != "" && string(f.path) == "dosageInstruction.0.timing" {
			f.say("dosageInstruction.0.timing.code.text", often)
		}
		return false
	case "occurrenceString", "onsetString", "abatementString":
		moment := strings.TrimSuffix(f.key, "String") + "DateTime"
		if !whole || t.member(object, moment) > 0 || !fhirDate.MatchString(t.nodes[key+1].text) {
			return false
		}
		f.at(moment, key+1)
	case "primarySource":
		if !whole || t.nodes[key+1].text != "true" && t.nodes[key+1].text != "false" {
			return false
		}
		f.say("historical", map[string]string{"true": "false", "false": "true"}[t.nodes[key+1].text])
	default:
		return false
	}
	return true
}

// notGiven returns the member by which STU3 and DSTU2 say that a vaccine or a drug was not given, or not taken, which R4 says as its status; 0
// when it was, or when the record is an error.
func (t *tape) notGiven(object int) int {
	if t.text(object, "status") == "entered-in-error" {
		return 0
	}
	for _, key := range []string{"notGiven", "wasNotGiven", "wasNotTaken"} {
		if at := t.member(object, key); at > 0 && t.nodes[at].kind == nodeTrue {
			return at
		}
	}
	if t.text(object, "taken") == "n" {
		return t.member(object, "taken")
	}
	return 0
}

// fhirDate is a day of FHIR, of which the end may be unknown.
var fhirDate = regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2])(-[0-3]\d)?)?$`)

// at sets the value at a node under another path.
func (f *flattener) at(path string, node int) {
	f.key = path[strings.LastIndexByte(path, '.')+1:]
	f.under(path, func() { f.value(node) })
}

// say sets a text under another path.
func (f *flattener) say(path, text string) { f.under(path, func() { f.set(text) }) }

// under does something under another path.
func (f *flattener) under(path string, do func()) {
	own := string(f.path)
	f.path = append(f.path[:0], path...)
	do()
	f.path = append(f.path[:0], own...)
}

// shown sets what the first code of a concept that displays any words displays as its text, then the rest of its codes.
func (f *flattener) shown(coding int) bool {
	if f.tape.nodes[coding].kind != nodeArray {
		return false
	}
	by := f.tape.shownBy(f.path, coding)
	if none := f.tape.text(coding, "code"); by == 0 && strings.HasSuffix(f.tape.text(coding, "system"), noneKnown) {
		f.say(strings.TrimSuffix(string(f.path), "coding")+"text", strings.ReplaceAll(none, "-", " "))
		return false
	}
	if by == 0 {
		return false
	}
	f.say(strings.TrimSuffix(string(f.path), "coding")+"text", f.tape.text(by, "display"))
	f.display = by
	f.value(coding)
	f.display = 0
	return true
}

// noneKnown ends the address of the codes by which the International Patient Summary says that nothing is known, or that there is nothing:
// no-known-allergies.
const noneKnown = "absent-unknown-uv-ips"

// begins sets the start of a period as the moment that others state alone; the rest of it has columns as ever.
func (f *flattener) begins(period int, moment string) {
	nodes, own := f.tape.nodes, string(f.path)
	for i := period + 1; i < nodes[period].next; i = nodes[i+1].next {
		f.key = nodes[i].text
		if strings.TrimPrefix(f.key, "_") == "start" {
			f.key = strings.Replace(f.key, "start", moment, 1)
			f.path = append(f.path[:0], f.key...)
		} else {
			f.path = append(append(append(f.path[:0], own...), '.'), f.key...)
		}
		if !f.known(period, i, false) {
			f.value(i + 1)
		}
	}
	f.path = append(f.path[:0], own...)
}
