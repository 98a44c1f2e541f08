package columnar

import (
	"cmp"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// ordered keeps its columns in the order of the table; a parquet.Group sorts them by name.
type ordered struct {
	parquet.Group
	place map[string]int
}

func newSchema(columns []Column) *parquet.Schema {
	g := ordered{parquet.Group{}, map[string]int{}}
	for i, c := range columns {
		g.Group[c.Name], g.place[c.Name] = c.Kind.node(len(columns)), i
	}
	return parquet.NewSchema("table", g)
}

// Fields returns the columns in order.
func (g ordered) Fields() []parquet.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(x, y parquet.Field) int { return cmp.Compare(g.place[x.Name()], g.place[y.Name()]) })
	return fields
}
