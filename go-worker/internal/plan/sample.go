package plan

import "strings"

// A sample is the first rows of a file, by column, without null words: enough to tell which of two fields a header
// means. Decisions about values are taken on the whole file instead.
type sample struct {
	values [][]string
	agrees map[agreementKey]float64
}

type agreementKey struct {
	column int
	typ    string
}

// maxSample is how many rows the mapping of the header looks at.
const maxSample = 200

func newSample(width int, rows [][]string) *sample {
	s := &sample{values: make([][]string, width), agrees: map[agreementKey]float64{}}
	words := newNullSet("", nil, nil)
	for _, row := range rows[:min(len(rows), maxSample)] {
		for i, cell := range row[:min(len(row), width)] {
			if cell = bare(cell); !words.Is(cell) {
				s.values[i] = append(s.values[i], strings.Clone(cell))
			}
		}
	}
	return s
}

func (s *sample) empty(column int) bool { return len(s.values[column]) == 0 }

// results returns how many results the column of a candidate holds: of several, as a number, a text and as it came, the fullest says most.
func (s *sample) results(c candidate) int {
	if c.target.typ != "result_value" || c.target.wide {
		return 0
	}
	return len(s.values[c.column])
}

// agreement is what the values add to the score of a field of this type: +0.2 when nearly all have its pattern,
// -0.2 when nearly none has, 0 when the type has no pattern or the values do not say.
func (s *sample) agreement(column int, typ string) float64 {
	fits, ok := patterns[typ]
	if !ok || s.empty(column) {
		return 0
	}
	key := agreementKey{column, typ}
	if known, ok := s.agrees[key]; ok {
		return known
	}
	n := 0
	for _, v := range s.values[column] {
		if fits(v) {
			n++
		}
	}
	share := float64(n) / float64(len(s.values[column]))
	adds := 0.0
	switch {
	case share >= 0.9:
		adds = 0.2
	case share <= 0.1:
		adds = -0.2
	}
	s.agrees[key] = adds
	return adds
}
