package fhir

var (
	allergyStatuses      = setOf("active inactive resolved")
	allergyVerifications = setOf("unconfirmed confirmed refuted entered-in-error")
	allergyKinds         = setOf("food medication environment biologic")
	criticalities        = setOf("low high unable-to-assess")
	severities           = setOf("mild moderate severe")
	allergyClinical      = terminology + "allergyintolerance-clinical"
	allergyVerifying     = terminology + "allergyintolerance-verification"
)

// allergy fills an AllergyIntolerance. A clinical status is required (ait-1) unless the record is an error (ait-2).
func (r *resource) allergy() {
	r.naturalKey("allergy_id")
	status, verification := r.get("status"), r.get("verification")
	switch {
	case status == "entered-in-error" || verification == "entered-in-error":
		verification = "entered-in-error"
	case allergyStatuses[status]:
		r.coded("clinicalStatus", allergyClinical, status)
	default:
		r.absent("clinicalStatus", unknown)
	}
	if allergyVerifications[verification] {
		r.coded("verificationStatus", allergyVerifying, verification)
	}
	r.array("category", func() {
		for _, kind := range r.list("category") {
			r.code("", kind, allergyKinds)
		}
	})
	r.code("criticality", r.get("criticality"), criticalities)
	r.required("code", r.get("code_system"), r.get("code"), r.get("code_text"))
	r.context("patient")
	r.dated("onsetDateTime", "onset")
	r.ended(r.get("end"))
	r.one("reaction", r.reaction)
}

// reaction writes what happened; a severity alone is one of an unknown reaction.
func (r *resource) reaction() {
	reaction, severity := r.get("reaction"), r.get("severity")
	if reaction == "" && !severities[severity] {
		return
	}
	r.array("manifestation", func() {
		shown := r.list("reaction")
		if len(shown) == 0 {
			shown = []string{""}
		}
		for _, text := range shown {
			r.required("", "", "", text)
		}
	})
	r.code("severity", severity, severities)
}
