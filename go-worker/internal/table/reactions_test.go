package table

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestReactions reads all that the reactions of an allergy showed: in one cell, or in a row for each of them where their severities differ.
func TestReactions(t *testing.T) {
	const shared = `{"resourceType":"AllergyIntolerance","id":"a","code":{"text":"Nuts"},"reaction":[`
	const first = "id=a code.text=Nuts reaction.0."
	tests := []struct {
		name, reactions string
		want            []string
	}{
		{"one", `{"manifestation":[{"text":"Hives"}],"severity":"mild"}`, []string{first + "manifestation.0.text=Hives reaction.0.severity=mild"}},
		{"that showed twice", `{"manifestation":[{"text":"Hives"},{"text":"Rash"}],"severity":"mild"}`, []string{
			first + "manifestation.0.text=Hives|Rash reaction.0.manifestation.1.text=Rash reaction.0.severity=mild"}},
		{"of one severity", `{"manifestation":[{"text":"Hives"}]},{"manifestation":[{"coding":[{"display":"Dyspnea"}]}]}`, []string{
			first + "manifestation.0.text=Hives|Dyspnea reaction.1.manifestation.0.coding.0.display=Dyspnea"}},
		{"of several", `{"manifestation":[{"text":"Hives"},{"text":"Rash"}],"severity":"mild"},{"manifestation":[{"text":"Shock"}],"severity":"severe"}`, []string{
			first + "manifestation.0.text=Hives|Rash reaction.0.manifestation.1.text=Rash reaction.0.severity=mild",
			"id=a.2 code.text=Nuts reaction.0.manifestation.0.text=Shock reaction.0.severity=severe"}},
		{"that showed nothing", `{"severity":"mild"},{"manifestation":[{"text":"Shock"}],"severity":"severe"}`, []string{
			first + "severity=mild", "id=a.2 code.text=Nuts reaction.0.severity=severe reaction.0.manifestation.0.text=Shock"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sources, err := Open(context.Background(), input("a.json", shared+tt.reactions+"]}"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Clone(tt.want)
			want[0] = "a.json/AllergyIntolerance allergy: " + want[0]
			if got := describe(t, sources); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
