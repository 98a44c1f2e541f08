package condition

import (
	"strconv"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// helpers are the functions that expressions have beside those of CEL. What they cannot read is null, and so is what they say about a
// missing value.
func helpers() []cel.EnvOption {
	text, number, date, age := cel.NullableType(cel.StringType), cel.NullableType(cel.DoubleType), cel.NullableType(cel.TimestampType),
		cel.NullableType(cel.IntType)
	return []cel.EnvOption{
		cel.Function("number", cel.Overload("number_text", []*cel.Type{text}, number, cel.UnaryBinding(numberOf))),
		cel.Function("date", cel.Overload("date_text", []*cel.Type{text}, date, cel.UnaryBinding(dateOf))),
		cel.Function("age", cel.Overload("age_text_text", []*cel.Type{text, text}, age, cel.BinaryBinding(ageAt))),
	}
}

// numberOf reads text as a number.
func numberOf(v ref.Val) ref.Val {
	if s, ok := v.(types.String); ok {
		if n, err := strconv.ParseFloat(string(s), 64); err == nil {
			return types.Double(n)
		}
	}
	return types.NullValue
}

// dateOf reads the day of a canonical date; a date without a day is no moment.
func dateOf(v ref.Val) ref.Val {
	if day, ok := dayOf(v); ok {
		return types.Timestamp{Time: day}
	}
	return types.NullValue
}

// ageAt counts the whole years from a birth to another day. Of dates without a day the age is not told.
func ageAt(birth, at ref.Val) ref.Val {
	born, ok := dayOf(birth)
	now, ok2 := dayOf(at)
	if !ok || !ok2 {
		return types.NullValue
	}
	years := now.Year() - born.Year()
	if now.Month() < born.Month() || now.Month() == born.Month() && now.Day() < born.Day() {
		years--
	}
	return types.Int(years)
}

func dayOf(v ref.Val) (time.Time, bool) {
	s, ok := v.(types.String)
	if !ok || len(s) < len(time.DateOnly) {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, string(s[:len(time.DateOnly)]))
	return day, err == nil
}
