package engine

import (
	"strings"
	"testing"
)

// TestTheSameDeliveryAgain is skipped as a whole; what differs in anything that matters is done.
func TestTheSameDeliveryAgain(t *testing.T) {
	files := func() []File {
		patients, visits := month("patients.csv", 120, 60), fileOf("visits.csv", "encounter_id,patient_id,admit_date\nE1,1,2026-01-02\n")
		visits.No = 2
		return []File{patients, visits}
	}
	first := runJob(t, newJob(t, Harmonize), Env{}, files()...)
	job := newJob(t, Harmonize)
	job.Plan = planIn(t, first.read(planName))
	r := runJob(t, job, Env{}, files()...)
	if r.Status() != "succeeded" || r.count("FILE-003") != 2 || r.Counts != (Counts{}) || r.read(planName) != first.read(planName) {
		t.Errorf("%s, FILE-003 %d times, %+v", r.Status(), r.count("FILE-003"), r.Counts)
	}
	for _, f := range r.Files {
		if f.Status != StatusSkipped || f.Reason != "FILE-003" || f.Table == "" {
			t.Errorf("%+v", f)
		}
	}
	for _, o := range r.Outputs {
		if o.Kind == kindClean || o.Kind == kindCrosswalk {
			t.Errorf("%s of nothing", o.Name)
		}
	}
	if third := job; third.Plan != nil {
		third.Plan = planIn(t, r.read(planName))
		if got := runJob(t, third, Env{}, files()...); got.Files[0].Status != StatusSkipped {
			t.Error("the plan of a skipped delivery is no last delivery")
		}
	}
	another := files()
	another[1] = fileOf("visits.csv", "encounter_id,patient_id,admit_date\nE1,1,2026-01-03\n")
	for name, tt := range map[string]struct {
		change func(*Job)
		files  []File
		noted  int64
	}{
		"another file":      {func(*Job) {}, another, 1},
		"one file less":     {func(*Job) {}, files()[:1], 1},
		"asked for":         {func(j *Job) { j.Options.Again = true }, files(), 2},
		"another operation": {func(j *Job) { j.Operation = Clean }, files(), 2},
		"another option":    {func(j *Job) { j.Options.Provenance = true }, files(), 2},
		"another day":       {func(j *Job) { j.Today = j.Today.AddDate(0, 1, 0) }, files(), 2},
		"an edited plan": {func(j *Job) {
			j.Plan = planIn(t, strings.Replace(first.read(planName), "field: name_given", "field: x_first", 1))
		}, files(), 2},
		"a plan of a look":       {func(j *Job) { j.Plan = planIn(t, doneBefore.ReplaceAllString(first.read(planName), "")) }, files(), 0},
		"another source's files": {func(*Job) {}, sourced(files(), "elsewhere"), 2},
	} {
		t.Run(name, func(t *testing.T) {
			other := job
			tt.change(&other)
			got := runJob(t, other, Env{}, tt.files...)
			if got.Files[0].Status != StatusOK || got.count("FILE-003") != tt.noted {
				t.Errorf("%+v, FILE-003 %d times", got.Files, got.count("FILE-003"))
			}
		})
	}
}

func sourced(files []File, source string) []File {
	for i := range files {
		files[i].Source = source
	}
	return files
}

// TestAFailedFileIsDoneAgain: a delivery is repeated only when it was one.
func TestAFailedFileIsDoneAgain(t *testing.T) {
	bad := fileOf("patients.csv", "patient_id,Last Name,DOB\n"+strings.Repeat(",,1980-01-02\n", 150))
	job := newJob(t, Harmonize)
	first := runJob(t, job, Env{}, bad)
	job.Plan = planIn(t, first.read(planName))
	if again := runJob(t, job, Env{}, bad); first.Status() != "failed" || again.Status() != "failed" {
		t.Errorf("%s, then %s", first.Status(), again.Status())
	}
}
