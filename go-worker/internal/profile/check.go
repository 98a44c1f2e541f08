package profile

import (
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/rule"
)

// check reports the first thing in a merged profile that nothing could act on.
func (p *Profile) check() error {
	if p.Name == "" || p.Version == "" {
		return fmt.Errorf("a profile needs a name and a version")
	}
	if err := oneOf("locale.date_order", p.Locale.DateOrder, "", "mdy", "dmy"); err != nil {
		return err
	}
	if err := oneOf("locale.decimal", p.Locale.Decimal, "", ".", ","); err != nil {
		return err
	}
	if err := oneOf("test_records", p.TestRecords, "", "exclude", KeepTests); err != nil {
		return err
	}
	if *p.MaxRejectPct < 0 || *p.MaxRejectPct > 100 {
		return fmt.Errorf("max_reject_pct: %v is not between 0 and 100", *p.MaxRejectPct)
	}
	names := map[string]string{}
	for i := range p.Tables {
		t := &p.Tables[i]
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			if other, taken := names[name]; taken {
				return fmt.Errorf("table %s: the name %q already belongs to table %s", t.Name, name, other)
			}
			if name == "" || name != strings.ToLower(name) {
				return fmt.Errorf("table %q: names are written in lower case", name)
			}
			names[name] = t.Name
		}
		if err := t.check(p); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	if err := p.compileChecks(); err != nil {
		return err
	}
	for id, s := range p.Rules {
		if err := p.checkRule(id, s); err != nil {
			return err
		}
	}
	return nil
}

// rowsThatLeave are the rules about rows that leave a table, which stay in it when a profile only flags them.
var rowsThatLeave = []rule.ID{rule.Must("UNQ-004"), rule.Must("UNQ-005")}

func (p *Profile) checkRule(name string, s RuleSetting) error {
	id, ok := p.LookupRule(name)
	if !ok {
		return fmt.Errorf("rules: there is no rule %s", name)
	}
	if s.Severity != "" {
		if _, err := rule.ParseSeverity(s.Severity); err != nil {
			return fmt.Errorf("rules.%s: %w", name, err)
		}
	}
	if s.Disposition != "" {
		disposition, err := rule.ParseDisposition(s.Disposition)
		if err != nil {
			return fmt.Errorf("rules.%s: %w", name, err)
		}
		if own := p.Rule(id).Disposition; disposition == rule.KeepFlag && own < rule.KeepFlag && !slices.Contains(rowsThatLeave, id) {
			return fmt.Errorf("rules.%s: it tells of what was changed, which keep_flag cannot take back; fix_flag lists it, null_cell drops the value", name)
		}
	}
	return nil
}

func (t *Table) check(p *Profile) error {
	if err := oneOf("date_order", t.DateOrder, "", "mdy", "dmy"); err != nil {
		return err
	}
	if err := oneOf("name_order", t.NameOrder, "", "given_first", "family_first", "families_first"); err != nil {
		return err
	}
	for i := range t.Fields {
		if err := t.Fields[i].check(p); err != nil {
			return fmt.Errorf("field %s: %w", t.Fields[i].Name, err)
		}
	}
	for i := range t.Wide {
		w := &t.Wide[i]
		if w.Name == "" || w.Code == "" || !slices.Contains(Types, w.Type) {
			return fmt.Errorf("wide column %q needs a name, a code and a known type", w.Name)
		}
		if err := checkParams(w.Params); err != nil {
			return fmt.Errorf("wide column %s: %w", w.Name, err)
		}
		for _, part := range w.Parts {
			if t.WideColumn(part) == nil {
				return fmt.Errorf("wide column %s: there is no wide column %s", w.Name, part)
			}
		}
	}
	if err := t.checkSurvivorship(); err != nil {
		return err
	}
	for _, set := range slices.Concat(t.Minimum, t.Named) {
		for _, name := range set {
			if t.Field(name) == nil && (name != "wide" || len(t.Wide) == 0) {
				return fmt.Errorf("minimum: there is no field %s", name)
			}
		}
	}
	return nil
}

// checkSurvivorship refuses fields that the table does not have, or that stand twice, and words that say nothing.
func (t *Table) checkSurvivorship() error {
	seen := map[string]bool{}
	for _, s := range t.Survivorship {
		if err := oneOf("survivorship.keep", s.Keep, "", KeepAll); err != nil {
			return err
		}
		for i, word := range s.Order {
			if !slices.Contains(SurvivalOrder, word) || slices.Contains(s.Order[:i], word) {
				return fmt.Errorf("survivorship.order: %q is not one of %s, each once", word, strings.Join(SurvivalOrder, ", "))
			}
		}
		for _, name := range s.Fields {
			if t.Field(name) == nil || seen[name] {
				return fmt.Errorf("survivorship: there is no field %s, or it stands twice", name)
			}
			seen[name] = true
		}
	}
	return nil
}

func (f *Field) check(p *Profile) error {
	if f.Name == "" {
		return fmt.Errorf("a field needs a name")
	}
	if !slices.Contains(Types, f.Type) {
		return fmt.Errorf("there is no type %q", f.Type)
	}
	if (f.Type == "value_set") != (len(f.Values) > 0) {
		return fmt.Errorf("values belong to the type value_set, and it needs them")
	}
	if err := checkParams(f.Params); err != nil {
		return err
	}
	if f.Ref != "" && p.Table(f.Ref) == nil {
		return fmt.Errorf("ref: there is no table %s", f.Ref)
	}
	if err := oneOf("repeat", f.Repeat, "", "list", "rows"); err != nil {
		return err
	}
	return oneOf("date_order", f.DateOrder, "", "mdy", "dmy")
}

func oneOf(key, value string, allowed ...string) error {
	if !slices.Contains(allowed, value) {
		return fmt.Errorf("%s: %q is not one of %s", key, value, strings.Join(allowed[1:], ", "))
	}
	return nil
}
