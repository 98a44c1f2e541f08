package link

import (
	"reflect"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

func TestSurvivorship(t *testing.T) {
	columns := []string{"name_family", "name_given", "name_middle", "birth_date", "birth_date_precision", "race", "phone_home", "address_line1", "city", "last_updated"}
	members := []Member{
		{[]string{"Lee", "Ann", "", "1985-04-05", "day", "2106-3", "1", "1 Oak St", "Salem", "2024-01-01"}, "c", "east"},
		{[]string{"Lee", "Ann", "Marie", "1985-04-06", "day", "2028-9", "", "2 Elm St", "Lynn", "2025-01-01"}, "b", "west"},
		{[]string{"Lee", "A", "", "1985-04-05", "day", "", "2", "", "", "2023-01-01"}, "a", "north"},
	}
	usCore := usCore(t)
	g := NewSurvivor(columns, usCore).Merge(members)
	want := []string{"Lee", "Ann", "Marie", "1985-04-05", "day", "2028-9|2106-3", "1", "2 Elm St", "Lynn", "2025-01-01"}
	if !reflect.DeepEqual(g.Values, want) {
		t.Errorf("golden row %q, want %q", g.Values, want)
	}
	for column, rule := range map[int]string{0: MostComplete, 3: MostAgree, 5: Union, 6: MostRecent, 7: MostRecent, 8: MostRecent} {
		if g.Winners[column].Rule != rule {
			t.Errorf("%s: rule %s, want %s", columns[column], g.Winners[column].Rule, rule)
		}
	}
	if g.Winners[7].Member != 1 || !reflect.DeepEqual(g.Alternates[7], []string{"1 Oak St"}) || !reflect.DeepEqual(g.Alternates[3], []string{"1985-04-06"}) {
		t.Errorf("winner %v, alternates %v, %v", g.Winners[7], g.Alternates[7], g.Alternates[3])
	}
	// What survives does not depend on the order of the members.
	turned := NewSurvivor(columns, usCore).Merge([]Member{members[2], members[0], members[1]})
	if !reflect.DeepEqual(turned.Values, want) {
		t.Errorf("in another order %q", turned.Values)
	}
	// Of equals the lowest row_uid decides.
	equal := NewSurvivor([]string{"city"}, usCore).Merge([]Member{{[]string{"Lynn"}, "2", ""}, {[]string{"Bath"}, "1", ""}})
	if equal.Values[0] != "Bath" || equal.Winners[0] != (Winner{LowestUID, 1}) {
		t.Errorf("of equals: %+v", equal)
	}
	// A profile says whom it trusts, and what decides about its fields.
	own := *usCore
	own.Trusted = []string{"north", "east"}
	own.Tables = []profile.Table{{Name: "patient", Survivorship: []profile.Survivorship{{Fields: []string{"address_line1"}, Order: []string{"agreement"}}}}}
	g = NewSurvivor(columns, &own).Merge(members)
	if g.Values[1] != "A" || g.Winners[1].Rule != Trusted || g.Values[7] != "2 Elm St" || g.Winners[7].Rule != LowestUID || g.Values[8] != "Salem" {
		t.Errorf("by a profile of its own: %q, %v", g.Values, g.Winners)
	}
}

func usCore(t *testing.T) *profile.Profile {
	t.Helper()
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestQuality(t *testing.T) {
	q := Compare([]int32{1, 1, 1, 2, 0}, []int32{7, 7, 8, 8, 8})
	if q.True != 3 || q.Found != 2 || q.Right != 1 || q.Precision != .5 || q.Recall != 1.0/3 {
		t.Errorf("%+v", q)
	}
}
