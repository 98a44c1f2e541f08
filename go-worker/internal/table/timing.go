package table

// periods are units of time in FHIR's timings, as words for one of them, and for how often in one.
var periods = map[string]struct{ unit, often string }{
	"h": {"hours", ""}, "d": {"days", "daily"}, "wk": {"weeks", "weekly"}, "mo": {"months", "monthly"},
}

// moments are events of FHIR's timings that a drug goes with.
var moments = map[string]string{
	"MORN": "in the morning", "EVE": "in the evening", "NIGHT": "at night", "HS": "at bedtime", "AC": "before meals", "PC": "after meals", "C": "with meals",
}

// often says in words how often a dosage is to be taken whose timing has no words: by the display or code of its code, else by what repeats;
// "" where it has words, and where no words for it are known. object is the dosage.
func (t *tape) often(object, timing int) string {
	if t.text(timing, "code", "text") != "" {
		return ""
	}
	words := t.text(timing, "code", "coding", "display")
	if words == "" {
		words = t.text(timing, "code", "coding", "code")
	}
	if repeat := t.member(timing, "repeat"); words == "" && repeat > 0 {
		words = t.repeats(repeat)
	}
	if needed := t.member(object, "asNeededBoolean"); words != "" && needed > 0 && t.nodes[needed].text == "true" {
		return words + " as needed"
	}
	if reason := t.text(object, "asNeededCodeableConcept", "text"); words != "" && reason != "" {
		return words + " as needed for " + reason
	}
	return words
}

// repeats says in words what a timing repeats.
func (t *tape) repeats(repeat int) string {
	for _, key := range []string{"frequencyMax", "periodMax", "count", "dayOfWeek", "timeOfDay", "offset"} {
		if t.member(repeat, key) > 0 {
			return ""
		}
	}
	times, period := t.numberOf(repeat, "frequency"), t.numberOf(repeat, "period")
	per, known := periods[t.text(repeat, "periodUnit")]
	switch when := t.member(repeat, "when"); {
	case when > 0 && t.nodes[when].next == when+2:
		return moments[t.nodes[when+1].text]
	case when > 0 || !known:
		return ""
	case period == "1" && per.often != "" && times == "1":
		return "once " + per.often
	case period == "1" && per.often != "":
		return times + " times " + per.often
	case times == "1":
		return "every " + period + " " + per.unit
	}
	return ""
}

// numberOf returns a number of a timing, which is 1 where it is not said.
func (t *tape) numberOf(at int, key string) string {
	if n := t.member(at, key); n > 0 {
		return t.nodes[n].text
	}
	return "1"
}
