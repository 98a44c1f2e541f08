package fhir

var (
	observationStatuses = setOf("registered preliminary final amended corrected cancelled entered-in-error unknown")
	observationKinds    = setOf("social-history vital-signs imaging laboratory procedure survey exam therapy activity")
	absentReasons       = setOf("unknown asked-unknown temp-unknown not-asked asked-declined masked not-applicable unsupported " +
		"as-text error not-a-number negative-infinity positive-infinity not-performed not-permitted")
	interpretations = setOf("N A AA H L HH LL HU LU > < POS NEG DET ND IND E RR NR WR S I R U D B W " +
		"CAR AC IE QCF TOX MS VS NS NCL SDD SYN-R SYN-S EX HX LX HM EXP UNE OBX")
)

const interpretationSystem = terminology + "v3-ObservationInterpretation"

// resultCodes are the codes of interpretation that say what a result in words says.
var resultCodes = map[string]string{"POS": "POS", "NEG": "NEG", "DET": "DET", "ND": "ND", "REACTIVE": "RR", "NONREACTIVE": "NR",
	"INDETERMINATE": "IND", "EQUIVOCAL": "E", "NORMAL": "N", "ABNORMAL": "A"}

// observation fills an Observation.
func (r *resource) observation() {
	r.naturalKey("observation_id")
	r.status(observationStatuses)
	r.category("observation-category", observationKinds)
	r.required("code", r.get("code_system"), r.get("code"), r.get("code_text"))
	r.context("subject")
	r.dated("effectiveDateTime", "effective")
	r.instant("issued", r.get("issued"))
	r.array("performer", func() { r.person("", "", r.get("performer")) })
	if !r.wrote(r.result) {
		reason := r.get("absent_reason")
		if !absentReasons[reason] {
			reason = unknown
		}
		r.coded("dataAbsentReason", terminology+"data-absent-reason", reason)
	}
	r.array("interpretation", func() {
		if flag := r.get("interpretation"); interpretations[flag] {
			r.coded("", interpretationSystem, flag)
		} else {
			r.concept("", "", "", flag)
		}
	})
	r.concept("method", "", "", r.get("method"))
	r.object("specimen", func() { r.text("display", r.get("specimen")) })
	r.one("referenceRange", r.referenceRange)
}

// naturalKey writes the key of a row, which its id may not be able to hold.
func (r *resource) naturalKey(column string) {
	r.array("identifier", func() { r.identifier("", "", "", r.get(column), "") })
}

// addedCategories are those that US Core adds to FHIR's own, and their systems.
var addedCategories = map[string]string{
	"health-concern": usCoreSystems + "condition-category", "sdoh": usCoreCategory, "functional-status": usCoreCategory,
	"disability-status": usCoreCategory, "cognitive-status": usCoreCategory, "clinical-test": usCoreCategory,
	"treatment-intervention-preference": usCoreCategory, "care-experience-preference": usCoreCategory,
	"observation-adi-documentation": usCoreCategory,
}

const (
	usCoreSystems  = "http://hl7.org/fhir/us/core/CodeSystem/"
	usCoreCategory = usCoreSystems + "us-core-category"
)

// category writes the only category.
func (r *resource) category(system string, allowed set) {
	switch c := r.get("category"); {
	case c == "":
	case allowed[c]:
		r.array("category", func() { r.coded("", terminology+system, c) })
	case addedCategories[c] != "":
		r.array("category", func() { r.coded("", addedCategories[c], c) })
	default:
		r.array("category", func() { r.concept("", "", "", c) })
	}
}

// result writes the value in the type that fits it.
func (r *resource) result() {
	comparator, unit := r.get("value_comparator"), r.get("value_unit")
	if unit == "" {
		unit = r.get("unit")
	}
	switch titer, word := r.get("value_titer"), r.get("value_code"); {
	case r.quantity("valueQuantity", comparator, r.get("value_number"), unit):
	case number(titer) != "":
		r.object("valueRatio", func() {
			r.quantity("numerator", comparator, "1", "")
			r.quantity("denominator", "", titer, "")
		})
	case r.span("valueRange", r.get("value_low"), r.get("value_high"), unit):
	case word != "":
		r.object("valueCodeableConcept", func() {
			r.codings(interpretationSystem, resultCodes[word])
			r.text("text", r.get("value"))
		})
	default:
		r.text("valueString", r.get("value"))
	}
}

func (r *resource) referenceRange() {
	unit := r.get("reference_range_unit")
	if unit == "" {
		unit = r.get("value_unit")
	}
	r.quantity("low", "", r.get("reference_low"), unit)
	r.quantity("high", "", r.get("reference_high"), unit)
	r.text("text", r.get("reference_range"))
}
