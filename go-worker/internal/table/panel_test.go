package table

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestPanels reads the results of a panel as rows of their own; a blood pressure is two columns of one row.
func TestPanels(t *testing.T) {
	const shared = `{"resourceType":"Observation","id":"p","subject":{"reference":"Patient/1"},"code":{"coding":[{"code":"44249-1"}]}`
	const score = `{"code":{"coding":[{"code":"44250-9"}]},"valueInteger":2}`
	const mood = `{"code":{"coding":[{"code":"44255-8"}]},"valueString":"low"}`
	tests := []struct {
		name, members string
		want          []string
	}{
		{"components alone", `,"component":[` + score + `,` + mood + `]`, []string{
			"id=p subject.reference=1 code.coding.0.code=44250-9 value=2",
			"id=p.2 subject.reference=1 code.coding.0.code=44255-8 value=low"}},
		{"a sum and its parts", `,"valueInteger":5,"component":[` + score + `]`, []string{
			"id=p subject.reference=1 code.coding.0.code=44249-1 value=5",
			"id=p.1 subject.reference=1 code.coding.0.code=44250-9 value=2"}},
		{"blood pressure", `,"component":[{"code":{"coding":[{"code":"8480-6"}]},"valueInteger":120}]`, []string{
			"id=p subject.reference=1 code.coding.0.code=44249-1 component.8480-6.code.coding.0.code=8480-6 component.8480-6=120"}},
		{"blood pressure, one missing", `,"component":[{"code":{"coding":[{"code":"8480-6"}]},"dataAbsentReason":{"coding":[{"code":"error"}]}},` +
			`{"code":{"coding":[{"code":"8462-4"}]},"valueInteger":70}]`, []string{
			"id=p subject.reference=1 code.coding.0.code=8480-6 dataAbsentReason.coding.0.code=error",
			"id=p.2 subject.reference=1 code.coding.0.code=8462-4 value=70"}},
		{"others", `,"hasMember":[{"reference":"Observation/q"}]`, []string{
			"id=p subject.reference=1 code.coding.0.code=44249-1 hasMember.0.reference=q dataAbsentReason.coding.0.code=not-applicable"}},
		{"others, and a result", `,"hasMember":[{"reference":"Observation/q"}],"valueInteger":5`, []string{
			"id=p subject.reference=1 code.coding.0.code=44249-1 hasMember.0.reference=q value=5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sources, err := Open(context.Background(), input("o.json", shared+tt.members+"}"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Clone(tt.want)
			want[0] = "o.json/Observation observation: " + want[0]
			if got := describe(t, sources); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
