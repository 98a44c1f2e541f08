package fhir

var (
	immunizationStatuses = setOf("completed entered-in-error not-done")
	injectionSites       = setOf("LA LD LG LT LVL LLFA RA RD RG RT RVL RLFA") // of HL7 table 0163
)

// immunization fills an Immunization. Its status has no code for unknown, so that one without carries the reason why.
func (r *resource) immunization() {
	r.naturalKey("immunization_id")
	switch status := r.get("status"); {
	case immunizationStatuses[status]:
		r.text("status", status)
	case status == "refused":
		r.text("status", "not-done")
	default:
		r.absent("_status", unknown)
	}
	r.refusal()
	r.required("vaccineCode", r.get("code_system"), r.get("code"), r.get("code_text"))
	r.context("patient")
	r.occurrence(r.get("date"))
	switch r.get("historical") { // told by the patient, or written by who gave it
	case "true":
		r.literal("primarySource", "false")
	case "false":
		r.literal("primarySource", "true")
	}
	if mvx := r.get("mvx"); mvx != "" {
		r.object("manufacturer", func() { r.identifier("identifier", "", systemURI("MVX"), mvx, "") })
	}
	r.text("lotNumber", r.get("lot"))
	r.date("expirationDate", r.get("expiry"))
	if site := r.get("site"); injectionSites[site] {
		r.coded("site", terminology+"v2-0163", site)
	} else {
		r.concept("site", "", "", site)
	}
	r.route()
	r.concept("fundingSource", "", "", r.get("funding"))
	r.one("protocolApplied", func() { r.literal("doseNumberPositiveInt", count(r.get("dose_number"), 1)) })
}

// occurrence writes when it was given, in words where that is no date.
func (r *resource) occurrence(date string) {
	switch {
	case r.wrote(func() { r.moment("occurrenceDateTime", date) }):
	case r.wrote(func() { r.text("occurrenceString", date) }):
	default:
		r.text("occurrenceString", unknown)
	}
}

// refusal writes why nothing was given.
func (r *resource) refusal() {
	r.object("statusReason", func() {
		if r.get("status") == "refused" {
			r.codings(terminology+"v3-ActReason", "PATOBJ")
		}
		r.text("text", r.get("status_reason"))
	})
}
