package validate

import (
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var (
	ruleRequired = rule.Must("REQ-001")
	ruleNoKey    = rule.Must("ID-001")
	ruleRange    = rule.Must("RNG-001")
	rulePattern  = rule.Must("PTN-001")
	ruleLength   = rule.Must("LEN-001")
)

// required reports fields that the profile requires and that hold nothing (REQ-001).
func (b binding) required() []check {
	var all []check
	for _, f := range b.table.Fields {
		s := b.slot(f.Name)
		if !f.Required {
			continue
		}
		all = append(all, func(v *Rules, r *standardize.Row) {
			if v.lacks(r, s) {
				r.Flag(s, ruleRequired)
			}
		})
	}
	return all
}

// keys reports records without the key that others refer to them by (ID-001): one without which no file is taken for this table, or that the
// first of the sets of columns has which a table of events is known by.
// Results, say, are also told apart by what they say, so theirs may be missing.
func (b binding) keys() []check {
	var all []check
	for _, f := range b.table.Fields {
		s := b.slot(f.Name)
		if !f.Key || s < 0 || !b.indispensable(f.Name) {
			continue
		}
		all = append(all, func(v *Rules, r *standardize.Row) {
			if v.lacks(r, s) {
				r.Flag(s, ruleNoKey)
			}
		})
	}
	return all
}

func (b binding) indispensable(field string) bool {
	dispensable := func(set []string) bool { return !slices.Contains(set, field) }
	events := slices.ContainsFunc(b.table.Fields, func(f profile.Field) bool { return f.Ref != "" })
	sets := b.table.Minimum
	return len(sets) > 0 && !dispensable(sets[0]) && (events || !slices.ContainsFunc(sets, dispensable))
}

// bounds holds values against what the profile sets for their field (params): min and max of numbers, min_length and max_length in
// characters, pattern of the whole value. An identifier's pattern and the dose of a drug have rules of their own.
func (b binding) bounds() []check {
	var all []check
	for i := range b.table.Fields {
		f := &b.table.Fields[i]
		s := b.slot(f.Name)
		if s < 0 {
			continue
		}
		if b.table.Name != "medication" || f.Name != "dose" {
			all = append(all, inRange(f, s))
		}
		all = append(all, ofLength(f, s))
		if p := f.Params["pattern"]; p != "" && f.Type != "identifier" {
			form := regexp.MustCompile(`^(?:` + p + `)$`) // the profile was refused if it does not compile
			all = append(all, fails(s, rulePattern, form.MatchString))
		}
	}
	return all
}

// fails returns the check that marks values that are not as they should be.
func fails(slot int, id rule.ID, fine func(string) bool) check {
	return func(_ *Rules, r *standardize.Row) {
		if s := value(r, slot); s != "" && !fine(s) {
			r.Fail(slot, id)
		}
	}
}

func inRange(f *profile.Field, slot int) check {
	least, hasLeast := limit(f, "min")
	most, hasMost := limit(f, "max")
	if !hasLeast && !hasMost {
		return nil
	}
	return fails(slot, ruleRange, func(s string) bool {
		n, err := strconv.ParseFloat(s, 64)
		return err != nil || (!hasLeast || n >= least) && (!hasMost || n <= most)
	})
}

func ofLength(f *profile.Field, slot int) check {
	least, hasLeast := limit(f, "min_length")
	most, hasMost := limit(f, "max_length")
	if !hasLeast && !hasMost {
		return nil
	}
	return fails(slot, ruleLength, func(s string) bool {
		n := float64(utf8.RuneCountInString(s))
		return (!hasLeast || n >= least) && (!hasMost || n <= most)
	})
}

// limit returns a number among the settings of a field.
func limit(f *profile.Field, name string) (n float64, ok bool) {
	if f == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(f.Params[name], 64)
	return n, err == nil
}
