package table

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// A concept of FHIR may have several codes that mean the same, in any order (https://www.hl7.org/fhir/R4/datatypes.html#CodeableConcept): of a
// site's own list, of NDC beside CVX. The first of a system that its field takes is read as the first; the others have columns behind it.

// codings tell, of concepts that have a field for their code, whether the field takes codes of a system.
var codings = map[string]func(system string) bool{
	"code.coding": ofTerminology, "medicationCodeableConcept.coding": ofTerminology, "reasonCode.0.coding": ofTerminology, "valueCodeableConcept.coding": ofTerminology,
	"vaccineCode.coding": ofVaccines,
	"category.0.coding":  ofFHIR, "clinicalStatus.coding": ofFHIR, "verificationStatus.coding": ofFHIR, "interpretation.0.coding": ofFHIR,
	"maritalStatus.coding": ofFHIR, "dataAbsentReason.coding": ofFHIR,
}

func ofTerminology(system string) bool {
	_, ok := codes.ParseSystem(system)
	return ok
}

func ofVaccines(system string) bool {
	name, _ := codes.ParseSystem(system)
	return name == codes.CVX
}

// ofFHIR reports whether a system is one of those that FHIR itself binds statuses and categories to, and not a guide for a country or a subject.
func ofFHIR(system string) bool {
	return strings.Contains(system, "hl7.org/") && !strings.Contains(system, "/us/") && !strings.Contains(system, "/uv/")
}

// codingsInOrder returns the codings of a concept at a path in the order in which they are to be taken, nil where they stand in it.
func (t *tape) codingsInOrder(path []byte, at int) []int {
	takes := codings[string(path)]
	if takes == nil || t.member(at, "code") > 0 && takes(t.text(at, "system")) {
		return nil
	}
	var first, others []int
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i].next {
		if t.member(i, "code") > 0 && takes(t.text(i, "system")) {
			first = append(first, i)
		} else {
			others = append(others, i)
		}
	}
	if first == nil {
		return nil
	}
	return append(first, others...)
}

// shownBy returns the coding of a concept that displays its words: of those that it has, the first to be taken; 0 where none does.
func (t *tape) shownBy(path []byte, codings int) int {
	for _, i := range t.codingsInOrder(path, codings) {
		if t.text(i, "display") != "" {
			return i
		}
	}
	for _, i := range t.objects(codings) {
		if t.text(i, "display") != "" {
			return i
		}
	}
	return 0
}

// codeOf returns the code of what the object at a node tells of, a result for example: the first to be taken, "" where it has none.
func (t *tape) codeOf(at int) string {
	array := t.member(at, "code")
	if array == 0 {
		return ""
	}
	if array = t.member(array, "coding"); array == 0 {
		return ""
	}
	if order := t.codingsInOrder([]byte("code.coding"), array); order != nil {
		return t.text(order[0], "code")
	}
	return t.text(array, "code")
}

// bound reports whether a concept has a code of a system of FHIR's own.
func (t *tape) bound(concept int) bool {
	return slices.ContainsFunc(t.objects(t.member(concept, "coding")), func(i int) bool { return ofFHIR(t.text(i, "system")) })
}
