package condition

import (
	"slices"
	"strings"
	"testing"
)

// encounter is a table with a field of each kind, and names that mean something else in CEL.
var encounter = map[string]Kind{"class": Text, "start": Text, "end": Text, "birth_date": Text, "beds": Integer, "charge": Decimal,
	"planned": Boolean, "type": Text, "date": Text, "age": Integer, "in": Text, "x-ray": Text}

func env(t *testing.T) *Env {
	t.Helper()
	e, err := NewEnv(encounter)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestHolds(t *testing.T) {
	values := map[string]string{"class": "IMP", "start": "2026-03-01T10:00:00", "birth_date": "1985-04-05", "beds": "2", "charge": "12.50",
		"planned": "true", "type": "a", "date": "2026", "age": "40", Today: "2026-11-23"}
	tests := []struct {
		expression string
		want       Outcome
	}{
		{`class == "IMP"`, True},
		{`class == "EMER"`, False},
		{`end != null`, False},
		{`start != null`, True},
		{`class == "IMP" && end == null`, True},
		{`end >= start`, Unknown},
		{`end == null || end >= start`, True},
		{`start >= "2026"`, True},
		{`start < "2026-02"`, False},
		{`beds == 2 && beds < 2.5`, True},
		{`charge > 12 && charge == 12.5`, True},
		{`planned`, True},
		{`!planned`, False},
		{`type == "a" && date == "2026" && age == 40`, True},
		{`class in ["AMB", "IMP"]`, True},
		{`class.matches("^[A-Z]{3}$")`, True},
		{`class.startsWith("I")`, True},
		{`size(class) == 3`, True},
		{`size(end) == 3`, Unknown},
		{`number("7.5") == 7.5`, True},
		{`number(class) > 1`, Unknown},
		{`number(end) == null`, True},
		{`age(birth_date, start) == 40`, True}, // the birthday is in April
		{`age(birth_date, today) >= 41`, True},
		{`age(date, today) > 0`, Unknown},
		{`date(start) - date(birth_date) > duration("24h")`, True},
		{`date(end) == null`, True},
		{`date(start).getFullYear() == 2026`, True},
	}
	e := env(t)
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			c, err := e.Compile(tt.expression)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Holds(func(field string) string { return values[field] }); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

// TestUnreadable takes a value that is not of the kind of its field for a missing one.
func TestUnreadable(t *testing.T) {
	e := env(t)
	for _, expression := range []string{"beds == null", "charge == null", "planned == null"} {
		c, err := e.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Holds(func(string) string { return "many" }); got != True {
			t.Errorf("%s: %d", expression, got)
		}
	}
}

func TestMistakesAreRefused(t *testing.T) {
	tests := []struct{ name, expression, says string }{
		{"not finished", `class ==`, "ends too early"},
		{"no such field", `clas == "IMP"`, "clas"},
		{"another kind", `class == 5`, "== cannot be used with (text, integer)"},
		{"no condition", `size(class)`, "true or false"},
		{"no such function", `lower(class) == "imp"`, "lower"},
		{"no pattern", `class.matches("[")`, "missing closing"},
		{"too long", `class == "` + strings.Repeat("x", maxLength) + `"`, "size"},
		{"too deep", strings.Repeat("(", 200) + "true" + strings.Repeat(")", 200), "recursion"},
		{"a word that CEL keeps", `in == "x"`, "does not belong there"},
	}
	e := env(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := e.Compile(tt.expression); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v; want an error that names %q", err, tt.says)
			}
		})
	}
}

func TestFields(t *testing.T) {
	c, err := env(t).Compile(`end == null || end > start && age(birth_date, today) > 3`)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Fields(); !slices.Equal(got, []string{"birth_date", "end", "start"}) {
		t.Errorf("fields %v", got)
	}
}

// TestTooCostly cuts off what would run for a very long time.
func TestTooCostly(t *testing.T) {
	list := "[" + strings.Repeat("1,", 99) + "1]"
	c, err := env(t).Compile(list + ".all(a, " + list + ".all(b, " + list + ".all(c, a + b + c > 0 && beds > 0)))")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Holds(func(string) string { return "1" }); got != TooCostly {
		t.Errorf("got %d", got)
	}
}
