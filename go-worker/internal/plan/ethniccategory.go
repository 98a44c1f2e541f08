package plan

import (
	"slices"
	"strings"
)

// The ethnic categories of the United Kingdom's census of 2001, by the letters that the NHS Data Dictionary gives them (attribute ETHNIC
// CATEGORY CODE 2001), and what it, and HES, write where none is known.
const ethnicLetters = "ABCDEFGHJKLMNPRSZ"

var noEthnicLetter = []string{"9", "99", "X"}

// britishLetters are those of them that lists of the US hardly use beside the others: two of them, and no other letter such as W for
// white, tell these lists apart.
const britishLetters = "EFGJKLS"

// ethnicHeaders are the headers under which the NHS sends them.
var ethnicHeaders = []string{"ethnic_category", "ethnic_category_code", "ethnic_category_2001", "ethnic_category_code_2001"}

const whyEthnicLetters = "its letters are the ethnic categories of the United Kingdom of 2001 (A is White British), no race or ethnicity of the US; " +
	"a profile can read them, with a field of the name of this column and of the type value_set"

// passEthnicLetters lets the ethnic categories of the United Kingdom pass untouched where the header would have them read as those of the
// US: A is White British there, and Asian here.
func (d *decider) passEthnicLetters(taken map[string]bool) {
	for i := range d.columns {
		if d.columns[i].Type != "ethnicity" && d.columns[i].Type != "race" || d.columns[i].Adds != "" {
			continue
		}
		all, british := d.evidence[i].ethnicLetters()
		if all && (british > 1 || d.country != nil && d.country.country == "GB") {
			d.pass(i, taken, whyEthnicLetters)
		}
	}
}

// isEthnicCategory reports whether an unknown column is one of them by its header and all its values.
func (d *decider) isEthnicCategory(i int) bool {
	all, _ := d.evidence[i].ethnicLetters()
	return all && slices.Contains(ethnicHeaders, nameOf(d.columns[i].Header))
}

// ethnicLetters reports whether all values are such letters, and how many different ones are British.
func (c *columnEvidence) ethnicLetters() (all bool, british int) {
	if c.tally == nil || c.tally.in.over {
		return false, 0
	}
	for _, v := range c.tally.in.values {
		letter := strings.ToUpper(v)
		if len(letter) == 1 && strings.Contains(ethnicLetters, letter) {
			all = true
		} else if !slices.Contains(noEthnicLetter, letter) {
			return false, 0
		}
		if len(letter) == 1 && strings.Contains(britishLetters, letter) {
			british++
		}
	}
	return all, british
}
