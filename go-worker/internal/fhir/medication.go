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
	r.moment("authoredOn", r.get("start"))
	r.person("requester", r.get("prescriber_npi"), "")
	r.reasons()
	r.one("dosageInstruction", r.dosage)
	r.object("dispenseRequest", func() {
		r.literal("numberOfRepeatsAllowed", count(r.get("refills"), 0))
		r.quantity("quantity", "", r.get("quantity"), "")
		r.quantity("expectedSupplyDuration", "", r.get("days_supply"), days)
	})
}

func (r *resource) dosage() {
	r.text("text", r.get("sig"))
	frequency := r.get("frequency")
	r.object("timing", func() {
		if end := r.get("end"); end != "" {
			r.object("repeat", func() { r.period("boundsPeriod", r.get("start"), end) })
		}
		r.object("code", func() {
			r.codings(terminology+"v3-GTSAbbreviation", timings[frequency])
			r.text("text", frequency)
		})
	})
	r.route()
	r.one("doseAndRate", func() { r.quantity("doseQuantity", "", r.get("dose"), r.get("dose_unit")) })
}

func (r *resource) route() {
	if route := r.get("route"); routes[route] {
		r.coded("route", routeSystem, route)
	} else {
		r.concept("route", "", "", route)
	}
}
