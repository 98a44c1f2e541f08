package match

// groups says which rows hang together: by row, another one of its group that comes before it, or itself.
type groups []uint32

func newGroups(rows int64) groups {
	g := make(groups, rows)
	for i := range g {
		g[i] = uint32(i)
	}
	return g
}

// of returns the first row of a row's group.
func (g groups) of(row uint64) uint64 {
	for uint64(g[row]) != row {
		g[row] = g[g[row]] // halves the way of the next one who asks
		row = uint64(g[row])
	}
	return row
}

// join makes two groups one.
func (g groups) join(a, b uint64) {
	a, b = g.of(a), g.of(b)
	g[max(a, b)] = uint32(min(a, b))
}
