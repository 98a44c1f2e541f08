package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/queue"
)

// profiles does what `harmonize profile` is asked for.
func profiles(_ context.Context, args []string, stdout, _ io.Writer) error {
	const how = "profile takes list, show NAME, check FILE or test FILE"
	if len(args) == 1 && args[0] == "list" {
		_, err := fmt.Fprintln(stdout, strings.Join(profile.Names(), "\n"))
		return err
	}
	if len(args) < 2 {
		return usageError(how)
	}
	command, known := map[string]func(*profileArgs, io.Writer) error{
		"show": showProfile, "check": checkProfile, "test": testProfile}[args[0]]
	if !known {
		return usageError(how)
	}
	a, err := parseProfileArgs(args[1:])
	if err != nil {
		return err
	}
	return command(a, stdout)
}

// profileArgs are what the arguments of `harmonize profile` say.
type profileArgs struct {
	name  string
	json  bool
	today time.Time
}

func parseProfileArgs(args []string) (*profileArgs, error) {
	a := &profileArgs{today: time.Now().UTC()}
	f := flag.NewFlagSet("harmonize profile", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&a.json, "json", false, "")
	today := f.String("today", "", "")
	for rest := args; len(rest) > 0; { // flags may stand before or after the name
		if err := f.Parse(rest); err != nil {
			return nil, usageError("%w", err)
		}
		if rest = f.Args(); len(rest) == 0 {
			break
		}
		if a.name != "" {
			return nil, usageError("profile takes one name or file")
		}
		a.name, rest = rest[0], rest[1:]
	}
	if a.name == "" {
		return nil, usageError("no profile is named")
	}
	if *today != "" {
		var err error
		if a.today, err = time.Parse(time.DateOnly, *today); err != nil {
			return nil, usageError("--today %q is not a date YYYY-MM-DD", *today)
		}
	}
	return a, nil
}

// load reads the profile; one that nothing could act on is a usage error.
func (a *profileArgs) load() (*profile.Profile, error) {
	p, err := profile.Load(a.name)
	if err != nil {
		return nil, usageError("%w", err)
	}
	return p, nil
}

// showProfile prints the document of a profile, as it is written.
func showProfile(a *profileArgs, stdout io.Writer) error {
	if _, err := a.load(); err != nil {
		return err
	}
	document, err := fs.ReadFile(queue.Contract, "profiles/"+a.name+".yaml")
	if err != nil {
		document, err = os.ReadFile(a.name)
	}
	if err != nil {
		return err
	}
	_, err = stdout.Write(document)
	return err
}

// checkProfile says what a profile holds, once its bases are merged in.
func checkProfile(a *profileArgs, stdout io.Writer) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	lists, err := codelist.Load(p.Lists()...)
	if err != nil {
		return usageError("%w", err)
	}
	out := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(out, "%s, version %s; tables: %d; rules of its own: %d\n", p.Name, p.Version, len(p.Tables), len(p.Checks))
	for i := range p.Tables {
		fmt.Fprintf(out, "  %s\t%d fields\n", p.Tables[i].Name, len(p.Tables[i].Fields))
	}
	for _, s := range lists.Sources() {
		fmt.Fprintf(out, "  code list %s\t%d codes\n", s.Name, s.Codes)
	}
	fmt.Fprintf(out, "hash %s\n", p.Hash())
	return out.Flush()
}

// testProfile runs the tests of a profile's own rules; exit code 1 when one of them fails.
func testProfile(a *profileArgs, stdout io.Writer) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	results, err := p.Test(context.Background(), a.today)
	if err != nil {
		return err
	}
	failed := 0
	for _, r := range results {
		if !r.Passed() {
			failed++
		}
	}
	if a.json {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		err = e.Encode(struct {
			Profile string               `json:"profile"`
			Passed  int                  `json:"passed"`
			Failed  int                  `json:"failed"`
			Tests   []profile.TestResult `json:"tests"`
		}{p.Name, len(results) - failed, failed, results})
	} else {
		err = sayResults(stdout, results, failed)
	}
	if err == nil && failed > 0 {
		err = codeError{code: exitIssues}
	}
	return err
}

func sayResults(w io.Writer, results []profile.TestResult, failed int) error {
	for _, r := range results {
		if r.Passed() {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s, test %d: expected %s, got %s\n", r.Check, r.Test, r.Expect, r.Got); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d of %d tests passed\n", len(results)-failed, len(results))
	return err
}
