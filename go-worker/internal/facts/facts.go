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
	f, err := contract.Open("tables/" + file)
	if err != nil {
		return nil, fmt.Errorf("open a table of the contract: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(lines) == 0 || strings.Join(lines[0], ",") != strings.Join(columns, ",") {
		return nil, fmt.Errorf("read %s: its header is not %s", file, strings.Join(columns, ","))
	}
	return lines[1:], nil
}

// List splits a cell that holds several words, written with "|" between them; an empty cell holds none.
func List(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}
