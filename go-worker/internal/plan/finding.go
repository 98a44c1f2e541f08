package plan

import "harmonizer/go-worker/internal/rule"

// A Finding is something found about a whole column, or assumed about it. What is found about single cells is counted
// when the cells are transformed, so nothing is counted twice.
type Finding struct {
	Rule   rule.ID
	Header string // the column as it stands in the file
	Field  string
	Count  int64  // cells concerned; 1 for the column as such
	Detail string // the evidence in words and counts, never a value
}

// Rules about columns.
var (
	ruleUnknownColumn  = rule.Must("HDR-001")
	ruleSuggested      = rule.Must("HDR-002")
	ruleRival          = rule.Must("HDR-003")
	ruleNoTable        = rule.Must("HDR-005")
	ruleUnfit          = rule.Must("HDR-006")
	ruleCompletes      = rule.Must("HDR-007")
	ruleNoFact         = rule.Must("REC-001")
	ruleFarYear        = rule.Must("DATE-012")
	ruleProvedOrder    = rule.Must("DATE-101")
	ruleAssumedOrder   = rule.Must("DATE-104")
	ruleCountryAssumed = rule.Must("COUNTRY-002")
	ruleExchanged      = rule.Must("XL-019")
	ruleSixDigits      = rule.Must("DATE-014")
	ruleEpoch          = rule.Must("DATE-016")
	ruleEthiopian      = rule.Must("DATE-017")
	ruleGrouped        = rule.Must("ID-004")
	ruleCountryUnknown = rule.Must("COUNTRY-003")
	ruleSpike          = rule.Must("DATE-006")
	ruleWidthSuspect   = rule.Must("XL-006")
	ruleHeightUnit     = rule.Must("VIT-002")
	ruleVitalUnit      = rule.Must("VIT-007")
	ruleUnitInferred   = rule.Must("OBS-003")
	ruleNoSystem       = rule.Must("CODE-001")
	ruleAgesOn         = rule.Must("PAT-014")
	ruleEmptyColumn    = rule.Must("REQ-002")
	ruleContentDrift   = rule.Must("DRIFT-001")
	ruleCodeDrift      = rule.Must("DRIFT-002")
	ruleFormatDrift    = rule.Must("DRIFT-003")
	ruleColumnDrift    = rule.Must("DRIFT-004")
)
