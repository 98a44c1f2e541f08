// Package codelist holds lists of the codes that code systems have, and says whether a code was in use on a day. What a code looks like is
// package codes' business; this one knows only what a list that somebody loaded says.
package codelist

import (
	"cmp"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// Lists are what was loaded, by code system. They are not changed once they are loaded, so they are safe for concurrent use.
type Lists struct {
	systems map[codes.System][]entry // sorted by code; a code may have several periods
	sources []Source
}

// A Source is one list that was loaded.
type Source struct {
	Name   string
	SHA256 string
	Codes  int
}

// An entry is a code, and a period in which it was valid. There may be a hundred thousand of them.
type entry struct {
	code     string
	from, to int32 // days as written, 20191001; 0 and always where there is no limit
	status   status
}

type status uint8

const (
	active  status = iota
	retired        // no longer in use
	header         // a heading of other codes, not to be used itself
)

// Sources returns what was loaded, in its order.
func (l *Lists) Sources() []Source {
	if l == nil {
		return nil
	}
	return l.sources
}

// Finding is what a list says of a code.
type Finding uint8

// Findings.
const (
	NoList    Finding = iota // there is no list of the system
	Good                     // the code is in its list and may be used
	Unlisted                 // it is not
	Retired                  // it is no longer in use, and no day says when it was used
	NotOnDate                // it was not valid on the day
	Header                   // it is a heading of other codes
)

// Find says what the lists know of a code, in the form that its system keeps, used on a date: a canonical one, or "" when it is not known.
// Of a partial date any day counts.
func (l *Lists) Find(system codes.System, code, date string) Finding {
	if l == nil {
		return NoList
	}
	all, ok := l.systems[system]
	if !ok {
		return NoList
	}
	at, ok := slices.BinarySearchFunc(all, code, func(e entry, code string) int { return strings.Compare(e.code, code) })
	if !ok {
		return Unlisted
	}
	first, last, dated := days(date)
	found := all[at].judge(first, last, dated)
	for at++; found != Good && at < len(all) && all[at].code == code; at++ { // of several periods one is enough
		if f := all[at].judge(first, last, dated); f == Good {
			found = f
		}
	}
	return found
}

// judge says whether a code may be used on some day from first to last, or, when no day is known, at all.
func (e *entry) judge(first, last int32, dated bool) Finding {
	switch {
	case e.status == header:
		return Header
	case dated && (last < e.from || first > e.to):
		return NotOnDate
	case e.status == retired && (!dated || e.to == always):
		return Retired
	}
	return Good
}

// always is after every day.
const always = 99999999

// days returns the first and last day, as written, that a canonical date may mean.
func days(date string) (first, last int32, ok bool) {
	parts := [...]struct{ from, to, low, high int32 }{{0, 4, 0, 0}, {5, 7, 1, 12}, {8, 10, 1, 31}}
	for i, p := range parts {
		low, high := p.low, p.high
		if len(date) >= int(p.to) {
			n := int32(0)
			for _, c := range []byte(date[p.from:p.to]) {
				if c < '0' || c > '9' {
					return 0, 0, false
				}
				n = 10*n + int32(c-'0')
			}
			low, high = n, n
		} else if i == 0 {
			return 0, 0, false
		}
		first, last = first*100+low, last*100+high
	}
	return first, last, true
}

// settle sorts what was loaded.
func (l *Lists) settle() {
	for system, all := range l.systems {
		slices.SortFunc(all, func(a, b entry) int {
			return cmp.Or(strings.Compare(a.code, b.code), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
		})
		l.systems[system] = slices.Clip(all)
	}
}
