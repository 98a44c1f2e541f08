package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"harmonizer/go-worker/internal/rule"
)

// explain says what a rule means, or which rules a family has.
func explain(_ context.Context, args []string, stdout, _ io.Writer) error {
	if len(args) != 1 {
		return usageError("explain takes the id of one rule, for example DATE-001")
	}
	id, ok := rule.Lookup(strings.ToUpper(args[0]))
	if !ok {
		if family := familyOf(strings.ToUpper(args[0])); len(family) > 0 {
			_, err := fmt.Fprintln(stdout, strings.Join(family, "\n"))
			return err
		}
		return usageError("there is no rule %q; docs/rules.md lists them all", args[0])
	}
	r := id.Rule()
	if r.Waits != "" {
		r.Message += "\nNot applied yet: " + r.Waits + "."
	}
	_, err := fmt.Fprintf(stdout, "%s: %s\n\n%s\n\nseverity:    %s\ndisposition: %s\nexample:     %s\nsource:      %s\n",
		r.ID, r.Title, r.Message, r.Severity, r.Disposition, r.Example, r.Source)
	return err
}

// familyOf lists the rules whose ids begin with a family, such as DATE.
func familyOf(name string) (lines []string) {
	for id := rule.ID(1); int(id) < rule.Count(); id++ {
		if r := id.Rule(); strings.HasPrefix(r.ID, strings.TrimSuffix(name, "-")+"-") {
			lines = append(lines, r.ID+"  "+r.Title)
		}
	}
	return lines
}
