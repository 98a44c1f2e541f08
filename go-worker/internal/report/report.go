// Package report writes report.html: one self-contained page that tells a person what arrived, what was decided and why, what was
// changed, set aside and removed. It shows headers, counts and the texts of rules; no cell of any record.
package report

import (
	_ "embed" // the page and its style sheet
	"fmt"
	"html/template"
	"io"
	"time"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/scorecard"
)

// A Report is what the page is made from.
type Report struct {
	Operation string
	Profile   *profile.Profile
	Plan      *plan.Plan // nil when no file could be read
	Card      *scorecard.Card
	Supplied  bool     // the plan was made from the last delivery
	Outputs   []Output // in the order in which they are listed
	Made      time.Time
}

// An Output is a file that the job wrote.
type Output struct {
	Name string
	Kind string // of the manifest: clean, quarantine, …
	Rows int64  // 0: it holds no rows
}

var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	styleText string

	page = template.Must(template.New("page").Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(styleText) },
		"count": count,
	}).Parse(pageText))
)

// Write writes the page.
func Write(w io.Writer, r Report) error {
	if err := page.Execute(w, r.view()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
