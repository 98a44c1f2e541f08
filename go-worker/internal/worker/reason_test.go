package worker

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"testing"

	"harmonizer/queue"
)

// Every reason code of this package means something to a person.
func TestReasonsAreExplained(t *testing.T) {
	text, err := fs.ReadFile(queue.Contract, "schemas/reasons.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		OneOf []struct{ Const, Description string }
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	var explained []string
	for _, one := range schema.OneOf {
		if one.Description != "" {
			explained = append(explained, one.Const)
		}
	}
	source, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(source, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			found++
			if code, err := strconv.Unquote(literal.Value); err != nil || !slices.Contains(explained, code) {
				t.Errorf("reasons.json does not explain %s", literal.Value)
			}
		}
		return true
	})
	if found == 0 {
		t.Error("no reason codes")
	}
}
