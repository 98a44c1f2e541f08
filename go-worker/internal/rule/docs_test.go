package rule

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/facts"
)

var update = flag.Bool("update", false, "write docs/rules.md")

const docs = "../../../docs/rules.md"

const intro = `# Rules

Every finding that the engine reports names one of these rules. This page is made from the tables in ` + "`queue/contract/tables/`" + `
(` + "`rules.csv`, `rule_families.csv`, `rules_waiting.csv`" + `) by ` + "`go test ./go-worker/internal/rule -update`" + `;
` + "`harmonize explain RULE`" + ` prints one of them.

| severity | means |
|---|---|
| fatal | the file cannot be processed honestly; other files go on |
| error | a cell or row is unusable |
| warning | accepted but doubtful, or repaired by inference |
| info | changed without loss, worth counting |

| disposition | what happens |
|---|---|
| ` + "`fix`" + ` | changed; counted, not listed one by one |
| ` + "`fix_flag`" + ` | changed, and listed |
| ` + "`keep_flag`" + ` | kept as it is, and listed |
| ` + "`null_cell`" + ` | the value is left out of the clean table; a required field quarantines its row |
| ` + "`quarantine_row`" + ` | the row goes to the quarantine file, whole |
| ` + "`fail_file`" + ` | the file is not processed |

A profile changes severity and disposition of a rule (` + "`rules:`" + `), and adds rules of its own (` + "`checks:`" + `), see
[profiles.md](profiles.md). Rules marked *not yet* are in the catalogue and are not applied.
`

// TestDocs holds docs/rules.md against the tables that it is made from.
func TestDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(intro)
	for _, family := range facts.Rows("rule_families.csv", "begins", "title") {
		writeFamily(&b, family[0], family[1])
	}
	want := b.String()
	if *update {
		if err := os.WriteFile(docs, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(docs)
	if err != nil || string(got) != want {
		t.Errorf("docs/rules.md is not what the tables say; go test ./go-worker/internal/rule -update writes it (%v)", err)
	}
}

// writeFamily writes the rules whose id begins so.
func writeFamily(b *strings.Builder, begins, title string) {
	fmt.Fprintf(b, "\n## %s\n\n| rule | severity | disposition | what it says | example |\n|---|---|---|---|---|\n", title)
	var sources []string
	ids := map[string][]string{}
	for i := 1; i < Count(); i++ {
		r := ID(i).Rule()
		if familyOf(r.ID) != begins {
			continue
		}
		waits := ""
		if r.Waits != "" {
			waits = " *Not yet: " + cell(r.Waits) + ".*"
		}
		fmt.Fprintf(b, "| %s | %s | `%s` | **%s.** %s%s | %s |\n", r.ID, r.Severity, r.Disposition, cell(r.Title), cell(r.Message), waits, cell(r.Example))
		if !slices.Contains(sources, r.Source) {
			sources = append(sources, r.Source)
		}
		ids[r.Source] = append(ids[r.Source], r.ID)
	}
	b.WriteString("\n")
	if len(sources) == 1 {
		fmt.Fprintf(b, "Source: %s.\n", sources[0])
		return
	}
	b.WriteString("Sources:\n\n")
	for _, s := range sources {
		fmt.Fprintf(b, "- %s (%s)\n", s, strings.Join(ids[s], ", "))
	}
}

// cell makes text safe to stand in a cell of a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ", "*", `\*`, "_", `\_`).Replace(s)
}

// familyOf returns the longest beginning of an id among the families.
func familyOf(id string) string {
	best := ""
	for _, f := range facts.Rows("rule_families.csv", "begins", "title") {
		if strings.HasPrefix(id, f[0]) && len(f[0]) > len(best) && (strings.Contains(f[0], "-") || id[len(f[0])] == '-') {
			best = f[0]
		}
	}
	return best
}

func TestEveryRuleHasAFamily(t *testing.T) {
	for i := 1; i < Count(); i++ {
		if id := ID(i).String(); familyOf(id) == "" {
			t.Errorf("%s is of no family in rule_families.csv", id)
		}
	}
}
