package quality

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the scores to docs/quality.md")

// document holds the scores between two marks.
const (
	document   = "../../../docs/quality.md"
	scoresFrom = "<!-- scores: written by make quality -->\n"
	scoresTo   = "<!-- end of scores -->\n"
)

// A score says how many of the cases of a suite came out as they should.
type score struct{ right, of int }

// count adds one case.
func (s *score) count(right bool) {
	if s.of++; right {
		s.right++
	}
}

// A measure is one score of a suite.
type measure struct {
	suite, what string
	least       float64 // share below which the engine is broken; 1 where nothing may ever be wrong
	take        func(t *testing.T) score
}

// TestScores takes all scores. None may be lower than docs/quality.md says; `make quality` writes them there.
func TestScores(t *testing.T) {
	measures := append(append(formatMeasures, personMeasures...), clinicalMeasures...)
	scores := make([]score, len(measures))
	t.Run("take", func(t *testing.T) {
		for i, m := range measures {
			t.Run(m.suite+"/"+m.what, func(t *testing.T) {
				t.Parallel()
				scores[i] = m.take(t)
				if s := scores[i]; s.of == 0 || float64(s.right) < m.least*float64(s.of) {
					t.Errorf("%d of %d, want a share of %g", s.right, s.of, m.least)
				}
			})
		}
	})
	table := "| suite | what is counted | right | of | share |\n|---|---|---:|---:|---:|\n"
	for i, m := range measures {
		if s := scores[i]; s.of > 0 {
			table += fmt.Sprintf("| %s | %s | %d | %d | %s |\n", m.suite, m.what, s.right, s.of, share(s))
		}
	}
	t.Log("\n" + table)
	content, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(content), scoresFrom)
	told, after, ended := strings.Cut(rest, scoresTo)
	if !begun || !ended {
		t.Fatalf("%s has no marks for the scores", document)
	}
	if *update {
		if err := os.WriteFile(document, []byte(before+scoresFrom+table+scoresTo+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for i, m := range measures {
		var was score
		_, row, found := strings.Cut(told, fmt.Sprintf("| %s | %s | ", m.suite, m.what))
		if _, err := fmt.Sscanf(row, "%d | %d |", &was.right, &was.of); !found || err != nil {
			t.Errorf("%s, %s is not in %s: run make quality", m.suite, m.what, document)
		} else if s := scores[i]; s.of != 0 && (s.of != was.of || s.right < was.right) {
			t.Errorf("%s, %s: %d of %d, but %s says %d of %d", m.suite, m.what, s.right, s.of, document, was.right, was.of)
		}
	}
}

// share writes a score in percent, so that only a whole one is 100.
func share(s score) string {
	tenths := s.right * 1000 / s.of
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}
