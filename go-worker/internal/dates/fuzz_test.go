package dates

import "testing"

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
			d, _, problem := form.Resolve(r)
			if problem != Fine {
				continue
			}
			first := string(d.Append(nil))
			again, _ := Lex(first)
			d2, _, problem := again.Resolve(r)
			if second := string(d2.Append(nil)); problem != Fine || first != second {
				t.Fatalf("%q became %q, then %q (problem %d)", s, first, second, problem)
			}
		}
	})
}
