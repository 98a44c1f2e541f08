package profile

import (
	"cmp"
	"maps"
	"slices"
)

// merge returns over laid on base: what over states wins, lists of headers are joined, tables, fields and wide
// columns are merged by name, new ones follow those of base.
func merge(base, over *Profile) *Profile {
	p := *base
	p.Name, p.Version, p.Extends = over.Name, over.Version, over.Extends
	p.Description = cmp.Or(over.Description, base.Description)
	p.Locale.Country = cmp.Or(over.Locale.Country, base.Locale.Country)
	p.Locale.DateOrder = cmp.Or(over.Locale.DateOrder, base.Locale.DateOrder)
	p.Locale.Decimal = cmp.Or(over.Locale.Decimal, base.Locale.Decimal)
	if len(over.Locale.Languages) > 0 {
		p.Locale.Languages = over.Locale.Languages
	}
	if over.MaxRejectPct != nil {
		p.MaxRejectPct = over.MaxRejectPct
	}
	p.WeakHeaders = join(base.WeakHeaders, over.WeakHeaders)
	p.Rules = layRules(base.Rules, over.Rules)
	p.Checks = layChecks(base.Checks, over.Checks)
	p.CodeLists, p.lists = join(base.CodeLists, over.CodeLists), join(base.lists, over.lists)
	if len(over.Trusted) > 0 {
		p.Trusted = over.Trusted
	}
	p.TestRecords = cmp.Or(over.TestRecords, base.TestRecords)
	p.Tables = lay(base.Tables, over.Tables, func(t *Table) string { return t.Name }, layTable)
	return &p
}

func layRules(base, over map[string]RuleSetting) map[string]RuleSetting {
	rules := maps.Clone(base)
	for id, s := range over {
		if rules == nil {
			rules = map[string]RuleSetting{}
		}
		rules[id] = RuleSetting{cmp.Or(s.Severity, base[id].Severity), cmp.Or(s.Disposition, base[id].Disposition)}
	}
	return rules
}

// layChecks replaces checks by their id and adds the others.
func layChecks(base, over []Check) []Check {
	checks := slices.Clone(base)
	for _, c := range over {
		at := slices.IndexFunc(checks[:len(base)], func(b Check) bool { return b.ID != "" && b.ID == c.ID })
		if at < 0 {
			checks = append(checks, c)
		} else {
			checks[at] = c
		}
	}
	return checks
}

func layTable(base, over *Table) Table {
	t := *base
	t.Aliases = join(base.Aliases, over.Aliases)
	t.DateOrder = cmp.Or(over.DateOrder, base.DateOrder)
	t.NameOrder = cmp.Or(over.NameOrder, base.NameOrder)
	if len(over.Latest) > 0 {
		t.Latest = over.Latest
	}
	if len(over.Minimum) > 0 {
		t.Minimum = over.Minimum
	}
	if len(over.Named) > 0 {
		t.Named = over.Named
	}
	t.Fields = lay(base.Fields, over.Fields, func(f *Field) string { return f.Name }, layField)
	t.Wide = lay(base.Wide, over.Wide, func(w *Wide) string { return w.Name }, layWide)
	t.Survivorship = laySurvivorship(base.Survivorship, over.Survivorship)
	return t
}

// laySurvivorship adds entries; the fields that they name leave those of base.
func laySurvivorship(base, over []Survivorship) []Survivorship {
	var all []Survivorship
	for _, s := range base {
		s.Fields = slices.DeleteFunc(slices.Clone(s.Fields), func(name string) bool {
			return slices.ContainsFunc(over, func(o Survivorship) bool { return slices.Contains(o.Fields, name) })
		})
		if len(s.Fields) > 0 {
			all = append(all, s)
		}
	}
	return append(all, over...)
}

func layField(base, over *Field) Field {
	f := *base
	f.Type = cmp.Or(over.Type, base.Type)
	f.Required = over.Required || base.Required
	f.Expected = over.Expected || base.Expected
	f.Key = over.Key || base.Key
	f.Match = over.Match || base.Match
	f.Ref = cmp.Or(over.Ref, base.Ref)
	f.Repeat = cmp.Or(over.Repeat, base.Repeat)
	f.Unit = cmp.Or(over.Unit, base.Unit)
	f.DateOrder = cmp.Or(over.DateOrder, base.DateOrder)
	f.Width = cmp.Or(over.Width, base.Width)
	f.Synonyms = join(base.Synonyms, over.Synonyms)
	f.NullWords = join(base.NullWords, over.NullWords)
	f.KeepWords = join(base.KeepWords, over.KeepWords)
	f.Flags = layMap(base.Flags, over.Flags)
	f.Params = layMap(base.Params, over.Params)
	f.Values = layMap(base.Values, over.Values)
	return f
}

func layWide(base, over *Wide) Wide {
	w := *base
	w.Type = cmp.Or(over.Type, base.Type)
	w.Category = cmp.Or(over.Category, base.Category)
	w.Code = cmp.Or(over.Code, base.Code)
	w.Text = cmp.Or(over.Text, base.Text)
	w.Unit = cmp.Or(over.Unit, base.Unit)
	if len(over.Parts) > 0 {
		w.Parts = over.Parts
	}
	w.Synonyms = join(base.Synonyms, over.Synonyms)
	w.Params = layMap(base.Params, over.Params)
	return w
}

// lay merges two lists of named things.
func lay[T any](base, over []T, name func(*T) string, both func(base, over *T) T) []T {
	out := slices.Clone(base)
	for i := range over {
		at := slices.IndexFunc(out, func(t T) bool { return name(&t) == name(&over[i]) })
		if at < 0 {
			out = append(out, over[i])
		} else {
			out[at] = both(&out[at], &over[i])
		}
	}
	return out
}

func layMap[V any](base, over map[string]V) map[string]V {
	if len(base)+len(over) == 0 {
		return nil
	}
	out := make(map[string]V, len(base)+len(over))
	maps.Copy(out, base)
	maps.Copy(out, over)
	return out
}

func join(base, over []string) []string {
	out := slices.Clone(base)
	for _, s := range over {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
