package profile

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// Mistake says in a sentence, with its line, why a document is none. It quotes no lines: somebody may have named a file of patients.
func Mistake(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the document is empty")
	}
	text := strings.TrimSpace(yaml.FormatError(err, false, false))
	at := place.FindStringSubmatch(text)
	if at == nil {
		return errors.New(text)
	}
	text = at[2]
	for _, w := range wordings {
		if m := w.said.FindStringSubmatch(text); m != nil {
			text = w.plain(m[1:])
			break
		}
	}
	return fmt.Errorf("line %s: %s", at[1], text)
}

var place = regexp.MustCompile(`(?s)^\[(\d+):\d+\] (.*)$`)

// wordings are what the library says, and how a person says it.
var wordings = []struct {
	said  *regexp.Regexp
	plain func(m []string) string
}{
	{regexp.MustCompile(`^unknown field (".*")$`), func(m []string) string { return "there is no key " + m[0] }},
	{regexp.MustCompile(`^(\w+) was used where (\w+) is expected$`), func(m []string) string { return kindWord(m[0]) + " stands where " + kindWord(m[1]) + " is expected" }},
	{regexp.MustCompile(`^cannot unmarshal (\w+) into Go .* of type \[?\]?([a-z]+)`), func(m []string) string { return kindWord(m[0]) + " stands where " + kindWord(m[1]) + " is expected" }},
	{regexp.MustCompile(`^found character '\t'`), func([]string) string { return "a tab stands where only spaces can" }},
	{regexp.MustCompile(`^(?:mapping key|duplicate key) (".*?")`), func(m []string) string { return "the key " + m[0] + " stands twice" }},
}

func kindWord(kind string) string {
	switch {
	case kind == "sequence":
		return "a list"
	case kind == "mapping" || kind == "map":
		return "a group of keys"
	case kind == "string":
		return "a text"
	case kind == "bool" || kind == "boolean":
		return "true or false"
	case kind == "null":
		return "nothing"
	case strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") || strings.HasPrefix(kind, "float"):
		return "a number"
	}
	return kind
}
