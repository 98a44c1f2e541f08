package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"harmonizer/go-worker/internal/profile"
)

// profileTime bounds the tests of a profile that is shown, some milliseconds being usual: web waits for 25 s.
const profileTime = 10 * time.Second

// shownProfile is what a profile holds, and what its tests say.
type shownProfile struct {
	Name    string               `json:"name"`
	Version string               `json:"version"`
	Extends string               `json:"extends"`
	Hash    string               `json:"hash"`   // of the profile with its bases merged in, as plans name it
	Tables  map[string]string    `json:"tables"` // canonical names by every name that a table may be called by
	Fields  map[string][]string  `json:"fields"` // names of fields by table
	Checks  int                  `json:"checks"`
	Content json.RawMessage      `json:"content"` // the document as JSON
	Tests   []profile.TestResult `json:"tests"`
}

// CheckProfile returns the handler of POST /profile, whose body is a profile in YAML: whether it reads, what it holds, and what the tests
// beside its rules say on the day ?today=. Nothing is stored or logged. The message of a refusal is for who wrote the profile.
func CheckProfile(token string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !allowed(token, r) {
			refuse(rw, http.StatusUnauthorized, "unauthorized")
			return
		}
		today, err := time.Parse(time.DateOnly, r.URL.Query().Get("today"))
		if err != nil {
			refuse(rw, http.StatusBadRequest, reasonBadMessage)
			return
		}
		document, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxDocument))
		if err != nil {
			refuse(rw, http.StatusBadRequest, reasonBadMessage)
			return
		}
		within, cancel := context.WithTimeout(r.Context(), profileTime)
		defer cancel()
		shown, err := showProfile(within, document, today)
		if err != nil {
			answer(rw, http.StatusUnprocessableEntity, map[string]any{"reason": reasonBadProfile, "message": err.Error()})
			return
		}
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(shown) // the other end may have gone
	})
}

func showProfile(ctx context.Context, document []byte, today time.Time) (*shownProfile, error) {
	p, err := profile.Parse(document)
	if err != nil {
		return nil, err
	}
	content, err := profile.JSON(document)
	if err != nil {
		return nil, err
	}
	tests, err := p.Test(ctx, today)
	if err != nil {
		return nil, err
	}
	shown := &shownProfile{Name: p.Name, Version: p.Version, Extends: p.Extends, Hash: p.Hash(), Tables: map[string]string{},
		Fields: map[string][]string{}, Checks: len(p.Checks), Content: content, Tests: tests}
	for i := range p.Tables {
		t := &p.Tables[i]
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			shown.Tables[name] = t.Name
		}
		shown.Fields[t.Name] = []string{}
		for k := range t.Fields {
			shown.Fields[t.Name] = append(shown.Fields[t.Name], t.Fields[k].Name)
		}
	}
	return shown, nil
}

// errNoProfile is said instead of what is wrong with a profile: it was checked before it was taken.
var errNoProfile = errors.New("the job's profile does not read")

// ownProfile returns a profile that came with a job.
func ownProfile(document []byte) (*profile.Profile, error) {
	p, err := profile.Parse(document)
	if err != nil {
		return nil, &Failure{reasonBadProfile, true, errNoProfile}
	}
	return p, nil
}

// profileRef is where the document of a job's own profile is: the job keeps it, whatever becomes of the profile.
func profileRef(jobID string) string { return fmt.Sprintf("jobs/%s/profile.yaml", jobID) }
