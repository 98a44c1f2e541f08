package profile

import (
	"fmt"
	"regexp"
	"strings"

	"harmonizer/go-worker/internal/condition"
	"harmonizer/go-worker/internal/rule"
)

// A Check is a rule of the profile's own: on rows of its table where When holds, Assert must hold too.
type Check struct {
	ID          string `yaml:"id,omitempty"` // SITE-001; without one it is reported as CND-001
	Table       string `yaml:"table"`
	Field       string `yaml:"field,omitempty"` // that it is about; left out, it is about the row
	When        string `yaml:"when,omitempty"`  // left out, every row
	Assert      string `yaml:"assert"`
	Severity    string `yaml:"severity,omitempty"`    // error, when left out
	Disposition string `yaml:"disposition,omitempty"` // keep_flag, when left out
	Title       string `yaml:"title,omitempty"`
	Message     string `yaml:"message,omitempty"`
	Tests       []Test `yaml:"tests,omitempty"`

	rule         rule.ID
	when, assert *condition.Condition // when is nil without When
}

// A Test is a row of which it is known whether it passes a check.
type Test struct {
	Given  map[string]string `yaml:"given"` // canonical values by field; one that is not named is missing
	Today  string            `yaml:"today,omitempty"`
	Expect string            `yaml:"expect"` // pass or fail
}

// Limits of a profile's own rules.
const (
	maxChecks = 500
	maxTests  = 1000
	maxWords  = 500 // characters of a title or message
)

// noID is the rule under which checks without an id are reported.
var noID = rule.Must("CND-001")

// ownID is the form of an id: a family and a number.
var ownID = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,11}-\d{3}$`)

// compileChecks gives the profile's own rules their place behind the catalogue, and compiles what they say.
func (p *Profile) compileChecks() error {
	if len(p.Checks) > maxChecks {
		return fmt.Errorf("checks: %d of them; %d are the most", len(p.Checks), maxChecks)
	}
	tests := 0
	for i := range p.Checks {
		tests += len(p.Checks[i].Tests)
	}
	if tests > maxTests {
		return fmt.Errorf("checks: %d tests beside them; %d are the most", tests, maxTests)
	}
	p.own = nil
	envs := map[string]*condition.Env{}
	for i := range p.Checks {
		c := &p.Checks[i]
		if err := p.compileCheck(c, envs); err != nil {
			return fmt.Errorf("check %s: %w", c.label(i), err)
		}
	}
	return nil
}

func (c *Check) label(i int) string {
	if c.ID != "" {
		return c.ID
	}
	return fmt.Sprintf("%d", i+1)
}

func (p *Profile) compileCheck(c *Check, envs map[string]*condition.Env) error {
	t := p.Table(c.Table)
	if t == nil {
		return fmt.Errorf("there is no table %q", c.Table)
	}
	if c.Field != "" && t.Field(c.Field) == nil {
		return fmt.Errorf("table %s has no field %s", t.Name, c.Field)
	}
	if err := p.declare(c); err != nil {
		return err
	}
	env := envs[t.Name]
	if env == nil {
		var err error
		if env, err = condition.NewEnv(t.kinds()); err != nil {
			return err
		}
		envs[t.Name] = env
	}
	var err error
	if c.Assert == "" {
		return fmt.Errorf("assert is missing")
	}
	if c.assert, err = env.Compile(c.Assert); err != nil {
		return fmt.Errorf("assert: %w", err)
	}
	if c.When != "" {
		if c.when, err = env.Compile(c.When); err != nil {
			return fmt.Errorf("when: %w", err)
		}
	}
	return c.checkTests(t)
}

// declare makes a rule of what a check says of itself.
func (p *Profile) declare(c *Check) error {
	if c.ID == "" {
		if c.Severity+c.Disposition+c.Title+c.Message != "" {
			return fmt.Errorf("one with a severity, disposition, title or message needs an id")
		}
		c.rule = noID
		return nil
	}
	if !ownID.MatchString(c.ID) {
		return fmt.Errorf("an id is a family in capitals and three digits, like SITE-001")
	}
	if family, _, _ := strings.Cut(c.ID, "-"); rule.IsFamily(family) {
		return fmt.Errorf("the family %s belongs to the built-in rules", family)
	}
	if _, taken := p.LookupRule(c.ID); taken {
		return fmt.Errorf("the id stands twice")
	}
	if len(c.Title) > maxWords || len(c.Message) > maxWords {
		return fmt.Errorf("its title or message is longer than %d characters", maxWords)
	}
	r := rule.Rule{ID: c.ID, Severity: rule.Error, Disposition: rule.KeepFlag, Title: c.Title, Message: c.Message,
		Source: "profile " + p.Name, Example: c.expression()}
	var err error
	if c.Severity != "" {
		if r.Severity, err = rule.ParseSeverity(c.Severity); err != nil {
			return err
		}
	}
	if c.Disposition != "" {
		if r.Disposition, err = rule.ParseDisposition(c.Disposition); err != nil {
			return err
		}
	}
	if r.Disposition == rule.NullCell && c.Field == "" {
		return fmt.Errorf("null_cell needs the field whose value is dropped")
	}
	if r.Message == "" {
		r.Message = "The record does not meet the profile's rule " + c.ID + "."
	}
	if r.Title == "" {
		r.Title = strings.TrimSuffix(r.Message, ".")
	}
	c.rule = rule.ID(p.RuleCount())
	p.own = append(p.own, r)
	return nil
}

// expression is the check as one line.
func (c *Check) expression() string {
	if c.When == "" {
		return c.Assert
	}
	return "when " + c.When + ", " + c.Assert
}

// kinds says how expressions see the fields of the table.
func (t *Table) kinds() map[string]condition.Kind {
	kinds := make(map[string]condition.Kind, len(t.Fields))
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case f.Type == "integer" || f.Type == "age":
			kinds[f.Name] = condition.Integer
		case f.Type == "decimal" || f.Type == "vital" && f.Params["kind"] != "bp":
			kinds[f.Name] = condition.Decimal
		case f.Type == "boolean":
			kinds[f.Name] = condition.Boolean
		default:
			kinds[f.Name] = condition.Text
		}
	}
	return kinds
}

// Rule returns the rule under which the check is reported.
func (c *Check) Rule() rule.ID { return c.rule }

// Asserts returns the fields that the check asserts something about.
func (c *Check) Asserts() []string { return c.assert.Fields() }

// Uses returns all fields whose values the check asks for.
func (c *Check) Uses() []string {
	if c.when == nil {
		return c.assert.Fields()
	}
	return join(c.when.Fields(), c.assert.Fields())
}

// Judge holds a row against the check; get returns its values by field. A check that lacks a value to compare is not Known on the row, and
// so not broken.
func (c *Check) Judge(get func(field string) string) condition.Outcome {
	if c.when != nil {
		switch c.when.Holds(get) {
		case condition.TooCostly:
			return condition.TooCostly
		case condition.True:
		default:
			return condition.Unknown
		}
	}
	return c.assert.Holds(get)
}
