package standardize

import (
	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleNoSystem     = rule.Must("CODE-001")
	ruleCodePrefix   = rule.Must("CODE-002")
	ruleSeveralCodes = rule.Must("CODE-007")
	ruleTextInCode   = rule.Must("CODE-006")
	ruleDotted       = rule.Must("ICD-002")
	ruleOldSystem    = rule.Must("ICD-004")
	ruleLocalTest    = rule.Must("LNC-002")
	ruleNDCUnclear   = rule.Must("NDC-002")
)

// badCode is the rule for a value that is no code of its system.
var badCode = map[codes.System]rule.ID{
	codes.ICD10CM: rule.Must("ICD-001"), codes.ICD9CM: rule.Must("ICD-001"), codes.SNOMED: rule.Must("SCT-001"),
	codes.LOINC: rule.Must("LNC-001"), codes.RxNorm: rule.Must("RX-001"), codes.NDC: rule.Must("NDC-001"),
	codes.CVX: rule.Must("CVX-001"), codes.MVX: rule.Must("CVX-001"), codes.CPT: rule.Must("CPT-001"), codes.HCPCS: rule.Must("CPT-001"),
}

// code is the family of codes. The cell undoes what spreadsheets do to codes (XL-003, XL-004 by column, XL-009); whether it is a code,
// and in which form, depends on its system, which only the row knows: see codesStep.
//
// Params, read by codesStep: systems, the code systems that the field may hold, by "|"; system_field, text_field and date_field, the
// fields that state a code's system, its meaning, and when it was used; icd9_zeros, which is restore where a numeric column took the zeros
// from the front of ICD-9-CM codes (8.5 is 008.5). Column: CodeSystem, StripFloat.
func code(col Column) CellFunc {
	return func(raw string, c *Cell) {
		if s, ok := repairID(tidyText(raw, c), col.StripFloat, c); ok {
			settle(c, raw, s)
		}
	}
}

// codeSystem is the family of names of code systems: ICD-10-CM, SNOMED, LOINC. It reads abbreviations, addresses and OIDs; a name that
// it does not know, such as that of a local system, is kept (CODE-001).
func codeSystem(Column) CellFunc {
	return func(raw string, c *Cell) {
		if system, ok := codes.ParseSystem(raw); ok {
			settle(c, raw, string(system))
			return
		}
		c.Value = tidyText(raw, c)
		c.Hit(ruleNoSystem)
	}
}
