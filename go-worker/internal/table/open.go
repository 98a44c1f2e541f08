package table

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"
)

// headBytes is how much of a text is looked at to decide its form.
const headBytes = 1 << 20

// Open looks at an input and returns its tables: one of a CSV, or more below it, several of an archive, a workbook or a FHIR
// bundle. Nothing is kept open. The error is a *Refused when the input cannot be read honestly, and any other
// when reading it failed; when some members of an archive can be read and others not, the others are sources
// with Refused set.
func Open(ctx context.Context, in Input, opt Options) ([]*Source, error) {
	opt = opt.withDefaults()
	c := content{name: path.Base(strings.ReplaceAll(in.Name, `\`, "/")), open: in.Open}
	return open(ctx, c, opt, 1)
}

// open returns the tables of a content that is packed depth-1 times.
func open(ctx context.Context, c content, opt Options, depth int) ([]*Source, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	head, err := c.head(512)
	if err != nil {
		return nil, err
	}
	if len(head) == 0 {
		return nil, &Refused{ruleEmpty, "The file is empty."}
	}
	if inner, ok := unpacked(c, head, opt); ok {
		if depth > maxArchiveDepth {
			return nil, &Refused{ruleLimit, fmt.Sprintf("The file is packed more than %d times.", maxArchiveDepth)}
		}
		return open(ctx, inner, opt, depth+1)
	}
	if bytes.HasPrefix(head, []byte(zipMagic)) || bytes.HasPrefix(head, []byte(emptyZIPMagic)) {
		return openZIP(ctx, c, opt, depth)
	}
	if refused := refuseBinary(head); refused != nil {
		return nil, refused
	}
	c = c.beginning(opt.Beginning)
	frozen := opt.frozenFor(c.name)
	t, err := asText(c, frozen, opt.Trust)
	if err != nil {
		return nil, err
	}
	if head, err = t.head(headBytes); err != nil {
		return nil, err
	}
	if isJSON(t, head, frozen) {
		return openJSON(ctx, t, head, frozen, opt)
	}
	return openCSV(t, head, frozen, opt)
}
