// Package facts reads the tables of facts in queue/contract/tables for the packages that compile them
// into lookups at start. It holds no fact itself and knows nothing of what the columns mean.
package facts

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"

	"harmonizer/queue"
)

// Rows returns the lines of a table of the contract, without its header, which must name exactly the given
// columns in this order. It panics otherwise: the tables are part of the program, and one that cannot be
// read is a broken build, not bad input.
func Rows(file string, columns ...string) [][]string {
	rows, err := read(queue.Contract, file, columns)
	if err != nil {
		panic(err)
	}
	return rows
}

func read(contract fs.FS, file string, columns []string) ([][]string, error) {
	text, err := fs.ReadFile(contract, "tables/"+file)
	if err != nil {
		return nil, fmt.Errorf("open a table of the contract: %w", err)
	}
	lines, err := cut(string(text))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(lines) == 0 || strings.Join(lines[0], ",") != strings.Join(columns, ",") {
		return nil, fmt.Errorf("read %s: its header is not %s", file, strings.Join(columns, ","))
	}
	return lines[1:], nil
}

// cut divides a table into lines of cells. Most of them quote nothing, and are divided at their commas.
func cut(text string) ([][]string, error) {
	if strings.ContainsAny(text, "\"\r") {
		return csv.NewReader(strings.NewReader(text)).ReadAll()
	}
	var lines [][]string
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" {
			continue
		}
		cells := strings.Split(line, ",")
		if len(lines) > 0 && len(cells) != len(lines[0]) {
			return nil, csv.ErrFieldCount
		}
		lines = append(lines, cells)
	}
	return lines, nil
}

// List splits a cell that holds several words, written with "|" between them; an empty cell holds none.
func List(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}
