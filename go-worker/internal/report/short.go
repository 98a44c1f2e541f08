package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/scorecard"
)

// A check is something that was decided without proof, for a person who knows the source.
type check struct{ File, Column, What, Why string }

// sureEnough is the confidence from which a decision needs no look.
const sureEnough = 0.9

// mostChecks is how many checks stand at the top; all stand among the decisions.
const mostChecks = 8

// short is the page in a few sentences: what became of it all, and what is left to do.
func (v *view) short(r *Report) {
	v.Short = append(v.Short, v.said(r.Card))
	clean, removed := int64(0), int64(0)
	for i := range r.Card.Tables {
		clean += r.Card.Tables[i].Rows.Kept - r.Card.Tables[i].Rows.Duplicates
		removed += r.Card.Tables[i].Rows.Duplicates
	}
	if r.Operation != "validate" && v.Rows > 0 {
		text := fmt.Sprintf("%s of %s rows are in the clean tables.", count(clean), count(v.Rows))
		if removed > 0 {
			text += plural(removed, " %s row was left out because another one says the same.", " %s rows were left out because others say the same.")
		}
		v.Short = append(v.Short, text)
	}
	if v.Quarantined > 0 {
		v.Short = append(v.Short, plural(v.Quarantined, "%s row could not be used as it stands.", "%s rows could not be used as they stand.")+
			" The quarantine files hold such rows whole, with the reasons: repair them there, or at the source, and submit them again.")
	}
	if c := r.Card.Job.Of(scorecard.Conformance); len(r.Card.Tables) > 0 {
		if before, after := barOf(c.Before), barOf(c.After); !before.None && !after.None && before.Text == after.Text {
			v.Short = append(v.Short, before.Text+" of the values came in the form of their field.")
		} else if !before.None && !after.None {
			v.Short = append(v.Short, fmt.Sprintf("%s of the values came in the form of their field; %s, %s have it.", before.Text, v.After, after.Text))
		}
	}
	v.checks()
}

// besideTables is the rule under which what is no table was left aside; it counts as no file here.
const besideTables = "FILE-009"

// said says what became of the files.
func (v *view) said(c *scorecard.Card) string {
	by := map[string]int64{}
	all := int64(0)
	for i := range c.Files {
		if f := &c.Files[i]; f.Reason != besideTables {
			by[f.Status]++
			all++
		}
	}
	switch {
	case by["failed"] == all && all > 0:
		return plural(all, "The file could not be used.%.0s", "None of the %s files could be used.")
	case by["skipped"] > 0:
		return plural(by["skipped"], "The file was skipped%.0s", "The %s files were skipped") + ": the last delivery was the same, and so would be the result."
	case by["failed"] > 0:
		return plural(by["failed"], "%s of "+count(all)+" files failed; nothing of it is in the tables.", "%s of "+count(all)+" files failed; nothing of them is in the tables.")
	}
	if all == 2 {
		return "Both files could be read."
	}
	return plural(all, "The file could be read.%.0s", "All %s files could be read.")
}

// checks gathers decisions that rest on an assumption.
func (v *view) checks() {
	for _, d := range v.Decisions {
		for _, c := range d.Columns {
			for _, m := range c.Made {
				if m.assumed {
					v.Checks = append(v.Checks, check{d.File, c.Header, m.What, m.Why})
				}
			}
		}
	}
	if len(v.Checks) > mostChecks {
		v.MoreChecks, v.Checks = len(v.Checks)-mostChecks, v.Checks[:mostChecks]
	}
}

// A fact is one line of a table of two columns.
type fact struct{ Name, Value string }

// A driftView is something that is not as it was in the last delivery.
type driftView struct{ Rule, Title, File, Column, Detail string }

// linked says who is who.
func linked(p *scorecard.People) []fact {
	if p == nil {
		return nil
	}
	facts := []fact{{"records of patients", count(int64(p.Records))}, {"persons", count(int64(p.Persons))}}
	for _, size := range sizes(p.Sizes) {
		facts = append(facts, fact{plural(int64(size), "persons with %s record", "persons with %s records"), count(int64(p.Sizes[strconv.Itoa(size)]))})
	}
	for _, method := range slices.Sorted(maps.Keys(p.Methods)) {
		facts = append(facts, fact{"records linked: " + method, count(int64(p.Methods[method]))})
	}
	facts = append(facts, fact{"pairs for a person to decide on", count(int64(p.Review))},
		fact{"links that are expected to be false", percent(p.ExpectedFalse)})
	if q := p.Quality; q != nil {
		facts = append(facts, fact{"of the links, right by the known pairs", percent(q.Precision)}, fact{"of the known pairs, found", percent(q.Recall)})
	}
	return facts
}

// sizes are the numbers of records that persons have, in order.
func sizes(by map[string]int) []int {
	var all []int
	for text := range by {
		if n, err := strconv.Atoi(text); err == nil {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// since lists what differs from the last delivery.
func (v *view) since(r *Report) {
	for i := range r.Card.Files {
		f := &r.Card.Files[i]
		for _, d := range f.Drifts {
			one := driftView{Rule: d.Rule, File: f.Name, Column: d.Column, Detail: d.Detail}
			if id, ok := r.Profile.LookupRule(d.Rule); ok {
				one.Title = r.Profile.Rule(id).Title
			}
			v.Since = append(v.Since, one)
		}
	}
}
