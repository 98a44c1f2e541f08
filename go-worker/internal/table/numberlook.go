package table

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A numberLook is how a workbook shows the numbers of a cell, where that says more than the number (ECMA-376 part 1, 18.8.31).
type numberLook struct {
	kind lookKind
	form string // of zeros: what is shown, digits in place of the zeros that codes has
	// codes are the codes of the format, in which 0x00 stands for text.
	codes string
}

type lookKind byte

const (
	plainLook   lookKind = iota
	dayLook              // 31/12/1999
	timeLook             // 14:30, also of more than a day
	percentLook          // 7.5%
	zerosLook            // 02139
)

// builtInFormats are formats that every spreadsheet knows by their numbers, but those that show a day.
var builtInFormats = map[int]string{
	9: "0%", 10: "0.00%", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 45: "mm:ss", 46: "[h]:mm:ss",
}

// lookOf reads a format such as dd/mm/yyyy;@ as far as it is for numbers above zero.
func lookOf(format string) numberLook {
	codes, form := formatCodes(format)
	l := numberLook{codes: strings.ToLower(codes), form: form}
	switch {
	case strings.ContainsAny(l.codes, "dy") || strings.Contains(l.codes, "mmm"):
		l.kind = dayLook
	case timeForm.MatchString(l.codes):
		l.kind = timeLook
	case percentForm.MatchString(l.codes):
		l.kind = percentLook
	case zerosForm.MatchString(l.codes):
		l.kind = zerosLook
	}
	return l
}

var (
	timeForm    = regexp.MustCompile(`^\[?(h+|m+|s+)\]?([: \x00]*(h+|m+|s+))*[ \x00]*(am/pm|a/p)?$`)
	percentForm = regexp.MustCompile(`^[#,? ]*0(\.[0#?]+)?[ \x00]*%$`)
	zerosForm   = regexp.MustCompile(`^[ ()+\-\x00]*0([ ()+\-\x00]*0)+[ )]*$`)
)

// formatCodes returns the part of a format that is for numbers above zero, twice: as codes, in which texts are 0x00, and as it is shown.
// Texts stand in quotes or after a backslash; what is left free or repeated to fill a cell, colours and languages are no part of it.
func formatCodes(format string) (codes, form string) {
	var c, f []byte
	put := func(code, shown byte) { c, f = append(c, code), append(f, shown) }
	for i := 0; i < len(format); i++ {
		switch b := format[i]; b {
		case '"':
			for i++; i < len(format) && format[i] != '"'; i++ {
				put(0, format[i])
			}
		case '\\':
			if i++; i < len(format) {
				put(0, format[i])
			}
		case '_', '*':
			i++
		case '[':
			end := strings.IndexByte(format[i:], ']')
			if end < 0 {
				return "", ""
			}
			if inside := format[i : i+end+1]; elapsedForm.MatchString(inside) {
				c, f = append(c, inside...), append(f, inside...)
			} else if strings.ContainsAny(inside, "<>=") {
				put('[', '[') // other numbers are shown otherwise
			}
			i += end
		case ';':
			return string(c), string(f)
		default:
			put(b, b)
		}
	}
	return string(c), string(f)
}

var elapsedForm = regexp.MustCompile(`(?i)^\[(h+|m+|s+)\]$`)

// shown writes a number as the look shows it: 0.075 as 7.5%, 2139 as 02139, 12345678 as 012-34-5678, 0.59375 as 14:15. Days are for others.
func (l numberLook) shown(number string) (string, bool) {
	switch l.kind {
	case percentLook:
		part, err := strconv.ParseFloat(number, 64)
		if err != nil || math.Abs(part) > 1e6 {
			return "", false
		}
		return strconv.FormatFloat(math.Round(part*1e12)/1e10, 'f', -1, 64) + "%", true
	case zerosLook:
		return l.padded(number)
	case timeLook:
		return l.clock(number)
	}
	return "", false
}

// padded writes the digits of a number in place of the zeros of the look.
func (l numberLook) padded(number string) (string, bool) {
	missing := strings.Count(l.codes, "0") - len(number)
	if missing < 0 || strings.Trim(number, "0123456789") != "" {
		return "", false
	}
	digits, out := strings.Repeat("0", missing)+number, []byte(l.form)
	for i := range out {
		if l.codes[i] == '0' {
			out[i], digits = digits[0], digits[1:]
		}
	}
	return strings.TrimSpace(string(out)), true
}

// clock writes a part of a day as hours and minutes, with seconds where there are any or the look has no hours. Beyond a day hours count on,
// as those of a stay do.
func (l numberLook) clock(number string) (string, bool) {
	days, err := strconv.ParseFloat(number, 64)
	if err != nil || !(days >= 0 && days < firstCommonDay) {
		return "", false
	}
	seconds := int64(math.Round(days * 86400))
	minutes := seconds / 60
	text := fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
	if seconds%60 > 0 || !strings.Contains(l.codes, "h") {
		text += fmt.Sprintf(":%02d", seconds%60)
	}
	return text, true
}
