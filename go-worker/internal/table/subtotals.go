package table

import (
	"regexp"
	"slices"
	"strings"
)

// sums are what lines look like that sum up the records above them, as spreadsheets and reports put among these: "3 West Total", "Total for
// Dr. Lee", "Subtotal", a number or two beside it, and nothing where records have something. Only what the first records have is known.
type sums struct {
	usual []int // columns that nearly all records fill
	forms []sumForm
}

// A sumForm is which columns lines of sums fill.
type sumForm struct {
	label   int
	numbers []int
}

// sumWords say that a line sums up others; with a value of theirs beside, so do sumWordsBeside, which are names of people too.
const (
	sumWords = `(?:sub-?totals?|grand totals?|totals?|counts?|sums?|zwischensumme|summe|gesamt|gesamtergebnis|` +
		`sous-total|total g[eé]n[eé]ral|totaux|subtotale?|totale|total general)`
	sumWordsBeside = `(?:` + sumWords + `|averages?|avg|means?|min(?:imum)?|max(?:imum)?|ergebnis|anzahl|mittelwert|nombre|moyenne|somme|conteggio|media|somma|` +
		`suma|cuenta|promedio)`
)

var (
	sumAlone   = regexp.MustCompile(`(?i)^\W*` + sumWords + `\W*[\d,.]*\W*$`)
	sumOf      = regexp.MustCompile(`(?i)^\W*` + sumWords + ` (?:for|of|by|per|für|pour|para|di) \S`)
	sumBehind  = regexp.MustCompile(`(?i)^(\S.*?)[ :–-]+` + sumWordsBeside + `\W*$`)
	sumInFront = regexp.MustCompile(`(?i)^\W*` + sumWordsBeside + `[ :–-]+(\S.*?)\W*$`)
	sumNumber  = regexp.MustCompile(`^[-+(]?[$€£]? ?\d[\d,. ]*%?\)?$`)
)

// So many columns nearly all of so many records must fill, before a line without is told from them.
const fewUsual, fewRecords = 3, 4

// sumsIn learns what lines of sums look like from the first records of a table.
func sumsIn(data []sampleLine, width int) sums {
	var records, candidates []int
	counts := make([]int, width)
	for i, l := range data {
		if len(l.cells) != width || isBlank(l.cells) {
			continue
		}
		if f, ok := formOfSum(l.cells); ok && f.filled()*2 <= width {
			candidates = append(candidates, i)
			continue
		}
		records = append(records, i)
		for k, c := range l.cells {
			if strings.TrimSpace(c) != "" {
				counts[k]++
			}
		}
	}
	var s sums
	for k, n := range counts {
		if n*20 >= len(records)*19 {
			s.usual = append(s.usual, k)
		}
	}
	if len(records) < fewRecords || len(s.usual) < fewUsual {
		return sums{}
	}
	for _, i := range candidates {
		cells := data[i].cells
		f, _ := formOfSum(cells)
		if s.lacksUsual(cells) && !s.knows(f) && s.sumsUp(f, cells, above(data, i, width)) {
			s.forms = append(s.forms, f)
		}
	}
	return s
}

// formOfSum returns the form of a line that may be one of sums: a text, which says so, and numbers.
func formOfSum(cells []string) (sumForm, bool) {
	f := sumForm{label: -1}
	for k, c := range cells {
		switch c = strings.TrimSpace(c); {
		case c == "":
		case sumNumber.MatchString(c):
			f.numbers = append(f.numbers, k)
		case f.label >= 0:
			return f, false
		default:
			f.label = k
		}
	}
	if f.label < 0 {
		return f, false
	}
	label := strings.TrimSpace(cells[f.label])
	for _, words := range []*regexp.Regexp{sumAlone, sumOf, sumBehind, sumInFront} {
		if words.MatchString(label) {
			return f, true
		}
	}
	return f, false
}

func (f sumForm) filled() int { return len(f.numbers) + 1 }

// sumsUp reports whether a line sums up the record above it: it names a value of that, or it says what it is, beside a number, and is no
// record, for what tells records from each other is missing.
func (s sums) sumsUp(f sumForm, cells, above []string) bool {
	label := strings.TrimSpace(cells[f.label])
	for _, words := range []*regexp.Regexp{sumBehind, sumInFront} {
		if m := words.FindStringSubmatch(label); m != nil && slices.ContainsFunc(above, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), m[1]) }) {
			return true
		}
	}
	return s.says(f, cells)
}

// says reports whether a line says itself that it is one of sums.
func (s sums) says(f sumForm, cells []string) bool {
	label, key := strings.TrimSpace(cells[f.label]), s.usual[0]
	return (sumAlone.MatchString(label) || sumOf.MatchString(label)) && (len(f.numbers) > 0 || strings.ContainsAny(label, "0123456789")) &&
		(key == f.label || strings.TrimSpace(cells[key]) == "")
}

// close reports whether a line at the end of a table sums it up.
func (s sums) close(cells []string) bool {
	f, ok := formOfSum(cells)
	return ok && s.lacksUsual(cells) && s.says(f, cells)
}

// above returns the last record before a line, nil when there is none.
func above(data []sampleLine, i, width int) []string {
	for i--; i >= 0; i-- {
		if cells := data[i].cells; len(cells) == width && !isBlank(cells) {
			if _, ok := formOfSum(cells); !ok {
				return cells
			}
		}
	}
	return nil
}

// lacksUsual reports whether a line is empty where records never are: in half of those columns, and in two at least.
func (s sums) lacksUsual(cells []string) bool {
	missing := 0
	for _, k := range s.usual {
		if strings.TrimSpace(cells[k]) == "" {
			missing++
		}
	}
	return missing >= 2 && missing*2 >= len(s.usual)
}

func (s sums) knows(f sumForm) bool {
	return slices.ContainsFunc(s.forms, func(known sumForm) bool { return known.label == f.label && slices.Equal(known.numbers, f.numbers) })
}

// has reports whether a line is one of sums.
func (s sums) has(cells []string) bool {
	if len(s.forms) == 0 || !s.lacksUsual(cells) {
		return false
	}
	f, ok := formOfSum(cells)
	return ok && s.knows(f)
}
