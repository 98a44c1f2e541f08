package table

import "strings"

// FHIR gives some elements other names in its versions. What a resource of STU3, DSTU2 or R5 says is set where R4 says it (https://hl7.org/fhir/R4/diff.html,
// https://hl7.org/fhir/R5/diff.html).

// requestIntent is the column of how a request is meant: the field has a longer name than FHIR's, as other files say other things by that one.
const requestIntent = "medication_intent"

// renamed are the members of resources that R4 has another name for, by type of resource. An end of ".0" makes a list of what was none.
var renamed = map[string]map[string]string{
	"Encounter":           {"actualPeriod": "period", "admission": "hospitalization", "class": "class", "reason": "reasonCode"},
	"Condition":           {"assertedDate": "recordedDate", "dateRecorded": "recordedDate"},
	"AllergyIntolerance":  {"assertedDate": "recordedDate", "substance": "code", "onset": "onsetDateTime"},
	"Immunization":        {"reported": "historical", "vaccinationProtocol": "protocolApplied"},
	"MedicationRequest":   {"medication": drugCode, "reason": "reasonCode", "intent": requestIntent},
	"MedicationOrder":     {"reasonCodeableConcept": "reasonCode.0", "dateWritten": "authoredOn"},
	"MedicationDispense":  {"medication": drugCode},
	"MedicationStatement": {"medication": drugCode, "reason": "reasonCode", "reasonForUseCodeableConcept": "reasonCode.0"},
	"MedicationAdministration": {"medication": drugCode, "reason": "reasonCode", "reasonGiven": "reasonCode", "effectiveTimeDateTime": "effectiveDateTime",
		"effectiveTimePeriod": "effectivePeriod", "occurenceDateTime": "effectiveDateTime", "occurencePeriod": "effectivePeriod"},
}

// moved are members deeper inside that have another place in R4, by their paths, and that place.
var moved = map[string]string{
	"dosageInstruction.0.doseQuantity":     "dosageInstruction.0.doseAndRate.0.doseQuantity",
	"dosageInstruction.0.quantityQuantity": "dosageInstruction.0.doseAndRate.0.doseQuantity",
	"dosageInstruction.0.doseRange":        "dosageInstruction.0.doseAndRate.0.doseRange",
	"dosageInstruction.0.quantityRange":    "dosageInstruction.0.doseAndRate.0.doseRange",
	"dosageInstruction.0.quantity":         "dosageInstruction.0.doseAndRate.0.doseQuantity",
	"protocolApplied.0.doseSequence":       "protocolApplied.0.doseNumberPositiveInt",
}

// ofVersion sets a member as R4 names it, and reports whether it was one that another version has; object and key as in known.
func (f *flattener) ofVersion(object, key int, whole bool) bool {
	t := f.tape
	if !whole {
		return f.deeper(object, key)
	}
	to := f.renames[f.key]
	switch {
	case to == "" || to != f.key && t.member(object, to) > 0:
		return false
	case to == drugCode:
		return f.drugOfR5(object, key+1)
	case f.key == "class":
		return f.classOfR5(key + 1)
	case to == "reasonCode":
		return f.reasonsOf(key + 1)
	}
	return f.rename(to, object, key)
}

// deeper sets a member of an element of a resource as R4 has it, and reports whether it was one that another version has.
func (f *flattener) deeper(object, key int) bool {
	switch f.key {
	case "concept":
		return f.tape.ofReference(object) && f.inPlace(key+1)
	case "doseQuantity", "quantityQuantity", "quantity", "doseRange", "quantityRange", "doseSequence":
		to := moved[string(f.path)]
		return to != "" && f.rename(to, object, key)
	case "reasonNotGiven":
		reasons := f.tape.objects(key + 1)
		if string(f.path) != "explanation.reasonNotGiven" || len(reasons) != 1 {
			return false
		}
		f.at("statusReason", reasons[0])
		return true
	}
	return false
}

// rename sets a member under another path.
func (f *flattener) rename(to string, object, key int) bool {
	f.under(to, func() {
		f.key = to[strings.LastIndexByte(to, '.')+1:]
		if !f.known(object, key, to == f.key) {
			f.value(key + 1)
		}
	})
	return true
}

// ofReference reports whether an object is a concept or a reference to what has it, as R5 has in one (CodeableReference).
func (t *tape) ofReference(object int) bool {
	for i := object + 1; i < t.nodes[object].next; i = t.nodes[i+1].next {
		switch t.nodes[i].text {
		case "concept", "reference", "id", "extension":
		default:
			return false
		}
	}
	return t.nodes[object].kind == nodeObject
}

// inPlace sets the concept at a node in the place of the object that holds it.
func (f *flattener) inPlace(concept int) bool {
	to := string(f.path[:len(f.path)-len(".concept")])
	f.at(to, concept)
	return true
}

// drugOfR5 sets the drug of a resource, a concept or a reference.
func (f *flattener) drugOfR5(object, drug int) bool {
	t := f.tape
	if concept := t.member(drug, "concept"); concept > 0 {
		f.at(drugCode, concept)
		return true
	}
	reference := t.member(drug, "reference")
	if reference == 0 || t.nodes[reference].kind != nodeObject {
		return false
	}
	f.under("medicationReference", func() { f.refersToDrug(object, reference) })
	return true
}

// classOfR5 sets the class of an encounter, of which R5 has a list: the only code of the only class.
func (f *flattener) classOfR5(list int) bool {
	t := f.tape
	classes := t.objects(list)
	if t.nodes[list].kind != nodeArray || len(classes) != 1 {
		return false
	}
	codings := t.objects(t.member(classes[0], "coding"))
	if len(codings) != 1 || t.member(classes[0], "text") > 0 {
		return false
	}
	f.at("class", codings[0])
	return true
}

// reasonsOf sets why something was done: STU3 names it otherwise, and in R5 an encounter has a list of lists.
func (f *flattener) reasonsOf(list int) bool {
	t := f.tape
	reasons := t.objects(list)
	if t.nodes[list].kind == nodeArray && len(reasons) == 1 && t.member(reasons[0], "value") > 0 {
		f.at("reasonCode", t.member(reasons[0], "value"))
		if use := t.member(reasons[0], "use"); use > 0 {
			f.at("reason.0.use", use)
		}
		return true
	}
	if len(reasons) > 0 && t.member(reasons[0], "value") > 0 {
		return false
	}
	f.at("reasonCode", list)
	return true
}
