package table

import (
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"time"
)

// dateLooks tells how numbers of a workbook are shown where that says more than the number: as dates and times, as percent, with zeros before
// them. A cell holds the number of a look, and the look says it.
type dateLooks struct {
	looks    []numberLook // by number
	from1904 bool         // days are counted from 1904
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
	looks := map[int]numberLook{}
	for _, id := range builtInDates {
		looks[id] = numberLook{kind: dayLook}
	}
	for id, format := range builtInFormats {
		looks[id] = lookOf(format)
	}
	for _, f := range doc.Formats {
		looks[f.ID] = lookOf(f.Code)
	}
	for _, l := range doc.Looks {
		w.dates.looks = append(w.dates.looks, looks[l.Format])
	}
}

// firstCommonDay is 1 March 1900: before it spreadsheets count a day that never was.
const firstCommonDay = 61

// written writes a number in a cell of some look as it is shown: as a date to the second, if it is one that calendars and
// spreadsheets agree on, as a time, as percent, or with its zeros. A date of which only the time is shown is written whole.
func (d *dateLooks) written(look int, number string) (string, bool) {
	if look < 0 || look >= len(d.looks) {
		return "", false
	}
	l := d.looks[look]
	if text, ok := l.shown(number); ok {
		return text, true
	}
	if l.kind != dayLook && l.kind != timeLook {
		return "", false
	}
	return d.day(number)
}

// day writes a number as the date, and the time, that it stands for.
func (d *dateLooks) day(number string) (string, bool) {
	days, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(days) {
		return "", false
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if d.from1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if days < firstCommonDay {
		return "", false
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
