package standardize

import (
	"cmp"
	"math"
	"strings"
	"time"

	"harmonizer/go-worker/internal/dates"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleSerial1900   = rule.Must("XL-001")
	ruleSerial1904   = rule.Must("XL-002")
	ruleSerial1960   = rule.Must("XL-016")
	ruleExchanged    = rule.Must("XL-019")
	ruleDate         = rule.Must("DATE-001")
	ruleCentury      = rule.Must("DATE-002")
	ruleCenturyDoubt = rule.Must("DATE-003")
	ruleOpenEnd      = rule.Must("DATE-004")
	ruleNoDate       = rule.Must("DATE-005")
	rulePartialDate  = rule.Must("DATE-007")
	ruleFuture       = rule.Must("DATE-008")
	ruleTimeDropped  = rule.Must("DATE-009")
	ruleClockChange  = rule.Must("DATE-010")
	ruleCalendar     = rule.Must("DATE-012")
	ruleEra          = rule.Must("DATE-013")
	ruleEthiopian    = rule.Must("DATE-017")
	ruleQuarter      = rule.Must("DATE-015")
	ruleAgainstOrder = rule.Must("DATE-102")
	ruleMixedOrder   = rule.Must("DATE-103")
)

// dateReader reads the cells of one column of the families date and datetime (SPEC section 6).
//
// Params: impute is start or middle: %_imputed has a whole day for dates of which only the year or the month is known, its first or its
// middle one, and every other day as it is; the date itself is never filled in. role is birth, past, event, end, expiry or future; without one a date may lie anywhere and only what is nobody's date is
// taken for a placeholder. epoch is s or ms: bare numbers count from 1970. zone is the IANA zone of local times.
// Decisions: epoch as above; order_by_mark has the orders of dates by the mark between their numbers where the column has both; exchanged is yes where day and month stand in each other's place; date_only is yes where every time of day in the column is midnight; era is buddhist where its years are 543 ahead, ethiopian where its days are of that calendar. Order and
// serials are fields of Column.
type dateReader struct {
	reading      dates.Reading
	role         string
	first, last  int        // years between which an event lies
	shifted      bool       // dates after it are kept
	latest       dates.Date // the last day that a date of the past can have; year 0: there is none
	keepTime     bool
	keepMidnight bool
	sentinels    map[string]bool
	impute       string         // start, middle; "" not at all
	zone         *time.Location // nil unknown
}

func date(col Column) CellFunc     { return bindDates(col, false) }
func datetime(col Column) CellFunc { return bindDates(col, true) }

func plainDate(col Column) PlainFunc     { return bindPlainDates(col, false) }
func plainDatetime(col Column) PlainFunc { return bindPlainDates(col, true) }

// bindDates returns the CellFunc of dates: one reader, or one by the mark between the numbers where that tells the order of day and month.
func bindDates(col Column, keepTime bool) CellFunc {
	orders, ok := ordersByMark(col)
	if !ok {
		return newDateReader(col, keepTime).cell
	}
	var readers [dates.Marks]*dateReader
	for mark, order := range orders {
		col.DateOrder = order
		readers[mark] = newDateReader(col, keepTime)
	}
	return func(raw string, c *Cell) { readers[dates.MarkOf(raw)].cell(raw, c) }
}

func bindPlainDates(col Column, keepTime bool) PlainFunc {
	if _, ok := ordersByMark(col); ok {
		return nil
	}
	return newDateReader(col, keepTime).bindPlain()
}

// ordersByMark returns the orders of a column that has both, by the mark between the numbers; ok is false where marks tell nothing.
func ordersByMark(col Column) (orders dates.Orders, ok bool) {
	if col.DateOrder != dates.Mixed {
		return orders, false
	}
	return dates.ParseOrders(col.Decisions["order_by_mark"])
}

func newDateReader(col Column, keepTime bool) *dateReader {
	today := dates.Date{Precision: dates.ToDay, YMD: dates.YMD{Year: col.Today.Year(), Month: int(col.Today.Month()), Day: col.Today.Day()}}
	r := &dateReader{
		reading:      dates.Reading{Order: col.DateOrder, Serial: col.DateSerial, Digits: col.DateDigits, Today: today},
		role:         col.Params["role"],
		keepTime:     keepTime,
		keepMidnight: col.Decisions["date_only"] != "yes",
		shifted:      col.Decisions["shifted"] == "yes",
		sentinels:    col.Sentinels,
		impute:       col.Params["impute"],
		zone:         zoneOf(col.Params["zone"]),
		last:         math.MaxInt,
	}
	if r.role != "" && r.role != "birth" {
		r.first = firstYear
		if !col.Today.IsZero() {
			r.last = today.Year + yearsAhead
		}
	}
	switch r.role {
	case "birth":
		r.reading.Century, r.latest = dates.Birth, today
	case "past", "event":
		r.reading.Century, r.latest = dates.PastOnly, today.AddDays(1) // a day of slack for other time zones
	}
	switch col.Decisions["era"] {
	case "buddhist":
		r.reading.YearsAhead = buddhistEra
	case "ethiopian":
		r.reading.Ethiopian = true
	}
	r.reading.Exchanged = col.Decisions["exchanged"] == "yes"
	switch cmp.Or(col.Params["epoch"], col.Decisions["epoch"]) {
	case "s":
		r.reading.Epoch = dates.EpochSeconds
	case "ms":
		r.reading.Epoch = dates.EpochMilliseconds
	}
	return r
}

// buddhistEra is how many years the Buddhist Era of Thailand is ahead.
const buddhistEra = 543

// Events lie between the first year and so many years ahead. A birth is held against the age of the living (PAT-005).
const (
	firstYear  = 1850
	yearsAhead = 150
)

func (r *dateReader) cell(raw string, c *Cell) {
	if len(r.sentinels) > 0 && r.sentinels[raw] {
		c.Set("", ruleNoDate)
		return
	}
	form, read := dates.InDigits(raw, r.reading.Digits)
	if !read {
		form, read = dates.Lex(raw)
	}
	if form.Kind == dates.Month && form.Year == 1900 && isSerialZero(raw) {
		c.Set("", ruleNoDate)
		return
	}
	if !read && (r.reading.Serial.Statistics() || r.reading.Epoch != dates.NoEpoch) {
		form, _ = dates.Signed(raw)
	}
	if form.Kind == dates.None && r.role == "future" {
		if month := expiryMonth(raw); month != "" {
			form, _ = dates.Lex(month)
			c.Hit(ruleCentury)
		}
	}
	d, notes, problem := form.Resolve(&r.reading)
	switch {
	case notes&dates.FromSerial == 0:
	case r.role != "" && !r.reading.Serial.Statistics() && d.Year < r.reading.Today.Year-tooOld:
		c.Fail(raw, ruleDate) // 85 among days of a spreadsheet is an age or a year, not a day of 1900
		return
	default:
		c.Hit(r.serialRule())
	}
	switch problem {
	case dates.Fine:
	case dates.Nothing:
		c.Set("", ruleNoDate)
		return
	case dates.Ambiguous:
		c.Fail(raw, ruleMixedOrder)
		return
	default:
		if r.role == "end" && openEndWords[strings.ToLower(raw)] {
			c.Set("", ruleOpenEnd)
			return
		}
		c.Fail(raw, ruleDate)
		return
	}
	switch {
	case openEnd(&d):
		c.Set("", ruleOpenEnd)
		return
	case r.placeholder(&d):
		c.Set("", ruleNoDate)
		return
	case r.latest.Year != 0 && d.After(&r.latest.YMD) && r.shifted:
		c.Hit(ruleCalendar)
	case r.latest.Year != 0 && d.After(&r.latest.YMD):
		c.Fail(raw, ruleFuture)
		return
	case d.Year < r.first, d.Year > r.last:
		c.Hit(ruleCalendar)
	}
	if form.FloatTail {
		c.Hit(ruleFloat)
	}
	note(d.Precision < dates.ToDay, notes, r.eraRule(), c)
	if form := d.Precision; form >= dates.ToHour {
		r.settleTime(&d, c)
	}
	var buffer [48]byte
	value := raw
	if out := d.Append(buffer[:0]); string(out) != raw {
		value = c.Arena.Text(out)
	}
	settle(c, raw, value)
	c.Parts[0] = d.Precision.String()
	if r.impute != "" {
		c.Parts[1] = c.Arena.Text(r.wholeDay(d).Append(buffer[:0]))
	}
}

// imputed names the companion of dates that are made whole.
func imputed(params map[string]string) []string {
	if params["impute"] == "" {
		return nil
	}
	return []string{"%_imputed"}
}

// wholeDay returns a date with the parts that nobody knows filled in, without its time.
func (r *dateReader) wholeDay(d dates.Date) *dates.Date {
	if d.Precision >= dates.ToHour {
		d.DropTime()
	}
	middle := r.impute == "middle"
	if d.Precision == dates.ToYear {
		d.Month, d.Day = 1, 1
		if middle {
			d.Month = 7
		}
	}
	if d.Precision == dates.ToMonth {
		d.Day = 1
		if middle {
			d.Day = 15
		}
	}
	d.Precision = dates.ToDay
	return &d
}

// note records what reading a date, or a part of one, took.
func note(part bool, notes dates.Notes, era rule.ID, c *Cell) {
	if notes&dates.CenturyGuessed != 0 {
		c.Hit(ruleCentury)
	}
	if notes&dates.CenturyDoubtful != 0 {
		c.Hit(ruleCenturyDoubt)
	}
	if notes&dates.OfQuarter != 0 {
		c.Hit(ruleQuarter)
		return
	}
	if part {
		c.Hit(rulePartialDate)
	}
	if notes&dates.OtherEra != 0 {
		c.Hit(era)
	}
	if notes&dates.Exchanged != 0 {
		c.Hit(ruleExchanged)
	}
	if notes&dates.AgainstOrder != 0 {
		c.Hit(ruleAgainstOrder)
	}
}

func (r *dateReader) eraRule() rule.ID {
	if r.reading.Ethiopian {
		return ruleEthiopian
	}
	return ruleEra
}

// settleTime drops a time of day that says nothing here, and gives the others their zone.
func (r *dateReader) settleTime(d *dates.Date, c *Cell) {
	midnight := d.Hour == 0 && d.Minute == 0 && d.Second == 0 && d.Fraction == ""
	if !r.keepTime || midnight && !r.keepMidnight {
		d.DropTime()
		c.Hit(ruleTimeDropped)
		return
	}
	d.RollMidnight()
	if r.zone != nil && !d.Zoned && !inZone(d, r.zone) {
		c.Hit(ruleClockChange)
	}
}

func (r *dateReader) serialRule() rule.ID {
	switch r.reading.Serial {
	case dates.Serial1904:
		return ruleSerial1904
	case dates.Serial1960, dates.Serial1970:
		return ruleSerial1960
	}
	return ruleSerial1900
}

// isSerialZero reports whether a spreadsheet shows the number 0 as this date, the day before its first one.
func isSerialZero(raw string) bool {
	day, _, _ := strings.Cut(raw, " ")
	switch day {
	case "1/0/1900", "01/00/1900", "0/1/1900", "00/01/1900", "00.01.1900", "1900-01-00":
		return true
	}
	return false
}

// openEndWords stand for no end where an end is expected.
var openEndWords = map[string]bool{"ongoing": true, "on going": true, "on-going": true, "present": true, "to present": true, "current": true,
	"continuing": true, "continues": true, "to date": true, "indefinite": true, "indefinitely": true, "open": true, "open ended": true,
	"open-ended": true, "still active": true, "still taking": true, "active": true, "until further notice": true, "lifelong": true, "no end date": true}

// openEnd reports whether a date far ahead stands for no end (DATE-004).
func openEnd(d *dates.Date) bool {
	switch d.Year {
	case 9999:
		return d.Is(9999, 12, 31) || d.Is(9999, 1, 1)
	case 2999:
		return d.Is(2999, 12, 31)
	case 3000:
		return d.Is(3000, 1, 1)
	}
	return false
}

// placeholder reports whether systems write this date when they know none (DATE-005): the first days of calendars, databases,
// spreadsheets and clocks. A birth on 1900-01-01 is left to the plan, which counts them, and to the birth step.
func (r *dateReader) placeholder(d *dates.Date) bool {
	switch d.Year {
	case 1, 1753, 1800:
		return d.Is(d.Year, 1, 1)
	case 1111:
		return d.Is(1111, 11, 11)
	case 1899:
		return d.Is(1899, 12, 30) || d.Is(1899, 12, 31)
	case 1900:
		return r.role != "" && (d.Is(1900, 1, 1) && r.role != "birth" || d.Is(1900, 1, 2))
	case 1901:
		return r.role != "" && d.Is(1901, 1, 1)
	case 1970, 1980:
		return r.role != "" && r.role != "birth" && d.Is(d.Year, 1, 1)
	}
	return false
}

// expiryMonth reads month and year as packages have them, 12/25, which elsewhere could be a day as well; "" for anything else.
func expiryMonth(s string) string {
	at := len(s) - 3
	if at < 1 || at > 2 || s[at] != '/' && s[at] != '-' || !asciiDigits(s[:at]) || !asciiDigits(s[at+1:]) || !within(s[:at], "1", "12") {
		return ""
	}
	return "20" + s[at+1:] + "-" + s[:at]
}
