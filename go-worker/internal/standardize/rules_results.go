package standardize

import "harmonizer/go-worker/internal/rule"

// Rules of results, units and vital signs.
var (
	ruleNoNumber      = rule.Must("OBS-001")
	ruleComparator    = rule.Must("OBS-002")
	ruleUnitInferred  = rule.Must("OBS-003")
	ruleUnitMissing   = rule.Must("OBS-004")
	ruleFlagSplit     = rule.Must("OBS-005")
	ruleBesides       = rule.Must("OBS-007")
	ruleNoResult      = rule.Must("OBS-006")
	ruleImplausible   = rule.Must("OBS-010")
	ruleImpossible    = rule.Must("OBS-011")
	ruleRangeReversed = rule.Must("OBS-104")
	ruleFlagRange     = rule.Must("OBS-105")
	ruleUnit          = rule.Must("UNIT-001")
	ruleUnknownUnit   = rule.Must("UNIT-002")
	ruleWrongUnit     = rule.Must("UNIT-003")
	ruleConverted     = rule.Must("UNIT-004")
	ruleCodeUnit      = rule.Must("UNIT-005")
	ruleNoConversion  = rule.Must("UNIT-006")
	ruleTwoUnits      = rule.Must("UNIT-007")
	ruleNoVital       = rule.Must("VIT-001")
	ruleHeightUnit    = rule.Must("VIT-002")
	ruleFeetInches    = rule.Must("VIT-003")
	ruleTemperature   = rule.Must("VIT-004")
	ruleSaturation    = rule.Must("VIT-005")
	ruleVitalUnit     = rule.Must("VIT-007")
	rulePressure      = rule.Must("VIT-010")
	ruleTurnedDate    = rule.Must("XL-007")
	ruleTurnedTime    = rule.Must("XL-008")
)
