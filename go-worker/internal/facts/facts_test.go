package facts

import (
	"testing"
	"testing/fstest"
)

func TestRead(t *testing.T) {
	tables := fstest.MapFS{
		"tables/good.csv":   {Data: []byte("code,name\n\nMA,Massachusetts\n")},
		"tables/ragged.csv": {Data: []byte("code,name\nMA\n")},
		"tables/quoted.csv": {Data: []byte("code,name\n\nMA,\"Massachusetts\"\n")},
		"tables/mixed.csv":  {Data: []byte("code,name\n\"MA\"\n")},
		"tables/empty.csv":  {Data: nil},
	}
	tests := []struct {
		name, file string
		columns    []string
		ok         bool
	}{
		{"as announced", "good.csv", []string{"code", "name"}, true},
		{"with quotes", "quoted.csv", []string{"code", "name"}, true},
		{"with quotes, too short", "mixed.csv", []string{"code", "name"}, false},
		{"another header", "good.csv", []string{"code", "title"}, false},
		{"a line too short", "ragged.csv", []string{"code", "name"}, false},
		{"nothing in it", "empty.csv", []string{"code"}, false},
		{"no such table", "none.csv", []string{"code"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := read(tables, tt.file, tt.columns)
			if (err == nil) != tt.ok {
				t.Fatalf("read(%s) = %v, %v; want ok %t", tt.file, rows, err, tt.ok)
			}
			if tt.ok && (len(rows) != 1 || rows[0][0] != "MA") {
				t.Errorf("read(%s) = %v; want the one line under the header", tt.file, rows)
			}
		})
	}
}

func TestList(t *testing.T) {
	if got := List(""); len(got) != 0 {
		t.Errorf("List of an empty cell = %q; want none", got)
	}
	if got := List("a|b"); len(got) != 2 || got[1] != "b" {
		t.Errorf("List(a|b) = %q", got)
	}
}
