package link

import (
	"reflect"
	"testing"
)

func TestSurvivorship(t *testing.T) {
	columns := []string{"name_family", "name_given", "name_middle", "birth_date", "birth_date_precision", "race", "phone_home", "address_line1", "city", "last_updated"}
	members := [][]string{
		{"Lee", "Ann", "", "1985-04-05", "day", "2106-3", "1", "1 Oak St", "Salem", "2024-01-01"},
		{"Lee", "Ann", "Marie", "1985-04-06", "day", "2028-9", "", "2 Elm St", "Lynn", "2025-01-01"},
		{"Lee", "A", "", "1985-04-05", "day", "", "2", "", "", "2023-01-01"},
	}
	uids := []string{"c", "b", "a"}
	g := NewSurvivor(columns).Merge(members, uids)
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
	turned := NewSurvivor(columns).Merge([][]string{members[2], members[0], members[1]}, []string{"a", "c", "b"})
	if !reflect.DeepEqual(turned.Values, want) {
		t.Errorf("in another order %q", turned.Values)
	}
	// Of equals the lowest row_uid decides.
	equal := NewSurvivor([]string{"city"}).Merge([][]string{{"Lynn"}, {"Bath"}}, []string{"2", "1"})
	if equal.Values[0] != "Bath" || equal.Winners[0] != (Winner{LowestUID, 1}) {
		t.Errorf("of equals: %+v", equal)
	}
}

func TestQuality(t *testing.T) {
	q := Compare([]int32{1, 1, 1, 2, 0}, []int32{7, 7, 8, 8, 8})
	if q.True != 3 || q.Found != 2 || q.Right != 1 || q.Precision != .5 || q.Recall != 1.0/3 {
		t.Errorf("%+v", q)
	}
}
