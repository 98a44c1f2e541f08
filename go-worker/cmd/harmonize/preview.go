package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"harmonizer/go-worker/internal/engine"
)

// preview says what was understood of a file, and writes nothing.
func preview(ctx context.Context, args []string, stdout, _ io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	if len(s.files) != 1 {
		return usageError("preview takes one file")
	}
	job, files, err := s.load()
	if err != nil {
		return err
	}
	p, err := engine.PreviewFile(ctx, job, files[0])
	if err != nil {
		return err
	}
	if s.json {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		err = e.Encode(p)
	} else {
		err = show(stdout, p)
	}
	if err == nil && !slices.ContainsFunc(p.Tables, func(t engine.PreviewTable) bool { return t.Reason == "" }) {
		err = codeError{code: exitNothing}
	}
	return err
}

// show prints a preview for a person.
func show(w io.Writer, p *engine.Preview) error {
	out := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, t := range p.Tables {
		if t.Reason != "" {
			fmt.Fprintf(out, "%s: %s: %s\n", t.Name, t.Reason, t.Detail)
			continue
		}
		f := t.Form
		fmt.Fprintf(out, "%s: table %s (%s)\n", t.Name, t.Table, t.Why)
		fmt.Fprintf(out, "read as: %s\n\n", strings.Join(strings.Fields(
			strings.Join([]string{f.Format, f.Packing, f.Encoding, quoted("delimiter", f.Delimiter), quoted("quote", f.Quote)}, " ")), " "))
		fmt.Fprintln(out, "HEADER\tFIELD\tTYPE\tDECIDED\tWHY")
		for _, c := range t.Columns {
			fmt.Fprintf(out, "%s\t%s\t%s\t\t%s\n", c.Header, c.Field, c.Type, c.Why)
			for _, d := range c.Decisions {
				fmt.Fprintf(out, "\t\t\t%s=%s\t%s\n", d.Name, d.Value, strings.TrimSpace(d.Rule+" "+d.Why))
			}
		}
		fmt.Fprintln(out)
		if err := out.Flush(); err != nil {
			return err
		}
		showFindings(out, t.Issues)
		showRows(out, &t)
		fmt.Fprintln(out)
	}
	if !p.Whole {
		fmt.Fprintln(out, "Only the beginning of the file was looked at; a job decides on all of it.")
	}
	return out.Flush()
}

func quoted(name, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%s %q", name, value)
}
