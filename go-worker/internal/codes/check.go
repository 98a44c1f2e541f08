package codes

// Verdict is what a check of form and check digit finds.
type Verdict uint8

// Verdicts.
const (
	Bad       Verdict = iota // not a code of the system
	Good                     // a code of the system, as far as form and check digit tell
	Ambiguous                // several codes could be meant, and guessing would be wrong
	Local                    // a name of the house where a code of the system was expected
)

// checks rewrite a code into the form that its system keeps. What is not Good comes back as it was,
// unless a check says otherwise.
var checks = map[System]func(string) (string, Verdict){
	ICD10CM: icd10, ICD9CM: icd9, SNOMED: snomed, LOINC: loinc, RxNorm: rxnorm,
	NDC: ndc, CVX: cvx, MVX: mvx, CPT: procedure, HCPCS: procedure,
}

// Check returns a trimmed code in the form its system keeps, and what was found about it. Codes of a system that
// the package does not know are Good as they are.
func Check(system System, raw string) (string, Verdict) {
	check := checks[system]
	if check == nil {
		return raw, Good
	}
	return check(raw)
}

// Looks reports whether raw could be a code of the system: the pattern vote over a column asks it of every value.
func Looks(system System, raw string) bool {
	_, verdict := Check(system, raw)
	return verdict == Good || verdict == Ambiguous
}
