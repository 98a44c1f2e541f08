package condition

import (
	"fmt"
	"regexp"
	"strings"

	"cel.dev/cel-go/cel"
)

// mistake says in a sentence, with its place, why an expression is none.
func mistake(issues *cel.Issues) error {
	first := issues.Errors()[0]
	text := first.Message
	for _, w := range wordings {
		if w.said.MatchString(text) {
			text = w.said.ReplaceAllString(text, w.plain)
			if strings.Contains(w.plain, "cannot be used") {
				text = plainTypes.Replace(text)
			}
			break
		}
	}
	where := fmt.Sprintf("character %d", first.Location.Column()+1)
	if line := first.Location.Line(); line > 1 {
		where = fmt.Sprintf("line %d, %s", line, where)
	}
	return fmt.Errorf("at %s: %s", where, text)
}

// wordings are what the library says, and how a person says it.
var wordings = []struct {
	said  *regexp.Regexp
	plain string
}{
	{regexp.MustCompile(`(?s)^undeclared reference to '(.*?)'.*$`), "there is no field and no function $1"},
	{regexp.MustCompile(`(?s)^Syntax error: .*input '<EOF>'.*$`), "the expression ends too early"},
	{regexp.MustCompile(`(?s)^Syntax error: (?:mismatched|extraneous) input '(.*?)'.*$`), "$1 does not belong there"},
	{regexp.MustCompile(`(?s)^Syntax error: token recognition error at: '(.*?)'.*$`), "$1 does not belong there"},
	{regexp.MustCompile(`(?s)^found no matching overload for '(.*?)' applied to '(.*?)'.*$`), "$1 cannot be used with $2"},
}

// plainTypes writes operators and types as profiles do.
var plainTypes = strings.NewReplacer("_==_", "==", "_!=_", "!=", "_<_", "<", "_<=_", "<=", "_>_", ">", "_>=_", ">=", "_+_", "+", "_-_", "-",
	"_*_", "*", "_/_", "/", "_&&_", "&&", "_||_", "||", "wrapper(string)", "text", "wrapper(int)", "integer", "wrapper(double)", "decimal",
	"wrapper(bool)", "boolean", "string", "text", "double", "decimal", "bool", "boolean", "int", "integer")
