package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"harmonizer/go-worker/internal/plan"
)

// repeatedDetail says why a file was skipped.
const repeatedDetail = "the same bytes under the same plan as in the last delivery: nothing was done again"

// Repeats reports whether a job is its last delivery once more: all files have the bytes, source and plan that the supplied plan was made
// from, and nothing else that the result depends on differs. Such a job is skipped (SPEC section 1). One file alone is not: the
// rows of the others may refer to it, or repeat its rows. A plan that was edited is another one.
func (j *Job) Repeats(files []File) bool {
	if j.Plan == nil || j.Options.Again || j.links() { // who is who depends on all that was linked before
		return false
	}
	last := j.Plan
	known := make([]bool, len(last.Files))
	for i := range files {
		found := false
		for k := range last.Files {
			s := &last.Files[k]
			if s.SHA256 != "" && s.SHA256 == files[i].SHA256 && s.Source == files[i].Source && s.Result == j.resultOf(s, files[i].Table) {
				found, known[k] = true, true
			}
		}
		if !found {
			return false
		}
	}
	return !slices.Contains(known, false)
}

// resultOf stands for everything, beside its bytes and siblings, that the result of a file depends on: its section of the plan, with
// profile, day and code lists, the operation, the options, and the table that was asked for.
func (j *Job) resultOf(section *plan.File, table string) string {
	o := j.Options
	o.Again = false
	_ = o.check() // it fills in what was left out; what cannot be is told when the job begins
	content, err := json.Marshal(struct {
		Plan, Operation, Table string
		Options                Options
	}{j.newPlan(section).ID, j.Operation, table, o})
	if err != nil {
		panic(err) // plain values always marshal
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// skip leaves the part of a file that was done before: its sections of the plan, for the delivery after this one.
func (r *run) skip() {
	for i := range r.job.Plan.Files {
		s := &r.job.Plan.Files[i]
		if s.SHA256 != r.file.SHA256 || s.Source != r.file.Source {
			continue
		}
		r.sections = append(r.sections, s)
		result := &FileResult{Name: s.Name, Source: s.Source, SHA256: r.file.SHA256, Bytes: r.file.Input.Size, Table: s.Table.Name,
			Status: StatusSkipped, Reason: r.settings[ruleDelivered].id, Detail: repeatedDetail}
		r.manifest.Files = append(r.manifest.Files, *result)
		r.cards = append(r.cards, failedCard(result))
		r.addIssue(s.Name, s.Table.Name, "", ruleDelivered, 1)
	}
}

// remember notes in the sections of the plan what they were made from, for the next delivery. Files that failed are to be done again.
func (a *assembly) remember(all *plan.Plan) {
	at := 0
	for i := range a.parts {
		part := &a.parts[i]
		if part.plan == nil {
			continue
		}
		for range part.plan.Files {
			s := &all.Files[at]
			at++
			done := slices.ContainsFunc(part.manifest.Files, func(f FileResult) bool { return f.Name == s.Name && f.Status != StatusFailed })
			if s.SHA256, s.Result = "", ""; done {
				s.SHA256, s.Result = part.input.SHA256, a.job.resultOf(s, part.input.Table)
			}
		}
	}
}

// deliveredBefore notes files that have the bytes of one of the last delivery, and are done all the same.
func (a *assembly) deliveredBefore() {
	if a.job.Plan == nil {
		return
	}
	for at := range a.manifest.Files {
		f := &a.manifest.Files[at]
		if f.Status != StatusSkipped && f.SHA256 != "" && slices.ContainsFunc(a.job.Plan.Files, func(s plan.File) bool { return s.SHA256 == f.SHA256 }) {
			a.noteFile(at, ruleDelivered, "the last delivery had the same bytes")
		}
	}
}
