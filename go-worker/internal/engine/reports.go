package engine

import (
	"bytes"
	"time"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/report"
	"harmonizer/go-worker/internal/scorecard"
)

// reports writes the plan of all files, the scorecard, and the page that shows both.
func (a *assembly) reports() error {
	all := a.job.newPlan()
	if plans := a.plans(); len(plans) > 0 {
		all = plan.Combine(plans...)
	}
	a.manifest.PlanID = all.ID
	a.remember(all)
	now := time.Now() // the only clock time of the outputs
	card := scorecard.New(all.ID, a.job.Profile.Name+" "+a.job.Profile.Version, a.cards...)
	card.People = a.peopleCard
	card.Publish()
	var sheet, page bytes.Buffer
	if err := card.Write(&sheet, now); err != nil {
		return err
	}
	if err := a.addFile(planName, kindPlan, plan.Marshal(all)); err != nil {
		return err
	}
	if err := a.addFile(cardName, kindScorecard, sheet.Bytes()); err != nil {
		return err
	}
	r := report.Report{Operation: a.job.Operation, Profile: a.job.Profile, Plan: all, Card: card, Supplied: a.job.Plan != nil, Made: now}
	for _, o := range a.manifest.Outputs {
		r.Outputs = append(r.Outputs, report.Output{Name: o.Name, Kind: o.Kind, Rows: o.Rows})
	}
	if err := report.Write(&page, r); err != nil {
		return err
	}
	return a.addFile(reportName, kindReport, page.Bytes())
}

// addFile writes a whole output and lists it.
func (a *assembly) addFile(name, kind string, content []byte) error {
	out, err := writeFile(a.env.Dir, Output{Name: name, Kind: kind}, content)
	a.manifest.Outputs = append(a.manifest.Outputs, out)
	return err
}
