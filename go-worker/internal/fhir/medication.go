package fhir

var (
	requestStatuses        = setOf("active on-hold cancelled completed entered-in-error stopped draft unknown")
	dispenseStatuses       = setOf("preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown")
	administrationStatuses = setOf("in-progress not-done on-hold completed entered-in-error stopped unknown")
	statementStatuses      = setOf("active completed entered-in-error intended stopped on-hold unknown not-taken")

	intents = setOf("proposal plan order original-order reflex-order filler-order instance-order option")
)

const (
	routeSystem = terminology + "v2-0162"
	days        = "d"
)

// routes are those of HL7 table 0162.
var routes = setOf("AP B DT EP ET GTT GU IA IB IC ICV ID IH IM IMR IN IO IP IS IT IU IV MM MTH NG NP NS NT OP OT OTH PF PO PR RM SC " +
	"SD SL TD TL TP TRA UR VG VM WND")

// timings are frequencies that have a code in HL7's abbreviations of times.
var timings = map[string]string{"DAILY": "QD", "BID": "BID", "TID": "TID", "QID": "QID", "Q2D": "QOD", "AM": "AM", "PM": "PM",
	"BEDTIME": "BED", "Q4H": "Q4H", "Q6H": "Q6H"}

// drugs are the resources of rows of medications by their kind. A row of none is a request.
var drugs = map[string]kind{
	"dispense":       {"MedicationDispense", (*resource).dispense},
	"administration": {"MedicationAdministration", (*resource).administration},
	"statement":      {"MedicationStatement", (*resource).statement},
}

// drugOf returns the resource that a row of medications is.
func drugOf(r *resource) kind {
	if k, ok := drugs[r.get("medication_kind")]; ok {
		return k
	}
	return kind{"MedicationRequest", (*resource).request}
}

// request fills a MedicationRequest. Its intent is required and has no code for unknown: a row that does not say it is an order.
func (r *resource) request() {
	r.naturalKey("medication_id")
	r.status(requestStatuses)
	if intent := r.get("medication_intent"); intents[intent] {
		r.text("intent", intent)
	} else {
		r.text("intent", "order")
	}
	r.drug()
	r.context("subject")
	r.dated("authoredOn", "start")
	r.person("requester", r.get("prescriber_npi"), "")
	r.reasons()
	r.one("dosageInstruction", r.dosage)
	r.object("dispenseRequest", func() {
		r.literal("numberOfRepeatsAllowed", count(r.get("refills"), 0))
		r.amounts("expectedSupplyDuration")
	})
	r.doseNote()
}

// dispense fills a MedicationDispense.
func (r *resource) dispense() {
	r.given(dispenseStatuses)
	r.amounts("daysSupply")
	r.dated("whenHandedOver", "start")
	r.one("dosageInstruction", r.dosage)
	r.doseNote()
}

// administration fills a MedicationAdministration, whose time is required.
func (r *resource) administration() {
	r.given(administrationStatuses)
	if !r.wrote(r.effective) {
		r.absent("effectivePeriod", unknown)
	}
	r.reasons()
	r.object("dosage", func() {
		r.text("text", r.sig())
		r.route()
		r.quantity("dose", "", r.get("dose"), r.get("dose_unit"))
	})
	r.doseNote()
}

// statement fills a MedicationStatement.
func (r *resource) statement() {
	r.given(statementStatuses)
	r.effective()
	r.reasons()
	r.one("dosage", func() { r.directions(false) })
	r.doseNote()
}

// given writes what resources of drugs begin with that are no requests.
func (r *resource) given(statuses set) {
	r.naturalKey("medication_id")
	r.status(statuses)
	r.drug()
	r.subject("subject")
	r.refer("context", "Encounter", r.get("encounter_id"))
}

// drug writes which drug it is.
func (r *resource) drug() {
	r.required("medicationCodeableConcept", r.get("code_system"), r.get("code"), r.get("code_text"))
}

// effective writes when a drug was taken: at one moment, or from one to another, which may say why it is missing.
func (r *resource) effective() {
	if start := r.get("start"); start != "" && r.get("end") == "" {
		r.moment("effectiveDateTime", start)
	} else {
		r.period("effectivePeriod", "start", "end")
	}
}

// amounts writes how much is dispensed, and for how long under a key.
func (r *resource) amounts(supply string) {
	r.quantity("quantity", "", r.get("quantity"), r.get("quantity_unit"))
	r.quantity(supply, "", r.get("days_supply"), days)
}

// doseNote notes a dose in words beside which the directions stand.
func (r *resource) doseNote() {
	if dose := r.get("dose_text"); dose != "" && r.get("sig") != "" {
		r.one("note", func() { r.text("text", "dose: "+dose) })
	}
}

// sig returns the directions, or the dose in words.
func (r *resource) sig() string {
	if words := r.get("sig"); words != "" {
		return words
	}
	return r.get("dose_text")
}

// dosage writes how a drug is to be taken, and from when to when.
func (r *resource) dosage() { r.directions(r.get("end") != "") }

// directions writes how a drug is taken, and with bounded from when to when, where the resource itself does not say that.
func (r *resource) directions(bounded bool) {
	r.text("text", r.sig())
	frequency := r.get("frequency")
	r.object("timing", func() {
		if bounded {
			r.object("repeat", func() { r.period("boundsPeriod", "start", "end") })
		}
		r.object("code", func() {
			r.codings(terminology+"v3-GTSAbbreviation", timings[frequency])
			r.text("text", frequency)
		})
	})
	r.route()
	r.one("doseAndRate", func() {
		unit := r.get("dose_unit")
		if !r.quantity("doseQuantity", "", r.get("dose"), unit) {
			r.span("doseRange", r.get("dose_low"), r.get("dose_high"), unit)
		}
	})
}

func (r *resource) route() {
	if route := r.get("route"); routes[route] {
		r.coded("route", routeSystem, route)
	} else {
		r.concept("route", "", "", route)
	}
}
