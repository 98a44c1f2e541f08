package profile

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // small images hold no zone files
)

// fieldParams are the settings that the families of standardizers and the rules know, and what each may say: nil, anything.
var fieldParams = map[string][]string{
	"after": nil, "area_code": nil, "case": {"upper", "keep"}, "code_field": nil, "coded_field": nil, "codes": {"hl7v3", "table0002"}, "count": {"ordinal"},
	"date_field": nil, "date_system": {"1900", "1904"}, "epoch": {"s", "ms"}, "form": {"lot"}, "high_field": nil, "icd9_zeros": {"restore"},
	"impute": {"start", "middle"}, "keys": {"yes", "no"}, "kind": nil, "life": {"stated"}, "line": {"1", "2"}, "low_field": nil, "max": nil, "max_length": nil,
	"min": nil, "min_length": nil, "of": nil, "particles": {"lower"}, "pattern": nil, "race_standard": {"omb1997", "spd15_2024"},
	"role": {"birth", "past", "event", "end", "future"}, "system_field": nil, "systems": nil, "text_field": nil, "unit": nil, "unit_field": nil,
	"use": {"home", "mobile", "work"}, "zero": {"male", "female"}, "zone": nil,
}

// checkParams refuses settings that nothing knows, and values that none of them takes: a misspelt one would silently do nothing.
func checkParams(params map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		value := params[name]
		allowed, known := fieldParams[name]
		switch {
		case !known:
			return fmt.Errorf("params: there is no setting %q; known are %s", name, strings.Join(slices.Sorted(maps.Keys(fieldParams)), ", "))
		case value == "": // as if it were left out
			continue
		case allowed != nil && !slices.Contains(allowed, value):
			return fmt.Errorf("params.%s: %q is not one of %s", name, value, strings.Join(allowed, ", "))
		}
		switch name {
		case "pattern":
			if _, err := regexp.Compile(value); err != nil {
				return fmt.Errorf("params.pattern: %w", err)
			}
		case "zone":
			if _, err := time.LoadLocation(value); err != nil {
				return fmt.Errorf("params.zone: there is no time zone %q", value)
			}
		case "min", "max", "min_length", "max_length":
			if n, err := strconv.ParseFloat(value, 64); err != nil || math.IsNaN(n) {
				return fmt.Errorf("params.%s: %q is no number", name, value)
			}
		}
	}
	return nil
}
