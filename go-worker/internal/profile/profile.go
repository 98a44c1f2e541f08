// Package profile reads profiles: the YAML documents that name the tables, their fields and headers, and what
// each rule does. It knows nothing of files or values; package plan applies a profile to a file.
package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"harmonizer/go-worker/internal/rule"
)

// Generic is the table of files of no known kind: its values pass untouched.
const Generic = "generic"

// A Profile is a profile with its bases merged in. It is not changed after it was read.
type Profile struct {
	Name         string                 `yaml:"name"`
	Version      string                 `yaml:"version"`
	Description  string                 `yaml:"description,omitempty"`
	Extends      string                 `yaml:"extends,omitempty"`
	Locale       Locale                 `yaml:"locale,omitempty"`
	MaxRejectPct *float64               `yaml:"max_reject_pct,omitempty"`  // share of quarantined rows, in percent, above which a file fails
	WeakHeaders  []string               `yaml:"weak_headers,omitempty"`    // headers too common to say what a file is
	Rules        map[string]RuleSetting `yaml:"rules,omitempty"`           // by rule id
	Checks       []Check                `yaml:"checks,omitempty"`          // rules of its own
	CodeLists    []string               `yaml:"code_lists,omitempty"`      // that codes are held against: a built-in one, or a file
	Trusted      []string               `yaml:"trusted_sources,omitempty"` // whose values survive before others', the most trusted first
	TestRecords  string                 `yaml:"test_records,omitempty"`    // exclude, when left out: the rows of test patients are nobody else's; keep
	Tables       []Table                `yaml:"tables,omitempty"`

	lists    []string       // CodeLists, with the folder they lie in
	own      []rule.Rule    // what the checks add to the catalogue, by rule.ID from rule.Count() on
	settings []RuleSettings // by rule.ID
	hash     string
	derived  *sync.Map // what others worked out of it
}

// Derived returns what a package works out of the profile: make is called once for each key, as a rule, and what it returns is kept as long
// as the profile. It must not be changed.
func (p *Profile) Derived(key any, make func() any) any {
	if p.derived == nil { // not loaded
		return make()
	}
	if made, ok := p.derived.Load(key); ok {
		return made
	}
	made, _ := p.derived.LoadOrStore(key, make())
	return made
}

// Locale says what is customary where the files come from.
type Locale struct {
	Country   string   `yaml:"country,omitempty"`    // ISO 3166-1 alpha-2
	DateOrder string   `yaml:"date_order,omitempty"` // mdy or dmy: assumed where nothing in the file proves the order
	Decimal   string   `yaml:"decimal,omitempty"`    // "." or ","
	Languages []string `yaml:"languages,omitempty"`  // of month names, ISO 639-1
}

// RuleSetting overrides what the catalogue says about a rule; an empty name leaves it as it is.
type RuleSetting struct {
	Severity    string `yaml:"severity,omitempty"`
	Disposition string `yaml:"disposition,omitempty"`
}

// RuleSettings are a rule's severity and disposition under a profile.
type RuleSettings struct {
	Severity    rule.Severity
	Disposition rule.Disposition
}

// A Table is one kind of file.
type Table struct {
	Name      string     `yaml:"name"`
	Aliases   []string   `yaml:"aliases,omitempty"`       // further names, for users and for file names
	DateOrder string     `yaml:"date_order,omitempty"`    // mdy or dmy: declared for the whole table, before any evidence is missing
	NameOrder string     `yaml:"name_order,omitempty"`    // given_first, family_first or families_first (two), for full names without a comma
	Latest    []string   `yaml:"latest,omitempty"`        // fields that say which of several versions of a row is the latest, the best first
	Minimum   [][]string `yaml:"minimum,omitempty"`       // sets of fields; a file is this table when it has all of one set ("wide": any wide column)
	Named     [][]string `yaml:"minimum_named,omitempty"` // further sets, for a file that the user says is this table
	Fields    []Field    `yaml:"fields"`
	Wide      []Wide     `yaml:"wide,omitempty"` // columns that become one row each

	Survivorship []Survivorship `yaml:"survivorship,omitempty"` // of fields for which the usual order does not hold, or that belong together
}

// Survivorship says which values of several records of one person survive. The fields of one entry survive together, from one record.
type Survivorship struct {
	Fields []string `yaml:"fields"`
	Order  []string `yaml:"order,omitempty"` // what decides, first to last: of SurvivalOrder; left out, all of them in that order
	Keep   string   `yaml:"keep,omitempty"`  // all: the elements of all records together
}

// SurvivalOrder is what decides between values, first to last: of a trusted source, of most records, of the record updated last, saying
// most. The lowest row_uid decides between the rest.
var SurvivalOrder = []string{"trusted", "agreement", "recent", "complete"}

// KeepTests is how test patients are linked as others are.
const KeepTests = "keep"

// KeepAll is how fields survive that keep the elements of all records.
const KeepAll = "all"

// A Field is one canonical column of a table.
type Field struct {
	Name      string              `yaml:"name"`
	Type      string              `yaml:"type"`               // the family of standardizers, see Types
	Required  bool                `yaml:"required,omitempty"` // a row without it is quarantined
	Expected  bool                `yaml:"expected,omitempty"` // a file that never fills it is worth a warning
	Key       bool                `yaml:"key,omitempty"`      // part of the table's key
	Ref       string              `yaml:"ref,omitempty"`      // the table whose key it refers to
	Match     bool                `yaml:"match,omitempty"`    // used to find the same person elsewhere
	Repeat    string              `yaml:"repeat,omitempty"`   // list: phone_1, phone_2 are joined; rows: dx1, dx2 become a row each
	Synonyms  []string            `yaml:"synonyms,omitempty"` // accepted headers beside the name itself
	Flags     map[string]string   `yaml:"flags,omitempty"`    // one-hot headers, and the value each stands for when it says yes
	Unit      string              `yaml:"unit,omitempty"`     // UCUM unit of the column where the file states none
	DateOrder string              `yaml:"date_order,omitempty"`
	Width     int                 `yaml:"width,omitempty"`      // digits an identifier always has; shorter ones are padded with zeros
	Values    map[string][]string `yaml:"values,omitempty"`     // of type value_set: canonical value to the words accepted for it
	NullWords []string            `yaml:"null_words,omitempty"` // further words that stand for no value here
	KeepWords []string            `yaml:"keep_words,omitempty"` // null words that are values here
	Params    map[string]string   `yaml:"params,omitempty"`     // settings of the family
}

// A Wide column holds the values of one kind of observation; each of its cells becomes a row with this code.
type Wide struct {
	Name     string            `yaml:"name"`
	Type     string            `yaml:"type"`
	Category string            `yaml:"category,omitempty"`
	Code     string            `yaml:"code"`            // LOINC
	Text     string            `yaml:"text"`            // what the code means
	Parts    []string          `yaml:"parts,omitempty"` // a combined cell: the wide columns its parts belong to
	Unit     string            `yaml:"unit,omitempty"`  // UCUM unit where the file states none
	Synonyms []string          `yaml:"synonyms,omitempty"`
	Params   map[string]string `yaml:"params,omitempty"`
}

// Types are the families of standardizers a field can name.
var Types = []string{
	"identifier", "ssn", "npi", "dea", "mbi", "name_full", "name_family", "name_given", "name_middle", "name_suffix",
	"name_prefix", "name_other", "gender", "birth_sex", "race", "ethnicity", "language", "marital_status", "date",
	"datetime", "age", "boolean", "integer", "decimal", "text", "phone", "email", "address_line", "city", "county",
	"state", "zip", "country", "code", "code_system", "code_text", "result_value", "unit", "interpretation",
	"reference_range", "comparator", "encounter_class", "route", "frequency", "vital", "value_set",
}

// Table returns the table with a name or alias, whatever its case; nil when there is none.
func (p *Profile) Table(name string) *Table {
	name = strings.ToLower(name)
	for i := range p.Tables {
		if t := &p.Tables[i]; t.Name == name || slices.Contains(t.Aliases, name) {
			return t
		}
	}
	return nil
}

// RuleCount returns one more than the largest ID of a rule: those of the catalogue, and the profile's own.
func (p *Profile) RuleCount() int { return rule.Count() + len(p.own) }

// Rule returns what is said about a rule of the catalogue, or of the profile's own.
func (p *Profile) Rule(id rule.ID) rule.Rule {
	if int(id) < rule.Count() {
		return id.Rule()
	}
	return p.own[int(id)-rule.Count()]
}

// LookupRule returns the rule with a public id, and whether the catalogue or the profile has it.
func (p *Profile) LookupRule(name string) (rule.ID, bool) {
	for i := range p.own {
		if p.own[i].ID == name {
			return rule.ID(rule.Count() + i), true
		}
	}
	return rule.Lookup(name)
}

// RuleFor returns the severity and disposition of a rule under this profile.
func (p *Profile) RuleFor(id rule.ID) (rule.Severity, rule.Disposition) {
	s := p.settings[id]
	return s.Severity, s.Disposition
}

// RejectLimit returns the share of quarantined rows, in percent, above which a file fails.
func (p *Profile) RejectLimit() float64 { return *p.MaxRejectPct }

// Lists returns the code lists of the profile as package codelist finds them, wherever the program was started.
func (p *Profile) Lists() []string { return p.lists }

// Hash returns the SHA-256 of the profile with its bases merged in, in hexadecimal. Comments and the order of
// keys do not change it.
func (p *Profile) Hash() string { return p.hash }

// Field returns the field with a name; nil when the table has none.
func (t *Table) Field(name string) *Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// WideColumn returns the wide column with a name; nil when the table has none.
func (t *Table) WideColumn(name string) *Wide {
	for i := range t.Wide {
		if t.Wide[i].Name == name {
			return &t.Wide[i]
		}
	}
	return nil
}

// Settings returns what the family of the field receives: Params, and for a value set its words under "values" as
// "canonical=word|word;canonical=word", in order of the canonical values.
func (f *Field) Settings() map[string]string {
	settings := make(map[string]string, len(f.Params)+1)
	for k, v := range f.Params {
		settings[k] = v
	}
	if len(f.Values) > 0 {
		sets := make([]string, 0, len(f.Values))
		for canonical, words := range f.Values {
			sets = append(sets, canonical+"="+strings.Join(words, "|"))
		}
		slices.Sort(sets)
		settings["values"] = strings.Join(sets, ";")
	}
	return settings
}

// seal computes what lookups need once every base is merged in.
func (p *Profile) seal() error {
	p.settings = make([]RuleSettings, p.RuleCount())
	for i := range p.settings {
		r := p.Rule(rule.ID(i))
		p.settings[i] = RuleSettings{r.Severity, r.Disposition}
	}
	for name, s := range p.Rules {
		id, _ := p.LookupRule(name)
		if s.Severity != "" {
			p.settings[id].Severity, _ = rule.ParseSeverity(s.Severity)
		}
		if s.Disposition != "" {
			p.settings[id].Disposition, _ = rule.ParseDisposition(s.Disposition)
		}
	}
	canonical, err := json.Marshal(p) // keys of maps are sorted, fields stand in the order of the struct
	if err != nil {
		return err
	}
	sum := sha256.Sum256(canonical)
	p.hash = hex.EncodeToString(sum[:])
	p.derived = new(sync.Map)
	return nil
}
