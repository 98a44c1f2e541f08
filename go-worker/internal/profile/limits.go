package profile

import (
	"encoding/json"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a document, far above what profiles need: a small text must not make a large tree.
const (
	maxBytes    = 1 << 20
	maxNesting  = 32      // lists and maps within each other on one line
	maxRepeated = 1 << 24 // bytes, if every alias (*) stood for the whole document
)

// JSON returns a document that was parsed as JSON, aliases written out.
func JSON(document []byte) ([]byte, error) {
	var content any
	if err := yaml.Unmarshal(document, &content); err != nil {
		return nil, Mistake(err)
	}
	written, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("it holds a value that JSON does not have: %w", err)
	}
	if len(written) > 4*maxBytes {
		return nil, fmt.Errorf("the profile repeats itself through aliases (*); write out what they stand for")
	}
	return written, nil
}

// tame refuses documents that would take long to read, or much memory.
func tame(document []byte) error {
	if len(document) > maxBytes {
		return fmt.Errorf("the profile is longer than %d bytes", maxBytes)
	}
	tokens := lexer.Tokenize(string(document))
	aliases, err := aliasesIn(tokens)
	if err != nil || len(aliases) == 0 {
		return err
	}
	if len(aliases)*len(document) > maxRepeated {
		return fmt.Errorf("the profile repeats itself through %d aliases (*); write out what they stand for", len(aliases))
	}
	return noChains(tokens)
}

// Plain refuses a document with aliases (*), or with lists and maps deep within each other: a small text that makes
// a large tree.
func Plain(document []byte) error {
	aliases, err := aliasesIn(lexer.Tokenize(string(document)))
	if err == nil && len(aliases) > 0 {
		return fmt.Errorf("line %d: an alias (*); write out what it stands for", aliases[0])
	}
	return err
}

// aliasesIn returns the lines of the aliases, unless lists and maps lie too deep within each other.
func aliasesIn(tokens token.Tokens) ([]int, error) {
	var aliases []int
	open, entries, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			entries, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open--
		case token.SequenceEntryType:
			entries++
		case token.AliasType:
			aliases = append(aliases, line)
		}
		if open > maxNesting || entries > maxNesting {
			return nil, fmt.Errorf("line %d: more than %d lists or maps lie within each other", line, maxNesting)
		}
	}
	return aliases, nil
}

// noChains refuses aliases within what other aliases stand for: a few of them make a tree that fills any memory.
func noChains(tokens token.Tokens) error {
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil // the decoder says it better
	}
	for _, document := range file.Docs {
		for _, anchor := range ast.Filter(ast.AnchorType, document) {
			if inner := ast.Filter(ast.AliasType, anchor); len(inner) > 0 {
				return fmt.Errorf("line %d: an alias (*) within an anchor (&); write out what it stands for", inner[0].GetToken().Position.Line)
			}
		}
	}
	return nil
}
