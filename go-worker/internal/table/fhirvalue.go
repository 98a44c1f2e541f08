package table

import "strings"

// LocalTime is the extension in which we write the time of day of a moment without a zone, which FHIR does not take.
const LocalTime = "urn:harmonizer:local-time"

// known sets a member of a FHIR object that is more than its path and its value, and reports whether it was one. key is
// the node of its name; whole says that the object is the resource itself.
func (f *flattener) known(object, key int, whole bool) bool {
	t, value := f.tape, f.tape.nodes[key+1].text
	switch {
	case f.ofVersion(object, key, whole):
	case whole && f.key == "resourceType": // the table's name says the rest
		if kind := medicationKinds[value]; kind != "" {
			f.say("medication_kind", kind)
		}
	case whole && strings.HasPrefix(f.key, "value"):
		return f.choice(key + 1)
	case whole && f.key == "medicationReference":
		return f.refersToDrug(object, key+1)
	case whole && f.key == "contained" && t.heldDrug(object) > 0:
		f.heldBeside(key+1, t.heldDrug(object))
	case f.key == "doseRange" && t.span(key+1) != "": // stands where one amount does
		own := len(f.path)
		f.path = append(f.path[:own-len("Range")], "Quantity.value"...)
		f.set(t.span(key + 1))
		f.path = append(f.path[:own-len("Range")], "Range"...)
	case f.tape.nodes[key+1].kind == nodeString && f.key == "reference":
		f.reference(value)
	case f.key == "comparator" && t.member(object, "value") > 0: // stands before the value
	case f.key == "value" && t.text(object, "comparator") != "":
		f.set(t.text(object, "comparator") + value)
	case t.clock(object, key) != "":
		f.set(value + "T" + t.clock(object, key))
		f.died()
	case whole && f.key == "deceasedDateTime":
		f.set(value)
		f.died()
	case strings.HasPrefix(f.key, "_") && t.text(key+1, "extension", "url") == LocalTime: // stands behind the day
	case strings.HasPrefix(f.key, "_") && t.absence(key+1) != "":
		f.missing(t.absence(key + 1))
	case f.key == "identifier" && f.tape.nodes[key+1].kind == nodeObject:
		f.onlyIdentified(object)
		return false
	default:
		return f.alike(object, key, whole)
	}
	return true
}

// died says with the time of a death that somebody died, as FHIR does.
func (f *flattener) died() {
	if f.key == "deceasedDateTime" {
		f.say("deceasedBoolean", "true")
	}
}

// clock returns the time of day that the next member of an object says of a day, "" when there is none.
func (t *tape) clock(object, key int) string {
	next := t.nodes[key+1].next
	const day = len("2006-01-02")
	if len(t.nodes[key+1].text) != day || next >= t.nodes[object].next || t.nodes[next].text != "_"+t.nodes[key].text ||
		t.text(next+1, "extension", "url") != LocalTime {
		return ""
	}
	return t.text(next+1, "extension", "valueTime")
}

// absentReason is the extension that says why an element has no value.
const absentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

// absence returns the reason for which a primitive element, or the first of an array of them, has no value; "" when it says none.
func (t *tape) absence(at int) string {
	if t.nodes[at].kind == nodeArray && t.nodes[at].next > at+1 {
		at++
	}
	if t.text(at, "extension", "url") != absentReason {
		return ""
	}
	return t.text(at, "extension", "valueCode")
}

// missing sets why an element is missing in the column of the element: as a word that stands for no value there.
func (f *flattener) missing(reason string) {
	own := string(f.path)
	at := len(own) - len(f.key)
	f.path = append(append(f.path[:0], own[:at]...), own[at+1:]...)
	if f.key == "_given" || f.key == "_line" { // each element has its column
		f.path = append(f.path, ".0"...)
	}
	f.set(reason)
	f.path = append(f.path[:0], own...)
}

// choice sets the result of an observation, of whatever type it is, in the one column "value": a number with its comparator, a
// text, the words of a concept (else its code), 2-5, >=2, 1:80, the samples of a curve. What else the type holds, such as a unit, has columns as ever.
func (f *flattener) choice(at int) bool {
	t := f.tape
	var said string
	switch f.key {
	case "valueString", "valueBoolean", "valueInteger", "valueDateTime", "valueTime":
		said = t.nodes[at].text
	case "valueQuantity":
		said = t.amount(at)
	case "valueCodeableConcept":
		for _, path := range [][]string{{"text"}, {"coding", "display"}, {"coding", "code"}} {
			if said == "" {
				said = t.text(at, path...)
			}
		}
	case "valueRange":
		said = t.openSpan(at)
	case "valueSampledData":
		said = t.text(at, "data")
	case "valuePeriod":
		if start, end := t.text(at, "start"), t.text(at, "end"); start != "" || end != "" {
			said = strings.Trim(start+"/"+end, "/")
		}
	case "valueRatio":
		if up, down := t.member(at, "numerator"), t.member(at, "denominator"); up > 0 && down > 0 {
			said = t.amount(up) + ":" + t.amount(down)
		}
	}
	if said == "" {
		return false
	}
	own := string(f.path)
	f.path = append(f.path[:0], "value"...)
	f.set(said)
	f.path = append(f.path[:0], own...)
	if t.nodes[at].kind == nodeObject {
		f.besides(at)
	}
	return true
}

// besides sets what a result holds beside its value.
func (f *flattener) besides(at int) {
	nodes, base := f.tape.nodes, len(f.path)
	for i := at + 1; i < nodes[at].next; i = nodes[i+1].next {
		f.key = nodes[i].text
		if f.key == "value" || f.key == "comparator" {
			continue
		}
		f.path = append(append(f.path[:base], '.'), f.key...)
		f.value(i + 1)
	}
	f.path = f.path[:base]
}

// span returns the ends of a range and its unit, "" where an end is missing.
func (t *tape) span(at int) string {
	low, high := t.member(at, "low"), t.member(at, "high")
	if low == 0 || high == 0 {
		return ""
	}
	return strings.TrimSpace(t.amount(low) + "-" + t.amount(high) + " " + t.text(high, "unit"))
}

// openSpan returns the ends of a range and its unit, or its one end: >=2.
func (t *tape) openSpan(at int) string {
	low, high := t.member(at, "low"), t.member(at, "high")
	end, sign := max(low, high), ">="
	switch {
	case end == 0 || t.member(end, "value") == 0:
		return ""
	case low > 0 && high > 0:
		return t.span(at)
	case end == high:
		sign = "<="
	}
	return strings.TrimSpace(sign + t.nodes[t.member(end, "value")].text + " " + t.text(end, "unit"))
}

// amount returns comparator and value of a quantity.
func (t *tape) amount(at int) string {
	value := t.member(at, "value")
	if value == 0 {
		return ""
	}
	return t.text(at, "comparator") + t.nodes[value].text
}
