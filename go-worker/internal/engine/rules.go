package engine

import "harmonizer/go-worker/internal/rule"

// The rules that this package applies itself.
var (
	ruleNotTheTable = rule.Must("FILE-002")
	ruleDelivered   = rule.Must("FILE-003")
	ruleJumped      = rule.Must("FILE-004")
	ruleRejected    = rule.Must("FILE-008")
	ruleNoPerson    = rule.Must("FILE-010")
	ruleGarbled     = rule.Must("ENC-006")
	ruleUnwrapped   = rule.Must("XL-009")
	ruleLong        = rule.Must("CSV-004")
	ruleQuote       = rule.Must("CSV-005")
	ruleCell        = rule.Must("CSV-010")
	ruleBadJSON     = rule.Must("JSON-002")
	ruleSafe        = rule.Must("OUT-001")
	ruleNullWord    = rule.Must("NULL-001")
	ruleNoRows      = rule.Must("REQ-003")
	ruleHalf        = rule.Must("OBS-106")
	ruleBodyMass    = rule.Must("VIT-006")
	ruleHeaderAgain = rule.Must("CSV-006")
	ruleFooter      = rule.Must("CSV-007")
	rulePressure    = rule.Must("VIT-010")
	ruleOlder       = rule.Must("UNQ-004")
	ruleCompletes   = rule.Must("HDR-007")
	ruleSamePerson  = rule.Must("UNQ-005")
	ruleOtherEvent  = rule.Must("UNQ-006")
	ruleRepeatStays = rule.Must("UNQ-007")
	ruleNoResult    = rule.Must("OBS-006")
	ruleStandard    = rule.Must("STD-001")
	ruleWhiteSpace  = rule.Must("STD-002")
)
