package table

import (
	"regexp"
	"slices"
	"strings"
)

// fhirTables are the canonical tables of FHIR R4 resources.
var fhirTables = map[string]string{
	"Patient": "patient", "Encounter": "encounter", "Observation": "observation", "Condition": "condition",
	"MedicationRequest": "medication", "MedicationOrder": "medication", "MedicationPrescription": "medication",
	"MedicationStatement": "medication", "MedicationUsage": "medication", "MedicationAdministration": "medication",
	"MedicationDispense": "medication", "Immunization": "immunization", "AllergyIntolerance": "allergy",
}

// medicationKinds are what a row of the table of medications is, by the resource that it arrives as: DSTU2 had orders and DSTU1 prescriptions.
var medicationKinds = map[string]string{
	"MedicationRequest": "request", "MedicationOrder": "request", "MedicationPrescription": "request", "MedicationDispense": "dispense",
	"MedicationAdministration": "administration", "MedicationStatement": "statement", "MedicationUsage": "statement",
}

// canonicalTable returns that table of a type of resource, "" of records that are none.
func canonicalTable(resource string) string {
	if table := fhirTables[resource]; table != "" || resource == "" {
		return table
	}
	return "generic"
}

var resourceName = regexp.MustCompile(`^[A-Z][A-Za-z]{1,39}$`)

// resource returns the type of the FHIR resource that a record is, or that it holds as an entry of a bundle, and
// where that begins; "" and the record when there is none.
func (t *tape) resource() (name string, at int) {
	if name := t.text(0, "resourceType"); resourceName.MatchString(name) {
		return name, 0
	}
	if at := t.member(0, "resource"); at > 0 {
		if name := t.text(at, "resourceType"); resourceName.MatchString(name) {
			return name, at
		}
	}
	return "", 0
}

// entryID returns the id of a resource that has none of its own, from the address of its entry in the bundle: other resources name it so.
func (t *tape) entryID(at int) string {
	if at == 0 || t.member(at, "id") != 0 {
		return ""
	}
	return referencedID(t.text(0, "fullUrl"))
}

// member returns the value under a key of an object, or of the first object of an array; 0 when there is none.
func (t *tape) member(at int, key string) int {
	if t.nodes[at].kind == nodeArray && t.nodes[at].next > at+1 {
		at++
	}
	if t.nodes[at].kind != nodeObject {
		return 0
	}
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i+1].next {
		if t.nodes[i].text == key {
			return i + 1
		}
	}
	return 0
}

// text returns the string at the end of a path of keys, "" when there is none.
func (t *tape) text(at int, keys ...string) string {
	for _, key := range keys {
		if at = t.member(at, key); at == 0 {
			return ""
		}
	}
	if t.nodes[at].kind != nodeString {
		return ""
	}
	return t.nodes[at].text
}

// label names an element of some arrays by what it is, so that a column holds one thing whatever the order: an
// extension by its URL, an identifier by its type or system, a contact by its system and whether it is mobile, at
// work or of old, a name of old or of friends by its use, a component of a result by its code. "" means by its number.
// said are the keys that need no column, since the label tells them.
func (t *tape) label(array string, at int) (label string, said []string) {
	switch array {
	case "extension", "modifierExtension":
		return lastSegment(t.text(at, "url")), []string{"url"}
	case "identifier":
		label := t.text(at, "type", "coding", "code")
		if label == "" {
			label = identifierTypes[strings.ToLower(t.text(at, "type", "text"))]
		}
		if label == "" {
			label = lastSegment(t.text(at, "system"))
		}
		if label != "" && t.text(at, "use") == "old" {
			return label + ".old", []string{"use"}
		}
		return label, nil
	case "telecom":
		system, use := t.text(at, "system"), t.text(at, "use")
		if system == "phone" && (use == "mobile" || use == "work") || system != "" && use == "old" {
			return system + "." + use, []string{"system", "use"}
		}
		return system, []string{"system"}
	case "name":
		if use := t.text(at, "use"); use == "maiden" || use == "nickname" || use == "old" {
			return use, []string{"use"}
		}
	case "address":
		if use := t.text(at, "use"); use == "old" {
			return use, []string{"use"}
		}
	case "component":
		return t.codeOf(at), nil
	}
	return "", nil
}

// identifierTypes are types of identifiers in words, which some servers say instead of their code in HL7 table 0203.
var identifierTypes = map[string]string{"mrn": "MR", "mr": "MR", "medical record number": "MR", "medical record no": "MR", "ssn": "SS", "social security number": "SS"}

func lastSegment(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }

// labelled sets the members of an element that has a label, its value and its extensions right under the label:
// telecom.phone, identifier.MR, extension.us-core-race.ombCategory.code, component.8480-6.value.
func (f *flattener) labelled(at int, said []string) {
	nodes, base := f.tape.nodes, len(f.path)
	for i := at + 1; i < nodes[at].next; i = nodes[i+1].next {
		f.path, f.key = f.path[:base], nodes[i].text
		switch {
		case slices.Contains(said, f.key):
			continue
		case f.key == "value" && f.tape.phoneExtension(at) != "":
			f.set(nodes[i+1].text + " x" + f.tape.phoneExtension(at))
			continue
		case f.key == "extension" && f.tape.phoneExtension(at) != "": // stands behind the number
			continue
		case f.key == "_value" && f.tape.absence(i+1) != "":
			f.set(f.tape.absence(i + 1))
			continue
		case f.key != "extension" && !strings.HasPrefix(f.key, "value"):
			f.path = append(append(f.path, '.'), f.key...)
		}
		f.value(i + 1)
	}
	f.path = f.path[:base]
}

// phoneExtension returns the extension that a phone number has as its only extension, "" when there is none.
func (t *tape) phoneExtension(at int) string {
	e := t.member(at, "extension")
	if e == 0 || t.nodes[e].kind != nodeArray || t.nodes[e+1].next != t.nodes[e].next || lastSegment(t.text(e, "url")) != "contactpoint-extension" {
		return ""
	}
	return t.text(e, "valueString")
}

// referencedID returns the id in a reference to a resource: 12 of Patient/12, and what follows urn:uuid:. A
// search or a contained resource has none, and stays.
func referencedID(reference string) string {
	if strings.ContainsAny(reference, "?#") {
		return reference
	}
	reference = strings.TrimPrefix(strings.TrimPrefix(reference, "urn:uuid:"), "urn:oid:")
	reference, _, _ = strings.Cut(reference, "/_history/")
	return lastSegment(reference)
}
