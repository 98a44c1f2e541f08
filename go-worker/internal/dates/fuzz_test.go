package dates

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// FuzzLex holds what is read against its own canonical form: reading that again changes nothing, whatever the order.
func FuzzLex(f *testing.F) {
	for _, s := range []string{
		"1985-04-05", "04/05/1985 2:05 PM", "Thu Sep 25 10:36:28 EDT 2003", "20210105120030.1234-0500", "44562.75", "UU/06/1985",
		"3rd of May 2001", "13NOV2017:10:36:28", "1985-06-UNK", "??-??-1985", "9999", "1985.06", "24.12.1985 24:00", "'96-1-1",
		"0031-01-01", "05-APR-85 10.36.28.000000000 AM", "1985-04-05T10:36:28+14:00", "2003-09-25 10:49:41-05", "99/99/9999", "1000-0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		form, ok := Lex(s)
		if ok != (form.Kind != None) {
			t.Fatalf("Lex(%q) = %+v, %v", s, form, ok)
		}
		for _, r := range []Reading{
			{Order: MonthFirst, Today: today, Century: Birth},
			{Order: DayFirst, Serial: Serial1900, Today: today},
			{Order: Mixed, Serial: Serial1904, Today: today, Century: PastOnly},
		} {
			d, _, problem := form.Resolve(&r)
			if problem != Fine {
				continue
			}
			first := string(d.Append(nil))
			again, _ := Lex(first)
			d2, _, problem := again.Resolve(&r)
			if second := string(d2.Append(nil)); problem != Fine || first != second {
				t.Fatalf("%q became %q, then %q (problem %d)", s, first, second, problem)
			}
		}
	})
}

// FuzzUsual holds the short way against the long one: it may only know less.
func FuzzUsual(f *testing.F) {
	for _, s := range usualDates {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkUsual(t, s) })
}

// usualDates have a form that the short way reads, or one like it that it must not.
var usualDates = []string{
	"1985-04-05", "1985/04/05", "4/5/1985", "04/05/85", "4-5-1985", "31/12/1999", "5-Apr-1985", "05-APR-85", "5 April 1985", "Apr 5, 1985",
	"April 15, 1985", "1985-04-05T10:36:28", "1985-04-05 24:00:00", "1985-04-05T99:99:99", "3-Mar-21", "mar 3, 2021", "1985-00-15",
	"99/99/1985", "0/0/00", "4/5-1985", "4/5/9999", "0000-01-01", "9999-12-31", "32/01/01", "85-04-05", "31-Sept-2001", "1 Mayo 2001",
	"19850405", "18000101", "17991231", "04051985", "19851301", "198504051", "1985.405",
	"September 3, 2001", "Apr 5, 85", "Apr. 5, 1985", "5/1980", "1985/04-05", "4/5/198", "4/5/19855", "5-Apr 1985", "1985-04-05t10:36:28",
	"4/5/1985 9:05", "04-05-1985 09:05:59", "5-Apr-1985 23:59", "1985-04-05 10:36", "1985-04-05T1:36:28", "4/5/1985 9:5", "4/5/85 9:05", "4/5/1985 24:00", "4/5/1985  9:05",
	"4/5/1985 9:05:", "4/5/1985 :05", "4/5/1985 9:05 AM", "Apr 5, 1985 9:05", "1985-04-05 9:05", "12/31/1985 99:99",
}

func checkUsual(t *testing.T, s string) bool {
	t.Helper()
	u, ok := ReadUsual(s)
	if !ok {
		return false
	}
	var short Form
	short.setUsual(&u)
	if long, ok := lexAny(s); !ok || long != short {
		t.Fatalf("%q is %+v by the short way, %+v, %t by the long one", s, short, long, ok)
	}
	for _, century := range []Century{NearFuture, PastOnly, Birth} {
		for _, order := range []Order{Undecided, MonthFirst, DayFirst, Mixed} {
			for _, ahead := range []int{0, 543} {
				r := Reading{Order: order, Century: century, Today: today, YearsAhead: ahead}
				day, notes, ok := u.Day(&r)
				date, further, problem := short.Resolve(&r)
				if iso := day.ISO(); ok && string(iso[:]) != string((&Date{YMD: day, Precision: ToDay}).Append(nil)) {
					t.Fatalf("%+v is written as %s", day, iso[:])
				}
				if date.DropTime(); ok && problem == Fine && (day != date.YMD || notes != further) ||
					ok && problem != Fine && u.Clock.Exists() || !ok && problem == Fine && ahead == 0 {
					t.Fatalf("%q is the day %+v, %t by the short way, %+v by the long one", s, day, ok, date)
				}
			}
		}
	}
	return true
}

// Numbers and words in any order, with any marks between them, are read in the same way by both.
func TestUsualIsAny(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	parts := []string{"0", "1", "4", "04", "12", "13", "31", "32", "99", "00", "85", "1985", "0000", "9999", "1850", "20", "Apr", "april", "MAR", "May",
		"Mon", "of", "T10:36:28", " 10:36:28", " 9:05", "T23:59", " 0:00:00", " 24:60", "th", "unk", "??"}
	marks := []string{"/", "-", " ", ", ", ".", "", "/", "-"}
	usual := 0
	for _, s := range usualDates {
		checkUsual(t, s)
	}
	for range 20_000 {
		checkUsual(t, fmt.Sprintf("%08d", random.IntN(100_000_000)))
	}
	for range 300_000 {
		s, mark := parts[random.IntN(len(parts))], marks[random.IntN(len(marks))]
		for range 2 + random.IntN(2) {
			if random.IntN(8) == 0 {
				mark = marks[random.IntN(len(marks))]
			}
			s += mark + parts[random.IntN(len(parts))]
		}
		if checkUsual(t, s) {
			usual++
		}
	}
	if usual < 2_000 {
		t.Errorf("only %d took the short way", usual)
	}
}
