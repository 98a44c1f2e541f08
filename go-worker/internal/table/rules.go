package table

import "harmonizer/go-worker/internal/rule"

// The rules that this package applies.
var (
	ruleEmpty        = rule.Must("FILE-001")
	ruleNotTable     = rule.Must("FILE-005")
	ruleDamaged      = rule.Must("FILE-006")
	ruleLimit        = rule.Must("FILE-007")
	ruleMark         = rule.Must("ENC-001")
	rule1252         = rule.Must("ENC-002")
	ruleGuessed      = rule.Must("ENC-003")
	ruleBadLine      = rule.Must("ENC-004")
	ruleNoMark       = rule.Must("ENC-005")
	ruleLost         = rule.Must("ENC-008")
	ruleDelimiter    = rule.Must("CSV-001")
	rulePreamble     = rule.Must("CSV-002")
	ruleShort        = rule.Must("CSV-003")
	ruleLong         = rule.Must("CSV-004")
	ruleQuote        = rule.Must("CSV-005")
	ruleDuplicate    = rule.Must("CSV-008")
	ruleBlank        = rule.Must("CSV-009")
	ruleCell         = rule.Must("CSV-010")
	ruleExtra        = rule.Must("CSV-011")
	ruleBelow        = rule.Must("CSV-012")
	ruleOutOfColumns = rule.Must("CSV-015")
	ruleMerged       = rule.Must("XL-015")
	ruleJSON         = rule.Must("JSON-001")
	ruleBadJSON      = rule.Must("JSON-002")
	ruleNumbers      = rule.Must("JSON-003")
	ruleBroken       = rule.Must("JSON-004")
)
