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

// checkOf returns what rewrites a code into the form that its system keeps, nil for a system that the package does not know. What is
// not Good comes back as it was, unless a check says otherwise.
func checkOf(system System) func(string) (string, Verdict) {
	switch system {
	case ICD10CM:
		return icd10
	case ICD9CM:
		return icd9
	case SNOMED:
		return snomed
	case LOINC:
		return loinc
	case RxNorm:
		return rxnorm
	case NDC:
		return ndc
	case CVX:
		return cvx
	case MVX:
		return mvx
	case CPT, HCPCS:
		return procedure
	}
	return nil
}

// Check returns a trimmed code in the form its system keeps, and what was found about it. Codes of a system that
// the package does not know are Good as they are.
func Check(system System, raw string) (string, Verdict) {
	check := checkOf(system)
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
