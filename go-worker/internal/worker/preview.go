package worker

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/table"
)

const (
	previewsAtOnce = 4                // each holds a file's beginning in memory
	previewWait    = 2 * time.Second  // for a place among them
	previewTime    = 20 * time.Second // for one, a tenth of a second being usual
	maxPreviewed   = 32 << 20         // bytes of the beginning of a file
)

// previewParams are the part "job" of a request for a preview.
type previewParams struct {
	jobParams
	Name   string `json:"name"`
	Source string `json:"source"`
	Table  string `json:"table"` // "" choose
}

// previewer answers what the engine understands of the beginning of a file. Nothing is stored.
type previewer struct {
	token  string // "": the port is open to this machine only
	places chan struct{}
	log    *slog.Logger
}

// Preview returns the handler of POST /preview. The body is multipart/form-data: the part job (JSON, as a message's
// parameters, with name, source and table), a part plan if one is followed, a part profile if it is none of the built-in ones, and the part file.
func Preview(token string, log *slog.Logger) http.Handler {
	return &previewer{token, make(chan struct{}, previewsAtOnce), log}
}

func (p *previewer) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Cache-Control", "no-store")
	if !allowed(p.token, r) {
		refuse(rw, http.StatusUnauthorized, "unauthorized")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), previewTime)
	defer cancel()
	if !p.enter(ctx) {
		refuse(rw, http.StatusServiceUnavailable, "busy")
		return
	}
	defer func() { <-p.places }()
	job, file, err := readPreview(http.MaxBytesReader(rw, r.Body, maxPreviewed+2*maxDocument), r)
	var shown *engine.Preview
	if err == nil {
		shown, err = engine.PreviewFile(ctx, job, file)
	}
	if err != nil {
		p.log.ErrorContext(ctx, "no preview", "error", describe(err))
		told := map[string]any{"reason": reasonOf(err)}
		if wrong := (noPlan{}); errors.As(err, &wrong) {
			told["message"] = wrong.where
		}
		answer(rw, statusOf(err), told)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(shown) // the other end may have gone
}

func allowed(token string, r *http.Request) bool {
	given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token == "" || subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1
}

func (p *previewer) enter(ctx context.Context) bool {
	wait, cancel := context.WithTimeout(ctx, previewWait)
	defer cancel()
	select {
	case p.places <- struct{}{}:
		return true
	case <-wait.Done():
		return false
	}
}

// readPreview reads the parts of a request.
func readPreview(body io.ReadCloser, r *http.Request) (job engine.Job, file engine.File, err error) {
	r.Body = body
	parts, err := r.MultipartReader()
	if err != nil {
		return job, file, malformed(err)
	}
	content := map[string][]byte{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return job, file, malformed(err)
		}
		if content[part.FormName()], err = readPart(part); err != nil {
			return job, file, err
		}
	}
	var params previewParams
	if err := json.Unmarshal(content["job"], &params); err != nil {
		return job, file, malformed(errors.New("the part job")) // the error may quote it
	}
	params.Plan, params.ownProfile = nil, content["profile"]
	if job, err = (handling{}).job(r.Context(), "", params.jobParams); err != nil {
		return job, file, err
	}
	if document, given := content["plan"]; given {
		if job.Plan, err = readPlan(document); err != nil {
			return job, file, err
		}
	}
	whole := content["file"]
	return job, engine.File{No: 1, Name: params.Name, Source: params.Source, Table: params.Table, Input: table.Input{
		Name: params.Name, Size: int64(len(whole)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(whole)), nil },
	}}, nil
}

func readPart(part *multipart.Part) ([]byte, error) {
	limit := int64(maxPreviewed)
	if part.FormName() != "file" {
		limit = maxDocument
	}
	content, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return nil, malformed(err)
	}
	if int64(len(content)) > limit {
		return nil, malformed(fmt.Errorf("a part of more than %d bytes", limit))
	}
	return content, nil
}

func malformed(err error) error { return &Failure{reasonBadMessage, true, err} }

// readPlan reads a plan, and refuses what is none.
func readPlan(document []byte) (*plan.Plan, error) {
	p, err := plan.Parse(document)
	if err != nil {
		return nil, &Failure{reasonBadPlan, true, noPlan{plan.Unquoted(err)}}
	}
	return p, nil
}

// noPlan is the error of a document that is no plan. Where it is wrong is for whom it belongs to, and for no log.
type noPlan struct{ where string }

func (noPlan) Error() string { return "not a plan" }

// statusOf is the status that an error is answered with.
func statusOf(err error) int {
	var failure *Failure
	if errors.As(err, &failure) && failure.Permanent {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func reasonOf(err error) string {
	var failure *Failure
	if errors.As(err, &failure) {
		return failure.Reason
	}
	return reasonHandlerError
}

func refuse(rw http.ResponseWriter, status int, reason string) {
	answer(rw, status, map[string]any{"reason": reason})
}
