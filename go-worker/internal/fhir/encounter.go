package fhir

var (
	encounterStatuses = setOf("planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown")
	encounterClasses  = setOf("AMB EMER FLD HH IMP ACUTE NONAC OBSENC PRENC SS VR")
)

// encounter fills an Encounter.
func (r *resource) encounter() {
	r.naturalKey("encounter_id")
	r.status(encounterStatuses)
	r.object("class", func() {
		switch class := r.get("class"); {
		case encounterClasses[class]:
			r.text("system", terminology+"v3-ActCode")
			r.text("code", class)
		case class != "":
			r.text("display", class)
		default:
			r.text("system", nullFlavor)
			r.text("code", "UNK")
		}
	})
	r.subject("subject")
	r.one("participant", func() {
		r.person("individual", r.get("provider_npi"), r.get("provider_name"))
	})
	r.period("period", "start", "end")
	r.reasons()
	r.object("hospitalization", func() {
		r.concept("admitSource", "", "", r.get("admit_source"))
		r.concept("dischargeDisposition", "", "", r.get("discharge_disposition"))
	})
	r.object("serviceProvider", func() { r.text("display", r.get("facility")) })
}

// status writes a status that must be there.
func (r *resource) status(allowed set) {
	status := r.get("status")
	if !allowed[status] {
		status = unknown
	}
	r.text("status", status)
}

// reasons writes why something was done.
func (r *resource) reasons() {
	r.array("reasonCode", func() {
		r.concept("", r.get("reason_code_system"), r.get("reason_code"), r.get("reason"))
	})
}
