package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harmonizer/go-worker/internal/dates"
	"harmonizer/go-worker/internal/profile"
)

// Names of decisions. The value of each is a string, so that a person can edit it in the plan.
const (
	DateOrder    = "date_order"    // month_first, day_first, mixed
	OrderByMark  = "order_by_mark" // mark=order pairs separated by |: of a mixed date column, the orders of dates with these marks between their numbers
	DateSerial   = "date_serial"   // 1900, 1904, 1960, 1970: what bare numbers in a date column count from
	DateDigits   = "date_digits"   // year_last, year_first, year_either, zero_lost, day_of_year, fileman: how dates in digits alone, or with a year of two digits, are read
	DateEpoch    = "epoch"         // s, ms: the numbers of a date column count from 1970 in seconds or milliseconds
	Exchanged    = "exchanged"     // yes: day and month stand in each other's place where the year is in front, and in days of a spreadsheet
	Era          = "era"           // buddhist: the years of a date column are 543 ahead; ethiopian: its days are of that calendar
	Unit         = "unit"          // UCUM unit of the column
	UnitByCode   = "unit_by_code"  // code=unit pairs separated by |: for results of these tests that state no unit
	DecimalMark  = "decimal"       // point, comma, mixed
	Width        = "width"         // digits that shorter identifiers are padded to
	WidthSuspect = "width_suspect" // digits that identifiers seem to have lost; they are flagged, not padded
	StripFloat   = "strip_float"   // yes: a final .0 is a float export's
	CodeSystem   = "code_system"   // name of a code system, or unknown
	IDForm       = "id_form"       // nhs, grouped: marks between the digits of identifiers are only how they are written
	CodeStandard = "code_standard" // the list of code_lists.csv whose codes these are
	SexCode      = "sex_code"      // iso5218, unknown01, or the language whose letters they are
	StateCode    = "state"         // fips: the column holds numbers of states
	NameOrder    = "name_order"    // given_first, family_first, families_first: two family names stand first
	SpikeDates   = "spike_dates"   // unusually frequent days, ISO, separated by |
	SplitBy      = "split_by"      // header of the column that separates the two orders of a mixed date column
	Shifted      = "shifted"       // yes: the dates of the file lie in years to come, where research data was shifted to
	DateOnly     = "date_only"     // yes: every time of day is midnight
	TimeOfDay    = "time_of_day"   // header of the column with the times of day of these dates
	OtherPart    = "other_part"    // header of the column with the rest of these weights or heights, in pounds and ounces or feet and inches
	Fraction     = "fraction"      // yes: percentages are written as fractions of 1
	Country      = "country"       // ISO 3166-1 alpha-2: whose phone numbers, regions or postal codes these are where no row says so
	AgesOn       = "ages_on"       // today, YYYY-MM-DD, visit, any: when ages were true that stand beside birth dates
	AbsentReason = "absent_reason" // yes: words of the column say why there is no value; they have a column of their own
	Content      = "content"       // of an untouched column: text, integer, decimal, date, boolean
)

var allowedValues = map[string][]string{
	DateOrder:    {"month_first", "day_first", "mixed"},
	DateSerial:   {"1900", "1904", "1960", "1970"},
	DateDigits:   {yearLast, yearFirst, yearEither, zeroLost, dayOfYear, fileMan},
	DateEpoch:    {"s", "ms"},
	Exchanged:    {"yes", "no"},
	Era:          {"buddhist", ethiopian},
	DecimalMark:  {"point", "comma", "mixed"},
	StripFloat:   {"yes", "no"},
	IDForm:       {"nhs", "grouped"},
	CodeStandard: codeListNames(),
	SexCode:      sexCodes(),
	StateCode:    {"fips"},
	NameOrder:    {"given_first", "family_first", "families_first"},
	Shifted:      {"yes", "no"},
	DateOnly:     {"yes", "no"},
	Fraction:     {"yes", "no"},
	AbsentReason: {"yes", "no"},
	Content:      contentNames[:],
	OrderByMark:  nil, Unit: nil, UnitByCode: nil, Width: nil, WidthSuspect: nil, Country: nil, CodeSystem: nil, SpikeDates: nil, SplitBy: nil, TimeOfDay: nil, OtherPart: nil, AgesOn: nil,
}

// checkDecision reports a decision that no code would act on.
func checkDecision(name, value string) error {
	allowed, known := allowedValues[name]
	switch {
	case !known:
		return fmt.Errorf("there is no decision %q", name)
	case allowed != nil && !slices.Contains(allowed, value):
		return fmt.Errorf("decision %s: %q is not one of %s", name, value, strings.Join(allowed, ", "))
	}
	if name == Width || name == WidthSuspect {
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > maxWidth {
			return fmt.Errorf("decision %s: %q is not a number of digits", name, value)
		}
	}
	if name == Country && (len(value) != 2 || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return fmt.Errorf("decision %s: %q is not a code of two capitals", name, value)
	}
	if _, ok := dates.ParseOrders(value); name == OrderByMark && !ok {
		return fmt.Errorf("decision %s: %q is not pairs like /=month_first|.=day_first", name, value)
	}
	if _, day := AgesDay(value, time.Time{}); name == AgesOn && !day && value != AgesOfVisit && value != AgesAnytime {
		return fmt.Errorf("decision %s: %q is not %s, %s, %s or a day YYYY-MM-DD", name, value, AgesToday, AgesOfVisit, AgesAnytime)
	}
	return nil
}

// Settings are a column's decisions in the form that the standardizers take.
type Settings struct {
	DateOrder  dates.Order
	DateSerial dates.Serial
	DateDigits dates.Digits
	Unit       string            // UCUM, "" unknown
	UnitRule   string            // rule id under which Unit was inferred, "" when stated
	Decimal    byte              // '.' or ','
	Width      int               // digits to pad to, 0 never
	StripFloat bool              // a final .0 is a float export's
	SaysWhy    bool              // there is a column for the reasons of missing values
	CodeSystem string            // "" unknown
	Country    string            // "" that of the profile
	Decisions  map[string]string // all of them, by name
	Sentinels  map[string]bool   // values that stand for none, as written
}

// What values of decisions about dates stand for; another value is none.
var (
	dateOrders  = map[string]dates.Order{"month_first": dates.MonthFirst, "day_first": dates.DayFirst, "mixed": dates.Mixed}
	dateSerials = map[string]dates.Serial{"1900": dates.Serial1900, "1904": dates.Serial1904, "1960": dates.Serial1960, "1970": dates.Serial1970}
	dateDigits  = map[string]dates.Digits{yearLast: dates.YearLast, yearFirst: dates.YearFirst, yearEither: dates.YearEither, zeroLost: dates.ZeroLost,
		dayOfYear: dates.DayOfYear, fileMan: dates.FileMan}
)

// Settings returns the column's decisions for its standardizer.
func (c *Column) Settings() Settings {
	s := Settings{Decimal: '.', Decisions: c.values(), Sentinels: make(map[string]bool, len(c.Sentinels))}
	s.DateOrder = dateOrders[c.Decisions[DateOrder].Value]
	s.DateSerial = dateSerials[c.Decisions[DateSerial].Value]
	s.DateDigits = dateDigits[c.Decisions[DateDigits].Value]
	unit := c.Decisions[Unit]
	s.Unit, s.UnitRule = unit.Value, unit.Rule
	if c.Decisions[DecimalMark].Value == "comma" {
		s.Decimal = ','
	}
	s.Width, _ = strconv.Atoi(c.Decisions[Width].Value) // checked when the plan was read
	s.StripFloat = c.Decisions[StripFloat].Value == "yes"
	s.Country = c.Decisions[Country].Value
	s.SaysWhy = c.Decisions[AbsentReason].Value == "yes"
	if system := c.Decisions[CodeSystem].Value; system != "unknown" {
		s.CodeSystem = system
	}
	for _, v := range c.Sentinels {
		s.Sentinels[v] = true
	}
	return s
}

// Nulls returns the words that stand for no value in this column of the table.
func (c *Column) Nulls(t *profile.Table) *NullSet {
	keep, more, typ := c.KeepWords, []string(nil), c.Type
	if f := t.Field(c.Field); f != nil {
		keep = slices.Concat(keep, f.KeepWords)
		more = f.NullWords
		if name, _ := Normalize(c.Header); strings.HasSuffix(name, "concept_id") { // no concept fits, in the words of OMOP
			more = append(slices.Clone(more), "0")
		}
		if typ == "value_set" { // what is no answer of the set stands for none
			typ = "identifier"
			for value, words := range f.Values {
				keep = append(append(keep, value), words...)
			}
		}
	}
	return newNullSet(typ, keep, more)
}
