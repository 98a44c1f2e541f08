package match

import "math/bits"

// blocksOf are the words of a fact of so many that two rows must share at least one of to be the same thing.
func blocksOf(words int) []int {
	if words == personWords {
		return []int{wordKey, wordMRN, wordSSN, wordMBI, wordName}
	}
	return []int{wordKey}
}

// nameOf sums up the names and the birth date of a person, 0 where one is not known.
func nameOf(family, given, birth uint64) uint64 {
	if family == 0 || given == 0 || birth == 0 {
		return 0
	}
	return max(family^bits.RotateLeft64(given, 21)^birth*0x9E3779B97F4A7C15, 1)
}

// agree reports whether both have a value, and the same.
func (x *fact) agree(y *fact, word int) bool { return x[word] != 0 && x[word] == y[word] }

// conflict reports whether both have a value, and different ones.
func (x *fact) conflict(y *fact, word int) bool {
	return x[word] != 0 && y[word] != 0 && x[word] != y[word]
}

// version reports whether a row of the same source and key is an earlier version y of x. One that says something for which the file of
// the later one has no column is no version: it would be lost. The number of a person may have been given twice, and a file may have
// several rows for a person that are no versions (visits, forms that repeat), so birth date or name must speak for one person, or the
// later row says all that the earlier one says, and both something known of the person.
func (x *fact) version(y *fact, words int) bool {
	if !x.agree(y, wordKey) || y[wordSays]&^x[wordKnows] != 0 {
		return false
	}
	if words != personWords {
		return x[wordWhat] == y[wordWhat] && !x.conflict(y, wordEvent)
	}
	birth, family := x.conflict(y, wordBirth), x.conflict(y, wordFamily)
	given := x.conflict(y, wordGiven)
	switch {
	case vetoed(x, y), birth && (family || given):
		return false
	case x.agree(y, wordBirth):
		return true
	}
	return !given && (x.agree(y, wordFamily) || !birth && !family && y[wordSays]&^x[wordSays] == 0 && x[wordWhat]&y[wordWhat] != 0)
}

// certain returns the deterministic rule by which two records are one person, "" when none holds or a veto does.
func certain(x, y *fact) string {
	if vetoed(x, y) {
		return ""
	}
	names := x.agree(y, wordFamily) && x.agree(y, wordGiven)
	birth := x.agree(y, wordBirth)
	switch {
	case x.agree(y, wordMRN) && (birth && !x.conflict(y, wordFamily) || names && !x.conflict(y, wordBirth)):
		return Deterministic + "mrn"
	case x.agree(y, wordSSN) && birth:
		return Deterministic + "ssn+birth-date"
	case x.agree(y, wordSSN) && x.agree(y, wordFamily) && x.agree(y, wordInitial):
		return Deterministic + "ssn+family+initial"
	case x.agree(y, wordMBI) && birth:
		return Deterministic + "mbi+birth-date"
	case names && birth && !x.conflict(y, wordMiddle) && (x.agree(y, wordZip) || x.agree(y, wordEmail) || x.phones(y)):
		return Deterministic + "name+birth-date+contact"
	}
	return ""
}

// phones reports whether two records share a phone, whatever it is used for.
func (x *fact) phones(y *fact) bool {
	for _, v := range [...]int{wordPhone, wordPhone2} {
		for _, w := range [...]int{wordPhone, wordPhone2} {
			if x[v] != 0 && x[v] == y[w] {
				return true
			}
		}
	}
	return false
}

// vetoed reports whether two records contradict each other in what one person cannot have twice: twins, father and son, two valid
// numbers of which a person has one.
func vetoed(x, y *fact) bool {
	return x.conflict(y, wordSSN) || x.conflict(y, wordMBI) || x.conflict(y, wordSuffix) || x.conflict(y, wordSex) ||
		x.conflict(y, wordOrder) || x.conflict(y, wordInitial) || x[wordNewborn] != y[wordNewborn] || x.twoBirths(y)
}

// twoBirths reports whether two dates of birth differ in more than one of year, month and day.
func (x *fact) twoBirths(y *fact) bool {
	if !x.conflict(y, wordBirth) {
		return false
	}
	a, b := x[wordBirth]/1_000_000, y[wordBirth]/1_000_000
	differ := 0
	for _, of := range [...]uint64{100, 100, 10_000} {
		if a%of != b%of {
			differ++
		}
		a, b = a/of, b/of
	}
	return differ > 1
}
