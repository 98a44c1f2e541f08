package reference

import (
	"cmp"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/ends"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var (
	ruleOrphan   = rule.Must("REF-001")
	rulePadded   = rule.Must("REF-002")
	ruleStranger = rule.Must("REF-003")
)

// Broken are the references of a file that do not hold, as sums of what they name.
type Broken struct {
	orphans   []uint64 // patients that are not there
	padded    []pair   // patients that are there with other leading zeros
	strangers []pair   // a visit, and the patient who is not its patient
}

type pair struct{ from, to uint64 }

func comparePairs(a, b pair) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) }

// settle makes what was found searchable.
func (b *Broken) settle() {
	if b == nil {
		return
	}
	slices.Sort(b.orphans)
	slices.SortFunc(b.padded, comparePairs)
	slices.SortFunc(b.strangers, comparePairs)
}

// A Check applies the rules about references to the rows of a file. It is safe for concurrent use.
type Check struct {
	slots
	broken *Broken
}

// Check binds what is broken to the slots of the file's rows; nil when nothing is.
func (b *Broken) Check(t *profile.Table, l *standardize.Layout) *Check {
	if b == nil {
		return nil
	}
	return &Check{slotsOf(t, l), b}
}

// Row says what of a row's references does not hold, and restores the zeros of a patient's number.
func (c *Check) Row(r *standardize.Row) {
	who := r.Get(c.patient)
	if who == "" {
		return
	}
	if visitID := r.Get(c.visit); visitID != "" && !c.ownVisit {
		if _, strange := slices.BinarySearchFunc(c.broken.strangers, pair{ends.Sum(visitID), ends.Sum(bare(who))}, comparePairs); strange {
			r.Flag(c.visit, ruleStranger)
		}
	}
	if _, orphan := slices.BinarySearch(c.broken.orphans, ends.Sum(who)); orphan {
		r.Flag(c.patient, ruleOrphan)
		return
	}
	at, padded := slices.BinarySearchFunc(c.broken.padded, ends.Sum(who), func(p pair, who uint64) int { return cmp.Compare(p.from, who) })
	if padded {
		if number := withZeros(who, c.broken.padded[at].to); number != "" {
			r.Set(c.patient, number, rulePadded)
		}
	}
}

// mostZeros is how many leading zeros a number is tried with.
const mostZeros = 32

// withZeros returns the number with the leading zeros under which its patient is known.
func withZeros(id string, known uint64) string {
	id = bare(id)
	for n := range mostZeros {
		if padded := strings.Repeat("0", n) + id; ends.Sum(padded) == known {
			return padded
		}
	}
	return ""
}
