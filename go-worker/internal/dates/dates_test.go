package dates

import (
	"testing"
	"time"
)

var today = Date{Precision: ToDay, YMD: YMD{2026, 11, 23}}

// read lexes and resolves, and writes what came out: the date, or the problem.
func read(s string, r Reading) string {
	f, six := InDigits(s, r.Digits)
	if !six {
		f, _ = Lex(s)
	}
	d, notes, problem := f.Resolve(&r)
	if problem != Fine {
		return map[Problem]string{Unreadable: "unreadable", Impossible: "impossible", Ambiguous: "ambiguous", Nothing: "nothing"}[problem]
	}
	out := string(d.Append(nil))
	if notes&AgainstOrder != 0 {
		out += " against"
	}
	if notes&OfQuarter != 0 {
		out += " quarter"
	}
	if notes&CenturyDoubtful != 0 {
		out += " doubtful"
	}
	return out
}

func TestRead(t *testing.T) {
	us := Reading{Order: MonthFirst, Today: today, Century: PastOnly}
	dmy := Reading{Order: DayFirst, Today: today, Century: PastOnly}
	birth := Reading{Order: MonthFirst, Today: today, Century: Birth}
	near := Reading{Order: MonthFirst, Today: today}
	mixed := Reading{Order: Mixed, Today: today}
	serial := Reading{Serial: Serial1900, Today: today}
	mac := Reading{Serial: Serial1904, Today: today}
	for _, tt := range []struct {
		in   string
		r    Reading
		want string
	}{
		// ISO, any precision
		{"1985-04-05", us, "1985-04-05"},
		{"1985-4-5", us, "1985-04-05"},
		{"1985-04", us, "1985-04"},
		{"1985", us, "1985"},
		{"1985.0", us, "1985"},
		{"1985-04-05T10:36:28", us, "1985-04-05T10:36:28"},
		{"1985-04-05 10:36:28", us, "1985-04-05T10:36:28"},
		{"1985-04-05T10:36", us, "1985-04-05T10:36:00"},
		{"1985-04-05T10", us, "1985-04-05T10:00:00"},
		{"1985-04-05 10", us, "unreadable"},
		{"1985-04-05T10:36:28Z", us, "1985-04-05T10:36:28Z"},
		{"1985-04-05T10:36:28+00:00", us, "1985-04-05T10:36:28Z"},
		{"1985-04-05T10:36:28.5-03:30", us, "1985-04-05T10:36:28.5-03:30"},
		{"1985-04-05 10:36:28.1234567890123+0530", us, "1985-04-05T10:36:28.1234567890123+05:30"},
		{"1985-04-05 10:36:28-05", us, "1985-04-05T10:36:28-05:00"},
		{"1985-04-05 10:36:28.0000000 +01:00", us, "1985-04-05T10:36:28+01:00"},
		{"1985-04-05 10:36:28,502", us, "1985-04-05T10:36:28.502"},
		{"1985-04-05 1430", us, "1985-04-05T14:30:00"},
		{"1985-04-05-10.36.28.123456", us, "1985-04-05T10:36:28.123456"},
		{"2024-W05-3", us, "2024-01-31"},
		{"2024W053", us, "2024-01-31"},
		{"2021-W01-1T08:00", us, "2021-01-04T08:00:00"},
		{"2020-W53-5", us, "2021-01-01"},
		{"2024-W05", us, "unreadable"},
		{"2024-W05-8", us, "unreadable"},
		{"2024-034", us, "2024-02-03"},
		{"2024-366", us, "2024-12-31"},
		{"2023-366", us, "unreadable"},
		{"2024034", us, "2024-02-03"},
		{"2024366", us, "2024-12-31"},
		{"2023366", us, "unreadable"},
		{"2024000", us, "unreadable"},
		{"2024-Q1", us, "2024 quarter"},
		{"2024Q4", us, "2024 quarter"},
		{"Q1 2024", us, "2024 quarter"},
		{"q2-2024", us, "2024 quarter"},
		{"Q5 2024", us, "unreadable"},
		{"Q1 24", us, "unreadable"},
		{"Q1 2024 rest", us, "unreadable"},
		{"March the 5th, 2024", us, "2024-03-05"},
		{"the 5th of March, 2024", us, "2024-03-05"},
		{"the 5", us, "unreadable"},
		{"05 March 2024 (Tuesday)", us, "2024-03-05"},
		{"2024-03-05 Tue", us, "2024-03-05"},
		{"03/05/2024, Tue.", us, "2024-03-05"},
		{"2024-03-05 (Tuesday", us, "unreadable"},
		{"2024-03-05 Tuesday 10:30", us, "unreadable"},
		{"JAN 13, 2024@08:05", us, "2024-01-13T08:05:00"},
		{"01/13/2024@0805", us, "2024-01-13T08:05:00"},
		{"1985-04-05Z", us, "1985-04-05"},
		{"1985-04-05-05:00", us, "1985-04-05"},
		{"1985-04-05T24:00:00", us, "1985-04-05T24:00:00"},
		{"1985-04-05T24:01:00", us, "impossible"},
		{"1985-04-05 25:00", us, "impossible"},
		{"1985-04-05 10:61", us, "impossible"},
		{"1985-04-05T10:36:28+25:00", us, "unreadable"},
		{"1985-13-01", us, "impossible"},
		{"1985-13", us, "impossible"},
		{"1985-02-30", us, "impossible"},
		{"0001-01-01", us, "0001-01-01"},
		{"9999-12-31", us, "9999-12-31"},
		{" 1985-04-05 ", us, "1985-04-05"},
		// compact and HL7
		{"19850405", us, "1985-04-05"},
		{"19850405.0", us, "1985-04-05"},
		{"198504", us, "1985-04"},
		{"198500", us, "1985"},
		{"040585", us, "unreadable"},
		{"2003092510", us, "2003-09-25T10:00:00"},
		{"199709020908", us, "1997-09-02T09:08:00"},
		{"19970902090807", us, "1997-09-02T09:08:07"},
		{"20210105120030.1234-0500", us, "2021-01-05T12:00:30.1234-05:00"},
		{"202101051200-0500", us, "2021-01-05T12:00:00-05:00"},
		{"20030925T104941", us, "2003-09-25T10:49:41"},
		{"20030925T10", us, "2003-09-25T10:00:00"},
		{"04251985", us, "1985-04-25"},
		{"25041985", us, "1985-04-25 against"},
		{"04051985", dmy, "1985-05-04"},
		{"99991231", us, "9999-12-31"},
		{"11111111", us, "1111-11-11"},
		{"20011301", us, "impossible"},
		// six digits, once the column says what they are
		{"040585", Reading{Order: MonthFirst, Digits: YearLast, Today: today, Century: PastOnly}, "1985-04-05"},
		{"40585", Reading{Order: MonthFirst, Digits: YearLast, Today: today, Century: PastOnly}, "1985-04-05"},
		{"40585.0", Reading{Order: MonthFirst, Digits: YearLast, Today: today, Century: PastOnly}, "1985-04-05"},
		{"040585", Reading{Order: DayFirst, Digits: YearLast, Today: today, Century: PastOnly}, "1985-05-04"},
		{"250485", Reading{Order: MonthFirst, Digits: YearLast, Today: today, Century: PastOnly}, "1985-04-25 against"},
		{"131385", Reading{Order: MonthFirst, Digits: YearLast, Today: today, Century: PastOnly}, "unreadable"},
		{"850405", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "1985-04-05"},
		{"200102", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "2020-01-02"},
		{"50102", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "2005-01-02"},
		{"850431", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "impossible"},
		{"19850405", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "1985-04-05"},
		{"04-05-12", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "2004-05-12"},
		{"28-05-12", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "1928-05-12"},
		{"00-05-12", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "2000-05-12"},
		{"00-05-12", dmy, "2012-05"},
		{"85-04-05 10:36", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "1985-04-05T10:36:00"},
		{"04-25-12", Reading{Digits: YearFirst, Today: today, Century: PastOnly}, "2012-04-25"},
		{"04-05-2012", Reading{Order: DayFirst, Digits: YearFirst, Today: today}, "2012-05-04"},
		{"04-05-12", Reading{Order: MonthFirst, Digits: YearEither, Today: today, Century: PastOnly}, "ambiguous"},
		{"04-05-85", Reading{Order: MonthFirst, Digits: YearEither, Today: today, Century: PastOnly}, "1985-04-05"},
		// days from 1970
		{"19737", Reading{Serial: Serial1970}, "2024-01-15"},
		{"1995", Reading{Serial: Serial1970}, "1975-06-19"},
		// digits alone, in forms of their own
		{"4251985", us, "1985-04-25"},
		{"5041985", dmy, "1985-04-05"},
		{"4251985.0", us, "1985-04-25"},
		{"4001985", us, "unreadable"},
		{"2014071", us, "2014-03-12"},
		{"2052005", us, "2052-01-05"},
		{"2052005", Reading{Order: MonthFirst, Digits: ZeroLost}, "2005-02-05"},
		{"2014071", Reading{Order: MonthFirst, Digits: ZeroLost}, "2014-03-12"},
		{"24034", Reading{Digits: DayOfYear, Today: today, Century: PastOnly}, "2024-02-03"},
		{"28366", Reading{Digits: DayOfYear, Today: today, Century: PastOnly}, "1928-12-31"},
		{"27366", Reading{Digits: DayOfYear, Today: today, Century: PastOnly}, "unreadable"},
		{"05034.0", Reading{Digits: DayOfYear, Today: today, Century: PastOnly}, "2005-02-03"},
		{"2850405", Reading{Digits: FileMan}, "1985-04-05"},
		{"3240115.083", Reading{Digits: FileMan}, "2024-01-15T08:30:00"},
		{"3240115.143005", Reading{Digits: FileMan}, "2024-01-15T14:30:05"},
		{"3240115.24", Reading{Digits: FileMan}, "2024-01-15T24:00:00"},
		{"3240100", Reading{Digits: FileMan}, "2024-01"},
		{"3240000", Reading{Digits: FileMan}, "2024"},
		{"3241315", Reading{Digits: FileMan}, "unreadable"},
		{"1985-04-05", Reading{Digits: FileMan}, "1985-04-05"},
		// day and month in each other's place
		{"2014-12-03", Reading{Exchanged: true}, "2014-03-12"},
		{"2014-12-03 10:30", Reading{Exchanged: true}, "2014-03-12T10:30:00"},
		{"2014-25-03", Reading{Exchanged: true}, "2014-03-25"},
		{"2014-03-25", Reading{Exchanged: true}, "2014-03-25"},
		{"41976", Reading{Exchanged: true, Serial: Serial1900}, "2014-03-12"},
		{"04/05/2014", Reading{Exchanged: true, Order: DayFirst}, "2014-05-04"},
		{"3 Dec 2014", Reading{Exchanged: true}, "2014-12-03"},
		{"20141203", Reading{Exchanged: true}, "2014-12-03"},
		{"2014-12", Reading{Exchanged: true}, "2014-12"},
		// Ethiopian: New Year, the day after the thirteenth month of a leap year, 2000-01-01
		{"01/01/2016", Reading{Order: DayFirst, Ethiopian: true}, "2023-09-12"},
		{"06/13/2015", Reading{Order: DayFirst, Ethiopian: true}, "2023-09-11"},
		{"06/13/2014", Reading{Order: DayFirst, Ethiopian: true}, "impossible"},
		{"1992-04-22", Reading{Ethiopian: true}, "2000-01-01"},
		{"13-05-2014", Reading{Order: MonthFirst, Ethiopian: true}, "2022-09-10"},
		{"31/01/2014", Reading{Order: DayFirst, Ethiopian: true}, "impossible"},
		{"01/2014", Reading{Order: DayFirst, Ethiopian: true}, "unreadable"},
		{"01/02/14", Reading{Order: DayFirst, Ethiopian: true}, "unreadable"},
		{"01/02/2014", Reading{Order: Mixed, Ethiopian: true}, "ambiguous"},
		// A/B/Y
		{"04/05/1985", us, "1985-04-05"},
		{"04/05/1985", dmy, "1985-05-04"},
		{"04/05/1985", mixed, "ambiguous"},
		{"04/05/1985", Reading{Today: today}, "ambiguous"},
		{"04/04/1985", mixed, "1985-04-04"},
		{"13/04/1990", us, "1990-04-13 against"},
		{"04/13/1990", dmy, "1990-04-13 against"},
		{"13/04/1990", mixed, "1990-04-13"},
		{"4-5-1985", us, "1985-04-05"},
		{"4.5.1985", us, "1985-04-05"},
		{"4 5 1985", us, "1985-04-05"},
		{"4 / 5 / 1985", us, "1985-04-05"},
		{"4/5-1985", dmy, "1985-05-04"},
		{"4.5-1985", dmy, "1985-05-04"},
		{"4/5 1985", dmy, "1985-05-04"},
		{"4-5/1985", us, "unreadable"},
		{"4/5-85", us, "unreadable"},
		{"04_05_1985", us, "1985-04-05"},
		{"04\\05\\1985", us, "1985-04-05"},
		{"04|05|1985", us, "1985-04-05"},
		{"1985:04:05", us, "1985-04-05"},
		{"25:04:1985 04:08", dmy, "1985-04-25T04:08:00"},
		{"1985:04:05 18:31:59+00:00", us, "1985-04-05T18:31:59Z"},
		{"25,04,1985", dmy, "1985-04-25"},
		{"1,234,567", us, "unreadable"},
		{"04//05/1985", us, "1985-04-05"},
		{"04///05/1985", us, "unreadable"},
		{"04/05//1985", us, "1985-04-05"},
		{"04/05/1985/", us, "1985-04-05"},
		{"O4/O5/l985", us, "1985-04-05"},
		{"12/I/1985", dmy, "1985-01-12"},
		{"04/05/1985 2:05 PM", us, "1985-04-05T14:05:00"},
		{"12/01/2024 14h30", dmy, "2024-01-12T14:30:00"},
		{"31.12.23 23:59 Uhr", dmy, "2023-12-31T23:59:00"},
		{"04/05/1985 2.05 PM", us, "1985-04-05T14:05:00"},
		{"04/05/1985 2.05", us, "unreadable"},
		{"4.5.1985 14.30", dmy, "1985-05-04T14:30:00"},
		{"4.5.1985 klo 9.05", dmy, "1985-05-04T09:05:00"},
		{"04-05-1985 kl. 14.30", dmy, "1985-05-04T14:30:00"},
		{"24.03.2019. 22:22", dmy, "2019-03-24T22:22:00"},
		{"04/05/1985 14 h 30", dmy, "1985-05-04T14:30:00"},
		{"04/05/1985 14h30min15s", dmy, "1985-05-04T14:30:15"},
		{"04/05/1985 at 14:30 hours", us, "1985-04-05T14:30:00"},
		{"04/05/85-0202", us, "1985-04-05T02:02:00"},
		{"19850405-0500", us, "1985-04-05"},
		{"4/5/1985 2:05 p. m.", us, "1985-04-05T14:05:00"},
		{"1985/4/5 下午 02:05:06", us, "1985-04-05T14:05:06"},
		{"1985-04-05 오전 2:05", us, "1985-04-05T02:05:00"},
		{"1985/04/05 PM 2:05", us, "1985-04-05T14:05:00"},
		{"04/05/1985 2:05 CH", us, "1985-04-05T14:05:00"},
		{"04/05/1985 PM", us, "unreadable"},
		// the time before the day
		{"14:05 04/05/1985", us, "1985-04-05T14:05:00"},
		{"2:05 PM 04/05/1985", us, "1985-04-05T14:05:00"},
		{"8:25 a.m. Apr. 5, 1985", us, "1985-04-05T08:25:00"},
		{"10:36:28, 1985-04-05", us, "1985-04-05T10:36:28"},
		{"10:36 EST 04/05/1985", us, "1985-04-05T10:36:00-05:00"},
		{"10:36 1985", us, "unreadable"},
		{"10:36 04/05", us, "unreadable"},
		// numbers without zeros in front
		{"1985-4-5 14:5:7", us, "1985-04-05T14:05:07"},
		{"1985-4-5 4:8", us, "1985-04-05T04:08:00"},
		{"1985-4-5 14:5", us, "unreadable"},
		// names of zones
		{"Fri Apr 05 1985 18:04:07 GMT-0500 (Eastern Standard Time)", us, "1985-04-05T18:04:07-05:00"},
		{"Fri, 05 Apr 1985 18:04:07 -0500 (EST)", us, "1985-04-05T18:04:07-05:00"},
		{"1985-04-05 18:04:07 +0000 UTC", us, "1985-04-05T18:04:07Z"},
		{"1985-04-05 18:04:07 -0500 PST", us, "unreadable"},
		{"1985-04-05 18:04:07 PST-0500", us, "unreadable"},
		{"1985-04-05T18:04:07-05:00[America/New_York]", us, "1985-04-05T18:04:07-05:00"},
		{"1985-04-05 18:04 UTC+2", us, "1985-04-05T18:04:00+02:00"},
		{"1985-04-05 18:04 +2:00", us, "1985-04-05T18:04:00+02:00"},
		{"1985-04-05 18:04 +2", us, "unreadable"},
		{"04/05/1985 14:30 (EST)", us, "1985-04-05T14:30:00-05:00"},
		{"04/05/1985 14:30 (EST", us, "unreadable"},
		{"04/05/1985 14:30 (approx)", us, "unreadable"},
		{"04/05/1985 14:30:15:123", us, "1985-04-05T14:30:15.123"},
		{"04/05/1985 14:30:15:12", us, "unreadable"},
		// marks around a day, digits of full width
		{"04/05/1985.", us, "1985-04-05"},
		{"`04/05/1985", us, "1985-04-05"},
		{"04/05/1985 - ", us, "1985-04-05"},
		{"*4/5/85*", us, "1985-04-05"},
		{"１９８５－０４－０５", us, "1985-04-05"},
		{"１９８５", us, "unreadable"},
		{"١٩٨٥/٠٤/٠٥", us, "1985-04-05"},
		{"۱۹۸۵-۰۴-۰۵", us, "1985-04-05"},
		{"1956年4月3日", us, "1956-04-03"},
		{"昭和31年4月3日", us, "1956-04-03"},
		{"平成元年1月8日", us, "1989-01-08"},
		{"民國 113 年 5 月 20 日", us, "2024-05-20"},
		{"1956년 4월 3일", us, "1956-04-03"},
		{"2024年1月14日 8時05分", us, "2024-01-14T08:05:00"},
		{"2024年1月", us, "2024-01"},
		{"31年4月3日", us, "unreadable"},
		{"2024年13月1日", us, "impossible"},
		{"2016年3月20日(日) 21時40分", us, "2016-03-20T21:40:00"},
		{"2023년 2월 10일 오후 3시 30분", us, "2023-02-10T15:30:00"},
		{"44562-", serial, "unreadable"},
		{"(04/05/1985)", us, "1985-04-05"},
		{"04–05–1985", us, "1985-04-05"},
		{"1985−04−05", us, "1985-04-05"},
		{"\u200e4\u200e/\u200e5\u200e/\u200e1985", us, "1985-04-05"},
		{"4/5/1985, 2:05:00\u202fPM", us, "1985-04-05T14:05:00"},
		{"5\u00a0avril\u00a01985", us, "1985-04-05"},
		// Roman months; X between slashes is a day that nobody knows
		{"5.IV.1985", us, "1985-04-05"},
		{"25-xii-85", us, "1985-12-25"},
		{"5 X 1985", us, "1985-10-05"},
		{"15/X/1985", us, "1985-10-15"},
		{"06/X/1985", us, "1985-06"},
		{"06/XX/1985", us, "1985-06"},
		// intervals are no days
		{"June 12-14, 2021", us, "unreadable"},
		{"Nov 13-17", us, "unreadable"},
		{"Jun-12-14", us, "2014-06-12"},
		{"Apr 5-85", us, "1985-04-05"},
		{"12-14 June 2021", us, "unreadable"},
		{"1985-", us, "unreadable"},
		{"31.12.2023 um 8:05 h", dmy, "2023-12-31T08:05:00"},
		{"04/05/1985 12:00:00 AM", us, "1985-04-05T00:00:00"},
		{"04/05/1985 12:30 pm", us, "1985-04-05T12:30:00"},
		{"04/05/1985 2 p.m.", us, "1985-04-05T14:00:00"},
		{"04/05/1985 13:00 AM", us, "impossible"},
		{"04/05/1985 14:05 PM EST", us, "1985-04-05T14:05:00-05:00"},
		{"2024-01-13 14:05 CET", us, "2024-01-13T14:05:00+01:00"},
		{"13.01.2024 14:05 MESZ", dmy, "2024-01-13T14:05:00+02:00"},
		{"2024-01-13 14:05 IST", us, "unreadable"},
		{"31/02/2001", us, "impossible"},
		{"31/02/2001", dmy, "impossible"},
		{"02/29/2001", us, "impossible"},
		{"02/29/2000", us, "2000-02-29"},
		{"13/13/2000", us, "impossible"},
		{"45/03/1985", us, "impossible"},
		{"1985/04/05", us, "1985-04-05"},
		{"1985.04.05", us, "1985-04-05"},
		{"1985 04 05", us, "1985-04-05"},
		{"1985 04", us, "unreadable"},
		{"85-04-05", us, "1985-04-05"},
		// two-digit years
		{"12/31/49", birth, "1949-12-31"},
		{"1/1/27", birth, "1927-01-01"},
		{"11/23/26", birth, "2026-11-23 doubtful"},
		{"11/24/26", birth, "1926-11-24"},
		{"5/6/20", birth, "2020-05-06 doubtful"},
		{"5/6/10", birth, "2010-05-06"},
		{"5/6/20", us, "2020-05-06"},
		{"12/31/26", us, "1926-12-31"},
		{"12/31/49", near, "1949-12-31"},
		{"12/31/27", near, "2027-12-31"},
		{"7-4-'76", us, "1976-07-04"},
		{"3-Mar-21", us, "2021-03-03"},
		{"31-Dec-00", us, "2000-12-31"},
		{"Jun-85", us, "1985-06"},
		{"Mar-01", us, "unreadable"},
		{"06/85", us, "1985-06"},
		{"06/20", us, "unreadable"},
		// names of months
		{"3-Mar-21 2:05 PM", us, "2021-03-03T14:05:00"},
		{"13NOV2017", us, "2017-11-13"},
		{"13NOV2017:10:36:28", us, "2017-11-13T10:36:28"},
		{"05-APR-85 10.36.28.000000000 AM", us, "1985-04-05T10:36:28"},
		{"April 5, 1985", us, "1985-04-05"},
		{"Apr. 5th, 1985", us, "1985-04-05"},
		{"Sept 5 1985", us, "1985-09-05"},
		{"4 juillet 1985", us, "1985-07-04"},
		{"1er FÉVRIER 1985", us, "1985-02-01"},
		{"4. Juli 1985", us, "1985-07-04"},
		{"3. März 1985", us, "1985-03-03"},
		{"5 de março de 1985", us, "1985-03-05"},
		{"5 ott 1985", us, "1985-10-05"},
		{"DEZ 1985", us, "1985-12"},
		{"Apr-05-1985", us, "1985-04-05"},
		{"3rd of May 2001", us, "2001-05-03"},
		{"3 de mayo de 2001", us, "2001-05-03"},
		{"15 ene 2001", us, "2001-01-15"},
		{"2021-Mar-03", us, "2021-03-03"},
		{"2021MAR03", us, "2021-03-03"},
		{"June 1985", us, "1985-06"},
		{"JUN-1985", us, "1985-06"},
		{"1985-Jun", us, "1985-06"},
		{"Thu Sep 25 10:36:28 2003", us, "2003-09-25T10:36:28"},
		{"Thu Sep 25 10:36:28 EDT 2003", us, "2003-09-25T10:36:28-04:00"},
		{"Thursday, September 25, 2003 10:36 PM", us, "2003-09-25T22:36:00"},
		{"Thu, 25 Sep 2003 10:49:41 -0300", us, "2003-09-25T10:49:41-03:00"},
		{"Sep 25", us, "unreadable"},
		{"Sep", us, "unreadable"},
		{"Feb 30, 2001", us, "impossible"},
		{"5 Foo 1985", us, "unreadable"},
		{"5 mrt 1985", us, "1985-03-05"},
		{"5 ΑΠΡΙΛΙΟΥ 1985", us, "1985-04-05"},
		{"5 апреля 1985 г.", us, "1985-04-05"},
		{"05-АПР-85", us, "1985-04-05"},
		{"5 AĞUSTOS 1985", us, "1985-08-05"},
		{"5 listopada 1985", us, "unreadable"}, // November in Polish, October in Croatian
		// partial
		{"06/1985", us, "1985-06"},
		{"6-1985", us, "1985-06"},
		{"06.1985", us, "1985-06"},
		{"1985.06", us, "1985-06"},
		{"00/00/1985", us, "1985"},
		{"1985-00-00", us, "1985"},
		{"1985-06-00", us, "1985-06"},
		{"1985-06-00 00:00:00", us, "1985-06"},
		{"1985-00-15", us, "1985"},
		{"UU/06/1985", us, "1985-06"},
		{"06/UU/1985", us, "1985-06"},
		{"06/UU/1985", mixed, "1985-06"},
		{"UU/15/1985", us, "1985"},
		{"??-??-1985", us, "1985"},
		{"XX/XX/1985", us, "1985"},
		{"99/99/1985", us, "1985"},
		{"1985-06-UNK", us, "1985-06"},
		{"1985-UN-UN", us, "1985"},
		{"UN-JUN-1985", us, "1985-06"},
		{"06/15/UUUU", us, "unreadable"},
		// nothing known
		{"00/00/0000", us, "nothing"},
		{"0000-00-00", us, "nothing"},
		{"0000-00-00 00:00:00", us, "nothing"},
		{"00000000", us, "nothing"},
		{"??/??/????", us, "nothing"},
		{"99/99/9999", us, "nothing"},
		{"9999", us, "nothing"},
		// numbers
		{"44562", serial, "2022-01-01"},
		{"44562.75", serial, "2022-01-01T18:00:00"},
		{"44562.5", serial, "2022-01-01T12:00:00"},
		{"44562.0", serial, "2022-01-01"},
		{"44562.99999999", serial, "2022-01-02T00:00:00"},
		{"1", serial, "1900-01-01"},
		{"59", serial, "1900-02-28"},
		{"60", serial, "impossible"},
		{"61", serial, "1900-03-01"},
		{"2958465", serial, "9999-12-31"},
		{"2958466", serial, "unreadable"},
		{"0", serial, "unreadable"},
		{"1985", serial, "1985"},
		{"43100", mac, "2022-01-01"},
		{"44562", us, "unreadable"},
		{"1700000000", Reading{Epoch: EpochSeconds}, "2023-11-14T22:13:20Z"},
		{"1700000000123", Reading{Epoch: EpochMilliseconds}, "2023-11-14T22:13:20.123Z"},
		{"1700000000000", Reading{Epoch: EpochMilliseconds}, "2023-11-14T22:13:20Z"},
		{"0", Reading{Epoch: EpochSeconds}, "1970-01-01T00:00:00Z"},
		// no dates
		{"", us, "unreadable"},
		{"abc", us, "unreadable"},
		{"12:30", us, "unreadable"},
		{"1985-04-05x", us, "unreadable"},
		{"1985-04-05 10:36:28 XYZ", us, "unreadable"},
		{"2-5", us, "unreadable"},
		{"1,234", us, "unreadable"},
		{"-44562", serial, "unreadable"},
		{"1.2.3.4", us, "unreadable"},
		{"123456789012345678901234567890", us, "unreadable"},
	} {
		if got := read(tt.in, tt.r); got != tt.want {
			t.Errorf("%q in order %d = %s; want %s", tt.in, tt.r.Order, got, tt.want)
		}
	}
}

func TestDaysAgreeWithTheLibrary(t *testing.T) {
	for d := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 10000; d = d.AddDate(0, 0, 61) {
		got := fromDays(d.Unix() / secondsPerDay)
		if days := d.Unix() / secondsPerDay; !got.Is(d.Year(), int(d.Month()), d.Day()) || toDays(got.Year, got.Month, got.Day) != days {
			t.Fatalf("day %d = %+v; want %s", days, got, d.Format(time.DateOnly))
		}
	}
}

func TestNoAllocation(t *testing.T) {
	buffer := make([]byte, 0, 64)
	r := Reading{Order: MonthFirst, Serial: Serial1900, Today: today}
	for _, s := range []string{"1985-04-05", "04/05/1985 2:05 PM", "Thursday, September 25, 2003", "20210105120030.1234-0500", "44562.75", "no date"} {
		if n := testing.AllocsPerRun(100, func() {
			f, _ := Lex(s)
			d, _, _ := f.Resolve(&r)
			buffer = d.Append(buffer[:0])
		}); n != 0 {
			t.Errorf("%q takes %v allocations", s, n)
		}
	}
}
