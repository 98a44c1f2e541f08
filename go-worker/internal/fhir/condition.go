package fhir

var (
	clinicalStatuses = setOf("active recurrence relapse inactive remission resolved")
	overStatuses     = setOf("inactive remission resolved")
	verifications    = setOf("unconfirmed provisional differential confirmed refuted entered-in-error")
	conditionKinds   = setOf("problem-list-item encounter-diagnosis")
)

// condition fills a Condition. R4 knows an end only of conditions that are over (con-4): one with an end and no status is
// inactive, and of one that is said to go on the end is a note.
func (r *resource) condition() {
	r.naturalKey("condition_id")
	verification, clinical, end := r.get("verification"), r.get("clinical_status"), r.get("abatement")
	if !clinicalStatuses[clinical] {
		clinical = ""
	}
	if clinical == "" && isMoment(end) {
		clinical = "inactive"
	}
	wrong := verification == "entered-in-error" // such a condition has no clinical status (con-5)
	if !wrong {
		r.coded("clinicalStatus", terminology+"condition-clinical", clinical)
	}
	if verifications[verification] {
		r.coded("verificationStatus", terminology+"condition-ver-status", verification)
	}
	r.category("condition-category", conditionKinds)
	r.required("code", r.get("code_system"), r.get("code"), r.get("code_text"))
	r.context("subject")
	r.dated("onsetDateTime", "onset")
	if overStatuses[clinical] && !wrong {
		r.moment("abatementDateTime", end)
	} else {
		r.ended(end)
	}
	r.dated("recordedDate", "recorded")
}

// ended notes an end that has no element.
func (r *resource) ended(end string) {
	if end != "" {
		r.one("note", func() { r.text("text", "ended "+end) })
	}
}

// isMoment reports whether a value is a date or time that FHIR can hold.
func isMoment(s string) bool {
	return len(s) >= len("2006") && isDate(s[:min(len(s), len("2006-01-02"))])
}
