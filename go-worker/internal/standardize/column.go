package standardize

import (
	"time"

	"harmonizer/go-worker/internal/dates"
)

// Column is what a standardizer needs to know about one column: the field it maps to and what the plan decided.
// Package engine fills it from the profile and the frozen plan, so that this package needs neither.
type Column struct {
	Field  string // canonical name, e.g. "birth_date"
	Table  string // canonical table, e.g. "patient"
	Type   string // family, e.g. "date"
	Header string // header as it stands in the file
	// Params are the field's own settings from the profile (e.g. {"role": "birth"}), see docs of each family.
	Params map[string]string

	Today      time.Time         // the day the job calls today, UTC midnight
	Country    string            // profile locale, ISO 3166-1 alpha-2, e.g. "US"
	DateOrder  dates.Order       // decided for the whole column
	DateDigits dates.Digits      // where the year stands in dates of six digits
	DateSerial dates.Serial      // whether bare numbers are spreadsheet serials, and of which epoch
	Unit       string            // UCUM unit of the column: from the header, or inferred; "" unknown
	UnitRule   string            // rule id under which Unit was inferred ("OBS-003"), "" when stated
	Decimal    byte              // '.' or ','
	Width      int               // digits to pad an id to (XL-006), 0 never
	StripFloat bool              // the column shows the ".0" of a float export (XL-004)
	CodeSystem string            // decided for the column, "" unknown
	Decisions  map[string]string // further decisions by name, e.g. {"sex_code": "iso5218"}, see the family
	Sentinels  map[string]bool   // values decided to stand for null by evidence (DATE-005, NULL-002)
}
