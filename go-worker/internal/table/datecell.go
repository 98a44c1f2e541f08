package table

import (
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dateLooks tells how numbers of a workbook are shown where that says more than the number: as dates, as percent, with zeros before them. A
// cell holds the number of a look, and the look says it.
type dateLooks struct {
	looks    []bool   // by number, whether it shows a day
	formats  []string // by number, the format of the look, "" where it is none that matters
	from1904 bool     // days are counted from 1904
}

// builtInDates are the numbers of the formats that every spreadsheet knows and that show a day.
var builtInDates = []int{14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58}

// readLooks reads which looks of cells show a day. Where that cannot be read, dates stay the numbers they are.
func (w *workbook) readLooks(book string) {
	parts, err := w.related(book, "/styles")
	if len(parts) == 0 || err != nil {
		return
	}
	r, err := w.open(parts[0].Target)
	if err != nil {
		return
	}
	defer func() { _ = r.Close() }()
	var doc struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Looks []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if xml.NewDecoder(io.LimitReader(r, partLimit)).Decode(&doc) != nil {
		return
	}
	own, codes := map[int]bool{}, map[int]string{9: "0%", 10: "0.00%"}
	for _, f := range doc.Formats {
		own[f.ID], codes[f.ID] = showsDay(f.Code), f.Code
	}
	for _, l := range doc.Looks {
		day, named := own[l.Format]
		w.dates.formats = append(w.dates.formats, codes[l.Format])
		w.dates.looks = append(w.dates.looks, day || !named && slices.Contains(builtInDates, l.Format))
	}
}

// showsDay reports whether a format such as dd/mm/yyyy;@ shows the day or year of a date. One that shows only times
// does not. Texts in quotes, after backslashes and in brackets are no part of it.
func showsDay(format string) bool {
	until := byte(0)
	for i := 0; i < len(format); i++ {
		c := format[i]
		switch {
		case until != 0:
			if c == until {
				until = 0
			}
		case c == '"':
			until = '"'
		case c == '[':
			until = ']'
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == ';':
			return false // what follows is for negative numbers
		case strings.IndexByte("dDyY", c) >= 0:
			return true
		}
	}
	return false
}

// shown writes a number as a format shows it, where that is percent or digits with zeros before them: 0.075 as 7.5%, 2139 as 02139,
// 12345678 as 012-34-5678.
func shown(format, number string) (string, bool) {
	if percentForm.MatchString(format) {
		part, err := strconv.ParseFloat(number, 64)
		if err != nil || math.Abs(part) > 1e6 {
			return "", false
		}
		return strconv.FormatFloat(math.Round(part*1e12)/1e10, 'f', -1, 64) + "%", true
	}
	if !zerosForm.MatchString(format) || strings.Trim(number, "0123456789") != "" {
		return "", false
	}
	form := strings.ReplaceAll(format, "\\", "")
	missing := strings.Count(form, "0") - len(number)
	if missing < 0 {
		return "", false
	}
	digits, out := strings.Repeat("0", missing)+number, []byte(form)
	for i, c := range out {
		if c == '0' {
			out[i], digits = digits[0], digits[1:]
		}
	}
	return string(out), true
}

var (
	percentForm = regexp.MustCompile(`^#?0(\.0+)?%$`)
	zerosForm   = regexp.MustCompile(`^0(\\?-?0)+$`)
)

// written writes a number in a cell of some look as it is shown: as a date to the second, if it is one that calendars and
// spreadsheets agree on, as percent, or with its zeros.
func (d *dateLooks) written(look, number string) (string, bool) {
	i, err := strconv.Atoi(look)
	if err != nil || i < 0 || i >= len(d.looks) {
		return "", false
	}
	if !d.looks[i] {
		return shown(d.formats[i], number)
	}
	days, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(days) {
		return "", false
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if d.from1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if days < 61 {
		return "", false // before 1 March 1900 spreadsheets count a day that never was
	}
	if days < 1 || days >= 2958466 { // 31 December 9999 is the last one
		return "", false
	}
	whole := math.Floor(days)
	at := start.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round((days-whole)*86400)) * time.Second)
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return at.Format(time.DateOnly), true
	}
	return at.Format("2006-01-02T15:04:05"), true
}
