package engine

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/profile"
)

// group divides files of no known table by their headers: what has nothing in common makes no table together. Each group is called
// like its first file; where all have one header it is called generic.
func (a *assembly) group() {
	names := map[string]string{} // by header
	for _, p := range a.pieces {
		if p.group = p.Table; p.Table != profile.Generic {
			continue
		}
		header := headerOf(p)
		if names[header] == "" {
			names[header] = groupName(p.file.Name, names)
		}
		p.group = names[header]
	}
	if len(names) > 1 {
		return
	}
	for _, p := range a.pieces {
		p.group = p.Table
	}
}

// headerOf is the columns of a piece, whatever their order.
func headerOf(p *placed) string { return strings.Join(slices.Sorted(slices.Values(p.Columns)), "\x00") }

// groupName names a group by the file that it begins with: wards.generic of wards.csv.
func groupName(file string, taken map[string]string) string {
	stem := strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`\/:*?"<>|`, c) {
			return '_'
		}
		return c
	}, path.Base(file))
	stem = strings.Trim(strings.TrimSuffix(stem, path.Ext(stem)), ". ")
	name := stem + "." + profile.Generic
	for n := 2; slices.Contains(slices.Collect(maps.Values(taken)), name); n++ {
		name = stem + "-" + strconv.Itoa(n) + "." + profile.Generic
	}
	return name
}

// tableOf is the table of a group.
func tableOf(group string) string { return group[strings.LastIndexByte(group, '.')+1:] }
