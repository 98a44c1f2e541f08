package worker_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/worker"
)

func TestGolden(t *testing.T) {
	records := `[{"row_uid":"1","source":"a","values":{"birth_date":"1985-04-05","name_given":"Ann"}},
		{"row_uid":"2","source":"b","values":{"name_given":"Annelise"}}]`
	tests := []struct {
		name, token, body string
		status            int
		want              string
	}{
		{"the most complete name", "secret", `{"profile":"us-core","records":` + records + `}`, http.StatusOK,
			`{"fields":[{"field":"name_given","value":"Annelise","rule":"most-complete","row_uid":"2","alternates":["Ann"]},` +
				`{"field":"birth_date","value":"1985-04-05","rule":"only-value","row_uid":"1","alternates":[]}]}`},
		{"nobody", "secret", `{"profile":"us-core","records":[]}`, http.StatusOK, `{"fields":[]}`},
		{"another token", "other", `{}`, http.StatusUnauthorized, `{"reason":"unauthorized"}`},
		{"no JSON", "secret", `Smith`, http.StatusBadRequest, `{"reason":"bad_message"}`},
		{"a profile that is a path", "secret", `{"profile":"/etc/passwd"}`, http.StatusBadRequest, `{"reason":"bad_message"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodPost, "/golden", strings.NewReader(tt.body))
			request.Header.Set("Authorization", "Bearer "+tt.token)
			answer := httptest.NewRecorder()
			worker.Golden("secret").ServeHTTP(answer, request)
			if got := strings.TrimSpace(answer.Body.String()); answer.Code != tt.status || got != tt.want {
				t.Errorf("%d %s", answer.Code, got)
			}
		})
	}
}
