package engine

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// goldColumns head a file of known pairs; the last one may be absent, then all pairs are the same person.
var goldColumns = []string{"file_a", "record_a", "file_b", "record_b", "same"}

// A goldRecord names a record as its sender does.
type goldRecord struct {
	file   string
	record int64
}

// goldTruth returns, by row of patients, its true person as the known pairs tell it, 0 of rows that they do not name.
func (a *assembly) goldTruth() ([]int32, error) {
	pairs, err := readGold(a.job.GoldPairs)
	if err != nil {
		return nil, err
	}
	p := a.people
	numbers := map[goldRecord]int32{}
	for i := range p.rows {
		numbers[goldRecord{p.placed(i).file.Name, p.rows[i].record}] = int32(i)
	}
	group := make([]int32, len(p.rows)) // a forest: of each named row, 1 + another of its person
	root := func(i int32) int32 {
		for group[i] != i+1 {
			i = group[i] - 1
		}
		return i
	}
	for _, pair := range pairs {
		x, okX := numbers[pair.a]
		y, okY := numbers[pair.b]
		for _, one := range []struct {
			at int32
			ok bool
		}{{x, okX}, {y, okY}} {
			if one.ok && group[one.at] == 0 {
				group[one.at] = one.at + 1
			}
		}
		if okX && okY && pair.same {
			x, y = root(x), root(y)
			group[max(x, y)] = min(x, y) + 1
		}
	}
	for i := range group {
		if group[i] != 0 {
			group[i] = root(int32(i)) + 1
		}
	}
	return group, nil
}

// ErrGoldPairs reports known pairs that cannot be read.
var ErrGoldPairs = errors.New("gold pairs")

type goldPair struct {
	a, b goldRecord
	same bool
}

func readGold(document []byte) (pairs []goldPair, err error) {
	document = bytes.TrimPrefix(document, []byte("\ufeff")) // spreadsheets mark UTF-8
	rows, err := csv.NewReader(bytes.NewReader(document)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGoldPairs, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], goldColumns[:min(len(rows[0]), len(goldColumns))]) || len(rows[0]) < len(goldColumns)-1 {
		return nil, fmt.Errorf("%w: the columns are %s", ErrGoldPairs, strings.Join(goldColumns, ", "))
	}
	for i, row := range rows[1:] {
		x, errX := strconv.ParseInt(row[1], 10, 64)
		y, errY := strconv.ParseInt(row[3], 10, 64)
		if errX != nil || errY != nil {
			return nil, fmt.Errorf("%w: row %d has no record numbers", ErrGoldPairs, i+1)
		}
		pairs = append(pairs, goldPair{goldRecord{row[0], x}, goldRecord{row[2], y}, len(row) < len(goldColumns) || saysYes(row[4])})
	}
	return pairs, nil
}
