package worker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"harmonizer/go-worker/internal/engine"
)

// Golden returns the handler of POST /golden: what survives of the records of a person, {"profile", "document", "records":
// [{"row_uid", "source", "values"}]}. Nothing is stored, and nothing of it is logged.
func Golden(token string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Cache-Control", "no-store")
		if !allowed(token, r) {
			refuse(rw, http.StatusUnauthorized, "unauthorized")
			return
		}
		fields, err := golden(http.MaxBytesReader(rw, r.Body, maxDocument))
		if err != nil {
			refuse(rw, statusOf(err), reasonOf(err))
			return
		}
		answer(rw, http.StatusOK, map[string]any{"fields": fields})
	})
}

func golden(body io.Reader) ([]engine.Survived, error) {
	var asked struct {
		Profile  string               `json:"profile"`
		Document *string              `json:"document"` // of the profile, if it is none of the built-in ones
		Records  []engine.KnownRecord `json:"records"`
	}
	if err := json.NewDecoder(body).Decode(&asked); err != nil {
		return nil, malformed(errors.New("not the records of a person")) // the error may quote them
	}
	params := jobParams{Profile: asked.Profile}
	if asked.Document != nil {
		params.ownProfile = []byte(*asked.Document)
	}
	p, err := handling{}.profile(context.Background(), "", params)
	if err != nil {
		return nil, malformed(errors.New("unknown profile"))
	}
	return engine.GoldenOf(p, asked.Records), nil
}
