package dates

import (
	"regexp"
	"strings"
	"unicode"
)

// Lex returns the written form of a date or date and time, and whether it has one. It decides nothing: 04/05/1985 comes
// back as two numbers and a year, 31/02/2001 as well. It accepts
//
//   - ISO 8601 calendar dates of any precision, with "T" or a space before the time, a fraction, Z or an offset;
//   - its weeks and days of the year: 2024-W05-3, 2024-034, 2024034;
//   - compact dates YYYYMMDD[HH[MM[SS]]], HL7 v2 YYYYMMDDHHMMSS.ffff±ZZZZ, YYYYMM, and MMDDYYYY or DDMMYYYY where the
//     digits allow only that;
//   - A/B/Y and Y/M/D with "/", "-", "." or a space between the numbers;
//   - months by name, before or after the day, with ordinals, weekdays before or behind, "the" and "of";
//   - quarters, Q1 2024 and 2024-Q1, of which only the year is kept;
//   - clock times of 12 and 24 hours, 1430, and the dotted times of databases;
//   - partial dates: 1985, 06/1985, 00/00/1985, UU/06/1985, 1985-06-UNK;
//   - bare numbers, which may be the days of a spreadsheet;
//   - a whole day in marks that say nothing, in digits of full width or of Arabic, or as Chinese, Japanese and Korean write it (1956年4月3日, 昭和31年4月3日).
//
// It does not allocate, but for digits of full width. Form.Fraction is a part of s, but for these.
func Lex(s string) (f Form, ok bool) {
	ok = f.Lex(s)
	return f, ok
}

// Lex makes the form that of a text, as the function of this name does.
func (f *Form) Lex(s string) (ok bool) {
	u, ok := ReadUsual(s)
	if ok {
		f.setUsual(&u)
	} else {
		*f, ok = lexAny(s)
		if !ok {
			*f, ok = lexMarked(s)
		}
	}
	return ok
}

// lexMarked reads a day, with or without its time, in other marks than the usual ones, and in those that typing and exports leave around it: 04/25/1985.,
// (04/25/1985), 04–25–1985, 12/3-1985. What else such a text may be, a number or a year, is not asked.
func lexMarked(s string) (Form, bool) {
	bare := strings.Trim(plainMarks(s), " .,;*`\"-/")
	if inner, ok := strings.CutSuffix(bare, ")"); ok && strings.HasPrefix(inner, "(") {
		bare = strings.TrimSpace(inner[1:])
	}
	if iso := fromEastern(bare); iso != "" {
		return lexAny(iso)
	}
	if len(bare) < len("1/1/85") {
		return Form{}, false
	}
	f, ok := Form{}, false
	if bare != s {
		f, ok = lexAny(bare)
	}
	if !ok {
		if bare = slashed(bare); bare == "" {
			return Form{}, false
		}
		f, ok = lexAny(bare)
	}
	if !ok || f.Kind == Number || f.Precision < ToDay {
		return Form{}, false
	}
	return f, true
}

// threeNumbers are those of a day with what stands between them, and behind.
var threeNumbers = regexp.MustCompile(`^([0-9OoIl]{1,4})([-/._|\\:,]{1,2})([0-9OoIl]{1,2})([-/._|\\:, ]{1,2})([0-9OoIl]{1,4})(\D.*)?$`)

// likeDigits are letters that are read for digits.
var likeDigits = strings.NewReplacer("O", "0", "o", "0", "I", "1", "l", "1")

// slashed writes "/" where marks that are not usual stand between the numbers of a day whose year has four digits, and digits for letters that look like
// them: 04_25_1985, 1985:04:25, 04//25/1985, 12/3-1985, O4/25/1985; "" where s is none.
func slashed(s string) string {
	m := threeNumbers.FindStringSubmatch(s)
	if m == nil || (len(m[1]) == 4) == (len(m[5]) == 4) {
		return ""
	}
	before, between := m[2][:1], m[4][:1]
	switch {
	case strings.Trim(m[2], before) != "" || strings.Trim(m[4], between) != "":
		return ""
	case before != between && !(len(m[5]) == 4 && (before == "/" || before == ".") && (between == "-" || between == " ")):
		return ""
	}
	for i := 1; i <= 5; i += 2 {
		if !strings.ContainsAny(m[i], "0123456789") {
			return ""
		}
		m[i] = likeDigits.Replace(m[i])
	}
	return m[1] + "/" + m[3] + "/" + m[5] + m[6]
}

// plainMarks returns s with the digits, marks and spaces of other keyboards and programs in ASCII: those of full width, as in Japan, the digits of Arabic and
// Persian, dashes and spaces of word processors. Marks that only direct the writing are left out.
func plainMarks(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 {
		return s
	}
	const wide, last = 0xff01, 0xff5e // as ! to ~ of ASCII
	return strings.Map(func(r rune) rune {
		switch {
		case r >= wide && r <= last:
			return r - wide + '!'
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Pd, r), r == '\u2212':
			return '-'
		case unicode.Is(unicode.Zs, r):
			return ' '
		case r == '\u2044', r == '\u2215':
			return '/'
		case r == '\u00b7':
			return '.'
		case r == '\u2018', r == '\u2019':
			return '\''
		}
		return r
	}, s)
}

// Signed returns a whole number below zero, which stands for a moment before the one from which a column counts, and whether s is one.
func Signed(s string) (Form, bool) {
	if len(s) < 2 || len(s) > len("-9999999999999") || s[0] != '-' {
		return Form{}, false
	}
	n := digits(s[1:])
	return Form{Kind: Number, Bare: true, Number: -int64(n)}, n > 0
}

// lexAny is Lex, for all forms.
func lexAny(s string) (Form, bool) {
	l := lexer{s: s}
	l.spaces()
	l.weekday()
	l.skip("the", "le")
	if l.atClock() {
		if !l.clockFirst() {
			return Form{}, false
		}
	} else if !l.date() || !l.restOfDay() {
		return Form{}, false
	}
	if l.spaces(); l.i < len(l.s) {
		return Form{}, false
	}
	l.form.settle()
	return l.form, l.form.Kind != None
}

// digits returns the number that s writes, or -1 when it holds anything but digits.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return -1
		}
		n = 10*n + int(c)
	}
	return n
}

// lexer reads s from left to right into form; its methods return false where s is no date, and i is then of no use.
type lexer struct {
	s          string
	i          int
	hourMarked bool // T or AM stands beside an hour, which may then stand without minutes
	points     bool // between the numbers of the day, so that one may stand between hour and minute as well
	form       Form
}

// unknown is a part of a date that is written as not known.
const unknown = -1

func (l *lexer) peek() byte {
	if l.i < len(l.s) {
		return l.s[l.i]
	}
	return 0
}

func (l *lexer) spaces() bool {
	from := l.i
	for l.i < len(l.s) && (l.s[l.i] == ' ' || l.s[l.i] == '\t') {
		l.i++
	}
	return l.i > from
}

func (l *lexer) take(c byte) bool {
	if l.peek() == c {
		l.i++
		return true
	}
	return false
}

// run returns the digits that stand next.
func (l *lexer) run() string {
	from := l.i
	for l.i < len(l.s) && l.s[l.i]-'0' <= 9 {
		l.i++
	}
	return l.s[from:l.i]
}

// word returns the letters that stand next; letters beyond ASCII count, and so does "?", which stands for unknown.
func (l *lexer) word() string {
	from := l.i
	for l.i < len(l.s) && isLetter(l.s[l.i]) {
		l.i++
	}
	return l.s[from:l.i]
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 || c == '?'
}

// weekday skips a weekday and the comma or point behind it.
func (l *lexer) weekday() {
	from := l.i
	if _, ok := lookup(weekdays, l.word()); !ok {
		l.i = from
		return
	}
	if !l.take(',') {
		l.take('.')
	}
	l.spaces()
}

// separator reads what stands between two parts of a date: one of "/-.", with or without spaces, or spaces alone.
// It returns 0 when there is nothing of the kind.
func (l *lexer) separator() byte {
	spaces := l.spaces()
	switch c := l.peek(); c {
	case '/', '-', '.':
		l.i++
		l.spaces()
		return c
	}
	if spaces {
		return ' '
	}
	return 0
}

// part reads a number of up to four digits, or a mark for unknown.
func (l *lexer) part() (value, width int, ok bool) {
	l.take('\'') // '96
	if c := l.peek(); c-'0' <= 9 {
		d := l.run()
		return digits(d[:min(len(d), 4)]), len(d), len(d) <= 4
	}
	from := l.i
	if w := l.word(); isUnknown(w) {
		return unknown, len(w), true
	}
	l.i = from
	return 0, 0, false
}

// month reads the name of a month and the point of an abbreviation.
func (l *lexer) month() (int, bool) {
	from := l.i
	m, ok := lookup(months, l.word())
	if !ok {
		l.i = from
		return 0, false
	}
	if l.peek() == '.' && l.i+1 < len(l.s) && l.s[l.i+1] == ' ' {
		l.i++
	}
	return m, true
}
