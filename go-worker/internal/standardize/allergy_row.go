package standardize

import "harmonizer/go-worker/internal/facts"

// denialCodes are the SNOMED CT concepts of texts that deny an allergy, by wordKey.
var denialCodes = func() map[string]string {
	all := map[string]string{}
	for _, row := range facts.Rows("denials.csv", "table", "text", "snomed") {
		if row[0] == "allergy" && row[2] != "" {
			all[string(wordKey(nil, row[1]))] = row[2]
		}
	}
	return all
}()

// threats are the words of a severity that speak of what a reaction may do, which FHIR calls criticality.
var threats = map[string]bool{"lifethreatening": true, "fatal": true}

// allergyStep gives texts that deny an allergy their code, where the row has none, and says in criticality that a severity
// spoke of a danger to life.
var allergyStep = RowStep{
	Name: "allergies",
	Adds: func(mapped func(string) bool) []string {
		var names []string
		if mapped("code_text") {
			names = append(names, "code", "code_system", "code_raw") // the last one comes with a code, also when the clean table comes back
		}
		if mapped("severity") {
			names = append(names, "criticality")
		}
		return missing(names, mapped)
	},
	Bind: func(l *Layout, _ func(string) (Column, bool)) []Work {
		code, system, text := l.Slot("code"), l.Slot("code_system"), l.Slot("code_text")
		severity, criticality := l.Slot("severity"), l.Slot("criticality")
		return []Work{{Do: func(r *Row) {
			if s := r.Get(text); s != "" && code >= 0 && r.Values[code] == "" && !r.Unusable[code] {
				if concept := denialCodes[string(wordKey(nil, s))]; concept != "" {
					r.Set(code, concept)
					setEmpty(r, system, "SNOMED")
				}
			}
			if severity >= 0 && r.Raw[severity] != "" && threats[string(wordKey(nil, r.Raw[severity]))] {
				setEmpty(r, criticality, "high")
			}
		}}}
	},
}
