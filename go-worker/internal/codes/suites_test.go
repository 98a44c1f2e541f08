package codes

import (
	"os"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

// Every code of the ICD-10-CM releases is accepted, with and without its dot, in either case.
func TestSuiteICD10(t *testing.T) {
	var list []string
	for _, r := range suites.Records(t, "icd10cm/icd10cm_2022_codes.csv") {
		list = append(list, r["code"])
	}
	for _, r := range suites.Records(t, "icd10cm/icd10cm_tabular.csv") {
		list = append(list, r["code"])
	}
	content, err := os.ReadFile(suites.Path(t, "icd10cm/code-list-April-2026.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Fields(string(content)) {
		if allDigits(line) || strings.Contains(line, "-") {
			continue // a chapter or a block of codes
		}
		list = append(list, line)
	}
	if len(list) < 200_000 {
		t.Fatalf("only %d codes in the suite", len(list))
	}
	accepted := 0
	for _, code := range list {
		want := strings.ReplaceAll(code, ".", "")
		if len(want) > 3 {
			want = want[:3] + "." + want[3:]
		}
		upper, v1 := Check(ICD10CM, code)
		lower, v2 := Check(ICD10CM, strings.ToLower(code))
		if v1 != Good || v2 != Good || upper != want || lower != want {
			t.Errorf("%s: %q and %q; want %s", code, upper, lower, want)
			continue
		}
		accepted++
	}
	t.Logf("icd10cm: %d of %d codes accepted", accepted, len(list))
}

// The codes and names of the built-in table agree with an older publication of it.
func TestSuiteCVX(t *testing.T) {
	known, same := 0, 0
	records := suites.Records(t, "cvx/cvx.csv")
	for _, r := range records {
		code, verdict := Check(CVX, r["cvx_code"])
		if verdict != Good || code != r["cvx_code"] {
			t.Errorf("Check(CVX, %s) = %q, %d", r["cvx_code"], code, verdict)
		}
		v, ok := VaccineByCode(code)
		if !ok {
			continue
		}
		known++
		if strings.EqualFold(v.Name, r["short_description"]) {
			same++
		} else {
			t.Errorf("%s: %q in the table, %q in the suite", code, v.Name, r["short_description"])
		}
	}
	t.Logf("cvx: %d codes accepted, %d of them in the built-in table, %d with the same name", len(records), known, same)
}
