package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/units"
)

var ruleFirstComponent = rule.Must("STD-003")

// hl7Fields say, by family, what is to be read of a cell that holds a whole field of HL7 version 2: components divided by "^", repetitions by
// "~". Names and codes are not here: their families read the further components as well.
var hl7Fields = map[string]func(field string) string{
	"identifier": identifierComponent, "gender": firstComponent, "birth_sex": firstComponent, "race": eachFirstComponent,
	"ethnicity": firstComponent, "language": firstComponent, "marital_status": firstComponent, "encounter_class": firstComponent,
	"value_set": firstComponent, "phone": telecoms, "address_line": addressComponents, "unit": unitComponent,
	"result_value": codedText, "interpretation": firstComponent,
}

// ofHL7 lets a family read the fields of HL7 version 2 that a column holds.
func ofHL7(typ string, f Family) Family {
	pick, ok := hl7Fields[typ]
	if !ok {
		return f
	}
	bind := f.Bind
	f.Bind = func(col Column) CellFunc {
		read := bind(col)
		return func(raw string, c *Cell) {
			if strings.IndexByte(raw, '^') < 0 {
				read(raw, c)
				return
			}
			if part := pick(raw); part != "" && part != raw {
				read(part, c)
				c.Hit(ruleFirstComponent)
				return
			}
			read(raw, c)
		}
	}
	return f
}

// firstComponent returns the first component that says something, of the first repetition.
func firstComponent(field string) string {
	field, _, _ = strings.Cut(field, "~")
	for part := range strings.SplitSeq(field, "^") {
		if part = strings.TrimSpace(part); part != "" {
			return part
		}
	}
	return ""
}

// identifierComponent returns the first component of a CX, which has at least four: a number with a mark in it is something else.
func identifierComponent(field string) string {
	first, _, _ := strings.Cut(field, "~")
	if strings.Count(first, "^") < 3 {
		return field
	}
	return firstComponent(first)
}

// eachFirstComponent returns the first component of each repetition that has one, as a list.
func eachFirstComponent(field string) string {
	var all []string
	for repetition := range strings.SplitSeq(field, "~") {
		if part, _, _ := strings.Cut(repetition, "^"); strings.TrimSpace(part) != "" {
			all = append(all, strings.TrimSpace(part))
		}
	}
	return strings.Join(all, ";")
}

// telecoms returns the number of each repetition of an XTN, as a list: its first component, else its parts, which newer versions send: country,
// area, number and extension, from the fifth on.
func telecoms(field string) string {
	var all []string
	for repetition := range strings.SplitSeq(field, "~") {
		parts := append(strings.Split(repetition, "^"), make([]string, 8)...)
		number := strings.TrimSpace(parts[0])
		if number == "" && parts[6] != "" && !strings.EqualFold(parts[2], "internet") {
			number = strings.TrimSpace(parts[5] + " " + parts[6])
			if country := strings.TrimPrefix(parts[4], "+"); country != "" {
				number = "+" + country + " " + number
			}
			if parts[7] != "" {
				number += " x" + parts[7]
			}
		}
		if number != "" {
			all = append(all, number)
		}
	}
	return strings.Join(all, ";")
}

// addressComponents writes street^other^city^state^zip of an XAD as the lines of a letter.
func addressComponents(field string) string {
	field, _, _ = strings.Cut(field, "~")
	parts := append(strings.Split(field, "^"), "", "", "", "")
	lines := []string{strings.TrimSpace(parts[0] + " " + parts[1]), parts[2], strings.TrimSpace(parts[3] + " " + parts[4])}
	written := ""
	for _, line := range lines {
		if line != "" && written != "" {
			written += ", "
		}
		written += line
	}
	return written
}

// unitComponent returns the first component of a coded unit, or the second where only that is a unit (CD:289^mg/dL), and a power of ten as
// it is.
func unitComponent(field string) string {
	if strings.Contains(field, "10^") {
		return field
	}
	parts := strings.Split(field, "^")
	if _, known := units.Read(parts[0], ""); !known && len(parts) > 1 {
		if _, known = units.Read(parts[1], ""); known {
			return strings.TrimSpace(parts[1])
		}
	}
	if len(parts) < 3 {
		return field
	}
	return firstComponent(field)
}

// codedText returns the words of a coded result, code^text^system (112283007^Escherichia coli^SCT); a structured number and a power of ten stay.
func codedText(field string) string {
	parts := strings.Split(field, "^")
	if len(parts) < 3 || parts[0] == "" || strings.ContainsAny(parts[0], " <>=") || !hasLetter(parts[1]) || !hasLetter(parts[2]) || strings.Contains(parts[2], " ") {
		return field
	}
	return strings.TrimSpace(parts[1])
}
