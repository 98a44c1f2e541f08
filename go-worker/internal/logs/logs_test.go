package logs_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"harmonizer/go-worker/internal/logs"
)

func TestALineHasTheAgreedForm(t *testing.T) {
	var out bytes.Buffer
	log := logs.New("worker", slog.LevelInfo, &out)
	log.Debug("not written")
	log.Warn("attempt ended", "job_id", "j", "item_id", "i", "kind", "file", "attempt", 2, "worker_id", "w",
		"duration_s", 0.5, "reason", "handler_error")
	schema, err := jsonschema.NewCompiler().Compile("../../../queue/contract/schemas/log.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}

	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["level"] != "warning" || line["msg"] != "attempt ended" || line["process"] != "worker" || line["attempt"] != 2.0 {
		t.Errorf("the line is %v", line)
	}
	if at, _ := line["time"].(string); !regexp.MustCompile(`^20\d\d-.*\.\d{6}Z$`).MatchString(at) {
		t.Errorf("the time is %q, want UTC with microseconds", at)
	}
}
