package table

// underGroups completes the names of a header by the line above it, which names groups of columns, each over its first
// one: Patient,,Test, over ID,Sex,Code,Name. A name is completed where that makes one that is known: what an ID or a
// Name is of, only its group tells. It returns nil when there are no such groups, or when they tell nothing.
func underGroups(above, names []string, score func([]string) float64) []string {
	if score == nil || len(above) > len(names) {
		return nil
	}
	group, groups, completed := "", 0, 0
	full := make([]string, len(names))
	for i, name := range names {
		if i < len(above) && headerName(above[i]) != "" {
			group = headerName(above[i])
			groups++
		}
		full[i] = name
		whole := group + " " + headerName(name)
		if group != "" && shapeOf(name) == wordShape && score([]string{whole}) == 1 {
			full[i] = whole
			completed++
		}
	}
	if groups < 2 || groups == len(names) || completed == 0 {
		return nil
	}
	return full
}
