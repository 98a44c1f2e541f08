package fhir

var requestStatuses = setOf("active on-hold cancelled completed entered-in-error stopped draft unknown")

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

// medication fills a MedicationRequest. Its intent is required and has no code for unknown: a row is an order.
func (r *resource) medication() {
	r.naturalKey("medication_id")
	r.status(requestStatuses)
	r.text("intent", "order")
	r.required("medicationCodeableConcept", r.get("code_system"), r.get("code"), r.get("code_text"))
	r.context("subject")
	r.dated("authoredOn", "start")
	r.person("requester", r.get("prescriber_npi"), "")
	r.reasons()
	r.one("dosageInstruction", r.dosage)
	r.object("dispenseRequest", func() {
		r.literal("numberOfRepeatsAllowed", count(r.get("refills"), 0))
		r.quantity("quantity", "", r.get("quantity"), r.get("quantity_unit"))
		r.quantity("expectedSupplyDuration", "", r.get("days_supply"), days)
	})
	if dose := r.get("dose_text"); dose != "" && r.get("sig") != "" {
		r.one("note", func() { r.text("text", "dose: "+dose) })
	}
}

func (r *resource) dosage() {
	words := r.get("sig")
	if words == "" {
		words = r.get("dose_text")
	}
	r.text("text", words)
	frequency := r.get("frequency")
	r.object("timing", func() {
		if r.get("end") != "" {
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
