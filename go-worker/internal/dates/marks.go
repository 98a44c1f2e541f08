package dates

import "strings"

// A Mark is what stands between the three numbers of a day.
type Mark uint8

// Marks.
const (
	OtherMark Mark = iota // two different ones, or something around the numbers
	NoMark                // digits alone
	Slash
	Hyphen
	Point
	Space
	Marks
)

var markNames = [Marks]string{"", "none", "/", "-", ".", "space"}

// String returns the name that a plan has for the mark.
func (m Mark) String() string { return markNames[m] }

// MarkOf returns the mark between the numbers of a date of the form A/B/Y.
func MarkOf(s string) Mark {
	if digitsEnd(s, 0) >= len("40585") {
		return NoMark
	}
	first, i := markBehind(s, 0)
	if second, _ := markBehind(s, i); second != first {
		return OtherMark
	}
	return first
}

// markBehind returns the mark behind the number of one or two digits at i, and where it ends.
func markBehind(s string, i int) (m Mark, end int) {
	from := i
	if i = digitsEnd(s, i); i == from || i > from+len("31") {
		return OtherMark, i
	}
	if i < len(s) && s[i] == ' ' {
		m, i = Space, spacesEnd(s, i)
	}
	if i < len(s) && s[i]-'-' <= '/'-'-' {
		m, i = pointed[s[i]-'-'], spacesEnd(s, i+1)
	}
	return m, i
}

// pointed are the marks other than spaces, from "-" on.
var pointed = [...]Mark{Hyphen, Point, Slash}

// digitsEnd returns where the digits from i on end.
func digitsEnd(s string, i int) int {
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	return i
}

// spacesEnd returns where the spaces from i on end.
func spacesEnd(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

// Orders are the orders of day and month by the mark between the numbers, Mixed where it tells none.
type Orders [Marks]Order

// ParseOrders reads orders as a plan has them: /=month_first|.=day_first. ok is false for anything else.
func ParseOrders(s string) (o Orders, ok bool) {
	for pair := range strings.SplitSeq(s, "|") {
		name, order, _ := strings.Cut(pair, "=")
		known := false
		for m := OtherMark + 1; m < Marks; m++ {
			for _, one := range [...]Order{MonthFirst, DayFirst} {
				if name == markNames[m] && order == one.String() && o[m] == Undecided {
					o[m], known = one, true
				}
			}
		}
		if !known {
			return o, false
		}
	}
	for m := range o {
		if o[m] == Undecided {
			o[m] = Mixed
		}
	}
	return o, true
}

// String is the inverse of ParseOrders, in the order of the marks.
func (o *Orders) String() string {
	var pairs []string
	for m := range Marks {
		if order := o[m]; order == MonthFirst || order == DayFirst {
			pairs = append(pairs, m.String()+"="+order.String())
		}
	}
	return strings.Join(pairs, "|")
}
