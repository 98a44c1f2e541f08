// Package condition compiles and evaluates the expressions that a profile's own rules are made of. They are written in CEL, the Common
// Expression Language: typed, without loops, and cut off when one takes too many steps on a row. It knows nothing of profiles or rules.
package condition

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
)

// Kind is how an expression sees the values of a field. Any value may be missing: then it is null.
type Kind uint8

// Kinds.
const (
	Text    Kind = iota // a string; dates are text too, whose order is that of time
	Integer             // an int
	Decimal             // a double
	Boolean             // a bool
)

// Today is the name under which expressions find the day that the job calls today, as text.
const Today = "today"

// Limits of one expression.
const (
	maxLength = 4096   // characters
	maxDepth  = 64     // of brackets within brackets
	maxCost   = 20_000 // steps on one row, as CEL counts them; a comparison takes one or two
)

// An Env knows the fields of one table.
type Env struct {
	env   *cel.Env
	kinds map[string]Kind
}

// names are what CEL takes for the name of a variable; it keeps some words for itself.
var (
	names    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	reserved = []string{"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
		"namespace", "null", "package", "return", "true", "var", "void", "while"}
)

// NewEnv returns what expressions over the given fields are compiled in. A field whose name CEL cannot read is left out.
func NewEnv(fields map[string]Kind) (*Env, error) {
	e := &Env{kinds: map[string]Kind{Today: Text}}
	for name, kind := range fields {
		if names.MatchString(name) && !slices.Contains(reserved, name) {
			e.kinds[name] = kind
		}
	}
	options := []cel.EnvOption{cel.CrossTypeNumericComparisons(true), cel.ParserExpressionSizeLimit(maxLength), cel.ParserRecursionLimit(maxDepth)}
	options = append(options, helpers()...)
	for name, kind := range e.kinds {
		options = append(options, cel.Variable(name, cel.NullableType(celTypes[kind])))
	}
	env, err := cel.NewEnv(options...)
	e.env = env
	return e, err
}

var celTypes = [...]*cel.Type{Text: cel.StringType, Integer: cel.IntType, Decimal: cel.DoubleType, Boolean: cel.BoolType}

// A Condition is a compiled expression. It is safe for concurrent use.
type Condition struct {
	program cel.Program
	kinds   map[string]Kind
	fields  []string
}

// Compile returns the condition that an expression states; its error names the place of a mistake.
func (e *Env) Compile(expression string) (*Condition, error) {
	ast, issues := e.env.Compile(expression)
	if issues.Err() != nil {
		return nil, mistake(issues)
	}
	if out := ast.OutputType(); !out.IsExactType(cel.BoolType) && !out.IsExactType(cel.NullableType(cel.BoolType)) {
		return nil, fmt.Errorf("it gives %s; a condition is true or false", out)
	}
	program, err := e.env.Program(ast, cel.CostLimit(maxCost), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, err // a pattern or literal that is none
	}
	c := &Condition{program: program, kinds: e.kinds}
	for _, ref := range ast.NativeRep().ReferenceMap() {
		if _, ok := e.kinds[ref.Name]; ok && ref.Name != Today && !slices.Contains(c.fields, ref.Name) {
			c.fields = append(c.fields, ref.Name)
		}
	}
	slices.Sort(c.fields)
	return c, nil
}

// Fields returns the fields that the condition speaks of, in order of their names.
func (c *Condition) Fields() []string { return c.fields }

// Outcome is what a condition says of a row.
type Outcome uint8

// Outcomes.
const (
	Unknown   Outcome = iota // a value that it needs is missing, or cannot be read
	False                    // it does not hold
	True                     // it holds
	TooCostly                // it was cut off
)

// Holds says whether the condition holds on a row, whose values, "" where there is none, get returns by field.
func (c *Condition) Holds(get func(field string) string) Outcome {
	out, _, err := c.program.Eval(row{get, c.kinds})
	var cut interpreter.EvalCancelledError
	switch {
	case errors.As(err, &cut):
		return TooCostly
	case err != nil:
		return Unknown
	case out == types.True:
		return True
	case out == types.False:
		return False
	}
	return Unknown
}

// A row gives an expression the values that it asks for.
type row struct {
	get   func(field string) string
	kinds map[string]Kind
}

// Parent says that there is nothing beyond the row.
func (row) Parent() cel.Activation { return nil }

// ResolveName returns the value of a field, null when it is missing or not of the kind of its field.
func (r row) ResolveName(name string) (any, bool) {
	kind, ok := r.kinds[name]
	if !ok {
		return nil, false
	}
	s := r.get(name)
	if s == "" {
		return types.NullValue, true
	}
	switch kind {
	case Integer:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, true
		}
	case Decimal:
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return n, true
		}
	case Boolean:
		if b, err := strconv.ParseBool(s); err == nil {
			return b, true
		}
	default:
		return s, true
	}
	return types.NullValue, true
}
