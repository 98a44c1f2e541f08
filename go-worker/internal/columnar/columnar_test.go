package columnar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// write returns the file of some rows.
func write(t *testing.T, columns []Column, rows [][]string) []byte {
	t.Helper()
	var file bytes.Buffer
	w := NewWriter(&file, columns)
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// read returns the columns' names, the rows as text, and how many groups they came in.
func read(t *testing.T, file []byte, columns []Column) (names []string, rows [][]string, groups int) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range f.Schema().Fields() {
		names = append(names, field.Name())
	}
	for _, group := range f.RowGroups() {
		in := group.Rows()
		buffer := make([]parquet.Row, 100)
		for {
			n, err := in.ReadRows(buffer)
			for _, row := range buffer[:n] {
				text := make([]string, len(row))
				for i, v := range row {
					text[i] = said(v, columns[i].Kind)
				}
				rows = append(rows, text)
			}
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return names, rows, len(f.RowGroups())
}

// said is a value as text, a decimal with all places of its scale.
func said(v parquet.Value, k Kind) string {
	switch {
	case v.IsNull():
		return ""
	case k == Integer:
		return strconv.FormatInt(v.Int64(), 10)
	case k == Boolean:
		return strconv.FormatBool(v.Boolean())
	case k == Decimal:
		n := new(big.Int).SetBytes(v.ByteArray())
		if v.ByteArray()[0] >= 0x80 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), decimalBytes*8))
		}
		return new(big.Rat).SetFrac(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(decimalScale), nil)).FloatString(decimalScale)
	}
	return string(v.ByteArray())
}

var mixed = []Column{{"zip", Text}, {"age", Integer}, {"dose", Decimal}, {"alive", Boolean}, {"a.b", Text}}

func TestValuesComeBack(t *testing.T) {
	rows := [][]string{
		{"02138", "41", "2.5", "true", "Ünal, \"x\"\n"},
		{"", "", "", "", ""},
		{"1987-06", "-9223372036854775808", "-0.000000000001", "false", strings.Repeat("long ", 1e5)},
		{"NULL", "0", "99999999999999999999999999.999999999999", "", "bad \xff byte"},
	}
	names, got, _ := read(t, write(t, mixed, rows), mixed)
	if want := []string{"zip", "age", "dose", "alive", "a.b"}; !slices.Equal(names, want) {
		t.Errorf("columns %q; want %q", names, want)
	}
	rows[0][2], rows[3][4] = "2.500000000000", "bad \uFFFD byte"
	if !slices.EqualFunc(got, rows, slices.Equal) {
		t.Errorf("got\n%.300q\nwant\n%.300q", got, rows)
	}
}

func TestNoRows(t *testing.T) {
	names, rows, _ := read(t, write(t, mixed, nil), mixed)
	if len(names) != len(mixed) || len(rows) != 0 {
		t.Errorf("%q with %d rows", names, len(rows))
	}
}

// TestGroups writes more rows than a group holds, twice: the bytes are the same, and a group ends by rows and by bytes.
func TestGroups(t *testing.T) {
	columns := []Column{{"id", Text}, {"n", Integer}}
	var many [][]string
	for i := range groupRows + 10 {
		many = append(many, []string{fmt.Sprintf("P%d", i), strconv.Itoa(i % 7)})
	}
	file := write(t, columns, many)
	if !bytes.Equal(file, write(t, columns, many)) {
		t.Error("the same rows gave other bytes")
	}
	_, rows, groups := read(t, file, columns)
	if groups != 2 || !slices.EqualFunc(rows, many, slices.Equal) {
		t.Errorf("%d groups, %d rows; want 2, %d", groups, len(rows), len(many))
	}
	long := strings.Repeat("x", groupBytes/3)
	wide := [][]string{{long, "1"}, {long, "2"}, {long, "3"}, {long, "4"}, {"", ""}}
	if _, rows, groups = read(t, write(t, columns, wide), columns); groups != 2 || !slices.EqualFunc(rows, wide, slices.Equal) {
		t.Errorf("%d groups, %d rows; want 2, %d", groups, len(rows), len(wide))
	}
}

// TestWide writes more columns than have dictionaries.
func TestWide(t *testing.T) {
	var columns []Column
	var row []string
	for i := range 3 * wide {
		columns = append(columns, Column{fmt.Sprintf("c%d", i), Text})
		row = append(row, strings.Repeat("x", i%5))
	}
	rows := slices.Repeat([][]string{row}, 500)
	names, got, _ := read(t, write(t, columns, rows), columns)
	if len(names) != len(columns) || names[2*wide] != columns[2*wide].Name || !slices.EqualFunc(got, rows, slices.Equal) {
		t.Errorf("%d columns, %d rows", len(names), len(got))
	}
}

func TestFits(t *testing.T) {
	tests := []struct {
		value string
		kinds []Kind // beside Text
	}{
		{"", []Kind{Integer, Decimal, Boolean}},
		{"0", []Kind{Integer, Decimal}},
		{"-12", []Kind{Integer, Decimal}},
		{"007", nil},
		{"+1", nil},
		{"9223372036854775808", []Kind{Decimal}},
		{"12.50", []Kind{Decimal}},
		{"0.5", []Kind{Decimal}},
		{".5", nil},
		{"5.", nil},
		{"1e3", nil},
		{"1.0000000000001", nil},
		{"123456789012345678901234567", nil},
		{"true", []Kind{Boolean}},
		{"TRUE", nil},
		{"yes", nil},
		{"-", nil},
	}
	for _, tt := range tests {
		for _, k := range []Kind{Text, Integer, Decimal, Boolean} {
			if want := k == Text || slices.Contains(tt.kinds, k); k.Fits(tt.value) != want {
				t.Errorf("kind %d: Fits(%q) = %v", k, tt.value, !want)
			}
		}
	}
}
