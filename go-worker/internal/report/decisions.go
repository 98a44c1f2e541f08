package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/plan"
)

// decisions are what was decided about the columns of one file.
type decisions struct {
	File, Table, Why string
	Columns          []columnDecisions
}

type columnDecisions struct {
	Header, Field, Why string
	Untouched          bool
	Made               []decision
}

type decision struct {
	What, Why, Sure string
	assumed         bool // nothing proves it
}

func decided(f *plan.File) decisions {
	out := decisions{File: f.Name, Table: f.Table.Name, Why: f.Table.Why}
	for i := range f.Columns {
		c := &f.Columns[i]
		column := columnDecisions{Header: c.Header, Field: c.Field, Why: c.Why, Untouched: c.Type == ""}
		for _, name := range slices.Sorted(maps.Keys(c.Decisions)) {
			d := c.Decisions[name]
			if what := inWords(name, d.Value); what != "" {
				made := decision{What: what, Why: d.Why}
				if d.Confidence > 0 && d.Confidence < 1 {
					made.Sure, made.assumed = percent(d.Confidence)+" sure", d.Confidence < sureEnough
				}
				column.Made = append(column.Made, made)
			}
		}
		if n := len(c.KeepWords); n > 0 {
			column.Made = append(column.Made, decision{What: plural(int64(n), "%s word that elsewhere stands for no value is kept as a name", "%s words that elsewhere stand for no value are kept as names")})
		}
		if n := len(c.Sentinels); n > 0 {
			column.Made = append(column.Made, decision{What: plural(int64(n), "%s placeholder is read as empty", "%s placeholders are read as empty")})
		}
		out.Columns = append(out.Columns, column)
	}
	return out
}

// words are decisions with a fixed choice of values, as sentences.
var words = map[string]map[string]string{
	plan.DateOrder: {"month_first": "the month stands before the day", "day_first": "the day stands before the month",
		"mixed": "both orders of day and month occur; dates that fit both are left out where nothing tells them apart"},
	plan.DateSerial: {"1900": "bare numbers are spreadsheet days, counted from 1900", "1904": "bare numbers are spreadsheet days, counted from 1904",
		"1960": "bare numbers are the days of a statistics package, counted from 1960",
		"1970": "bare numbers are the days of a statistics package, counted from 1970"},
	plan.DateDigits: {"year_last": "six digits are a day with the year of two digits behind", "year_first": "years of two digits stand in front of month and day",
		"zero_lost": "seven digits are month and day, or day and month, without a zero in front, and the year", "day_of_year": "five digits are a year and the number of its day",
		"fileman":     "seven digits are dates of VA FileMan, with years counted from 1700",
		"year_either": "years of two digits stand in front and behind; dates that fit both are left out"},
	plan.IDForm:    {"nhs": "numbers are of the NHS, whose marks between the digits are dropped", "grouped": "marks between the digits are dropped"},
	plan.Exchanged: {"yes": "day and month are put back where they stood in each other's place", "no": "day and month stand in their places"},
	plan.DateEpoch: {"s": "numbers are seconds since 1970", "ms": "numbers are milliseconds since 1970"},
	plan.Era:       {"buddhist": "years are of the Buddhist Era, 543 ahead", "ethiopian": "dates are of the Ethiopian calendar"},
	plan.DecimalMark: {"point": "numbers have a decimal point", "comma": "numbers have a decimal comma",
		"mixed": "decimal points and decimal commas both occur"},
	plan.AbsentReason: {"yes": "words say why there is no value; the reasons have a column", "no": "words that say why there is no value are dropped"},
	plan.StripFloat:   {"yes": "a final .0 is a trace of an export and is dropped", "no": "a final .0 is kept"},
	plan.SexCode: {"iso5218": "numbers are the codes of ISO 5218: 1 male, 2 female",
		"unknown01": "0 and 1 do not say which of them is male; they are left out"},
	plan.AgesOn: {plan.AgesToday: "ages are those of today", plan.AgesOfVisit: "ages are those on a date of their row",
		plan.AgesAnytime: "nobody knows of which day the ages are"},
	plan.StateCode: {"fips": "numbers are the FIPS codes of states"},
	plan.NameOrder: {"given_first": "the given name stands first", "family_first": "the family name stands first",
		"families_first": "two family names stand first"},
	plan.Shifted:  {"yes": "years to come are kept: the dates of the file are shifted", "no": "years to come are none"},
	plan.DateOnly: {"yes": "every time of day is midnight and is dropped", "no": "times of day are kept"},
	plan.Fraction: {"yes": "percentages are written as fractions of 1", "no": "percentages are written as such"},
	plan.Content: {"text": "holds text", "integer": "holds whole numbers", "decimal": "holds numbers", "date": "holds dates",
		"boolean": "holds yes and no"},
}

// inWords says a decision as a sentence. Values that come from cells (frequent days, codes of tests) are counted and not shown.
func inWords(name, value string) string {
	parts := int64(strings.Count(value, "|") + 1)
	switch name {
	case plan.Unit:
		return "values are in " + value
	case plan.CodeSystem:
		if value == "unknown" {
			return "the code system could not be told"
		}
		return "codes are " + value
	case plan.CodeStandard:
		if list := codes.ListOf(value); list != nil {
			return "codes are those of " + list.Publisher
		}
	case plan.SexCode:
		if letters := plan.SexLetters(value); letters != "" {
			return letters
		}
	case plan.Country:
		if value == plan.Elsewhere {
			return "phone numbers, regions and postal codes are of a country that nothing names, and stay as they are"
		}
		return "phone numbers, regions and postal codes are those of " + value
	case plan.Width:
		return fmt.Sprintf("shorter numbers are filled up with zeros to %s digits", value)
	case plan.WidthSuspect:
		return fmt.Sprintf("numbers of fewer than %s digits seem to have lost leading zeros", value)
	case plan.SplitBy:
		return "the two orders of day and month go with the column " + value
	case plan.OrderByMark:
		return "the mark between the numbers tells the order of day and month: " + orderByMark.Replace(value)
	case plan.TimeOfDay:
		return "the time of day stands in the column " + value
	case plan.OtherPart:
		return "the rest in the smaller or larger unit stands in the column " + value
	case plan.AgesOn:
		if sentence := words[name][value]; sentence != "" {
			return sentence
		}
		return "ages are those of " + value
	case plan.SpikeDates:
		return plural(parts, "%s day is unusually frequent", "%s days are unusually frequent")
	case plan.UnitByCode:
		return plural(parts, "results of %s test without a unit are given one", "results of %s tests without a unit are given one")
	}
	return words[name][value]
}

// orderByMark words pairs of a mark and an order.
var orderByMark = strings.NewReplacer("|", ", ", "=", " ", "_", " ")

// plural puts a number into the sentence for one or for many.
func plural(n int64, one, many string) string {
	if n == 1 {
		return fmt.Sprintf(one, "1")
	}
	return fmt.Sprintf(many, count(n))
}
