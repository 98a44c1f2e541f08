package match

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestContent(t *testing.T) {
	names := []string{"patient_id", "name_family", "city"}
	h := NewHasher(secret, "east", names, []string{"patient_id"})
	sums := h.Row([]string{"7", "Doe", "Boston"})
	content, key := sums.Content, sums.Key
	tests := []struct {
		name          string
		source        string
		names, key    []string
		values        []string
		content, same bool
	}{
		{"another order and an empty column", "east", []string{"county", "city", "name_family", "patient_id"},
			[]string{"patient_id"}, []string{"", "Boston", "Doe", "7"}, true, true},
		{"another source", "west", names, []string{"patient_id"}, []string{"7", "Doe", "Boston"}, true, false},
		{"another value", "east", names, []string{"patient_id"}, []string{"7", "Doe", "Lynn"}, false, true},
		{"a value elsewhere", "east", names, []string{"patient_id"}, []string{"7", "DoeBoston", ""}, false, true},
		{"another key", "east", names, []string{"patient_id"}, []string{"8", "Doe", "Boston"}, false, false},
		{"no value of the key", "east", names, []string{"patient_id"}, []string{"", "Doe", "Boston"}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sums := NewHasher(secret, tt.source, tt.names, tt.key).Row(tt.values)
			c, k := sums.Content, sums.Key
			if (c == content) != tt.content {
				t.Errorf("same content: %v, want %v", c == content, tt.content)
			}
			if (k == key) != tt.same {
				t.Errorf("same key: %v, want %v", k == key, tt.same)
			}
		})
	}
}

// TestLines have the content of their text and the key of their row.
func TestLines(t *testing.T) {
	h := NewHasher(secret, "east", []string{"patient_id", "city"}, []string{"patient_id"})
	values := []string{"7", "Boston"}
	sums := h.Line([]byte("7,Boston\n"), values)
	if sums.Key != h.Row(values).Key || sums != h.Line([]byte("7,Boston\n"), values) {
		t.Error("a line and the same line differ, or its key is not that of the row")
	}
	for _, other := range []string{"7,Bostom\n", "7,,Boston\n", "7,Boston", "7,Boston\n\n", ""} {
		if h.Line([]byte(other), values).Content == sums.Content {
			t.Errorf("%q has the content of another line", other)
		}
	}
}

func TestRowsWithoutAKey(t *testing.T) {
	values := []string{"7", "", "Boston"}
	names := []string{"encounter_id", "patient_id", "city"}
	for name, key := range map[string][]string{
		"the table has none":    nil,
		"the file lacks a part": {"encounter_id", "visit_no"},
		"the row lacks a part":  {"encounter_id", "patient_id"},
	} {
		if k := NewHasher(secret, "east", names, key).Row(values).Key; k != (Sum{}) {
			t.Errorf("%s: the row has a key", name)
		}
	}
}

func TestEntriesReadBack(t *testing.T) {
	want := []Entry{{Content: Sum{1}, Key: Sum{2}, Record: 3, Bytes: 4}, {Content: Sum{0xff}, Record: 1 << 40, Bytes: 1<<32 - 1}}
	var b []byte
	for _, e := range want {
		b = e.Append(b)
		var got Entry
		if got.decode(b[len(b)-EntrySize:]); got != e {
			t.Errorf("got %v, want %v", got, e)
		}
	}
	in := NewEntryReader(bytes.NewReader(b))
	if n, rows, err := in.Bytes(1); n != 4 || rows != 1 || err != nil {
		t.Errorf("one row of %d bytes: %v", n, err)
	}
	if n, rows, err := in.Bytes(5); n != 1<<32-1 || rows != 1 || err != nil {
		t.Errorf("the other row has %d bytes: %v", n, err)
	}
	if _, _, err := in.Bytes(1); err != io.EOF {
		t.Errorf("behind the last row: %v", err)
	}
	in = NewEntryReader(bytes.NewReader(b[:EntrySize+5]))
	if n, rows, err := in.Bytes(2); n != 4 || rows != 1 || err != nil {
		t.Errorf("one row of %d bytes: %v", n, err)
	}
	if _, _, err := in.Bytes(1); err == nil || err == io.EOF {
		t.Errorf("half an entry was taken for none: %v", err)
	}
}

func BenchmarkHasher(b *testing.B) {
	names := strings.Fields("patient_id mrn name_family name_given birth_date administrative_gender race phone_home email " +
		"address_line1 city state zip country deceased")
	values := []string{"P0001234", "00123456", "Featherstonehaugh", "Alexandra", "1985-04-12", "female", "2106-3|2028-9",
		"+16175551234", "alexandra.f@example.org", "1234 W Commonwealth Ave Apt 12B", "Boston", "MA", "02115", "US", "false"}
	h := NewHasher(secret, "east", names, []string{"patient_id"})
	b.ReportAllocs()
	for b.Loop() {
		h.Row(values)
	}
}
