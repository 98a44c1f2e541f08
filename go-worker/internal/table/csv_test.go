package table

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// TestRowAsRecord reads texts of what CSV is made of, and expects that lines read at once say the same as when each is read with the care
// for what is damaged.
func TestRowAsRecord(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{",", ",", ",", "\n", "\n", `"`, `""`, `,"`, `",`, " ", "\r\n", `\"`, "a", "bc", "a longer cell", "\u00a0", "id,name,note\n"}
	for range 50_000 {
		var text strings.Builder
		for range random.IntN(30) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		text.WriteByte('\n')
		d := dialect{delim: ',', quote: '"', newline: '\n', width: 1 + random.IntN(4), maxField: 40}
		d.spaced, d.backslash = random.IntN(4) == 0, random.IntN(4) == 0
		if random.IntN(8) == 0 {
			d.newline = '\r'
			text.WriteByte('\r')
		}
		f := csvFormat{dialect: d, header: []string{"id", "name", "note"}}
		data := append([]byte(text.String()), make([]byte, padding)...)[:text.Len()]
		got, want := Batch{Width: d.width}, Batch{Width: d.width}
		f.records(data, 1, &got)
		var slow fields
		for p, line := 0, int64(1); p < len(data); {
			p, line = f.uneven(data, p, line, &slow, &want)
		}
		want.cells = slow.cells
		got.arena = nil // what it holds stands in the cells
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v reads %q as\n%+v, want\n%+v", d, text.String(), got, want)
		}
	}
}
