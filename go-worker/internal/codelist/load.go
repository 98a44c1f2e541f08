package codelist

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/queue"
)

// Limits of a list.
const (
	maxCodes = 5_000_000
	maxCode  = 64 // characters
	maxLine  = 1 << 16
)

// BuiltIn are the names of lists that come with the program.
var BuiltIn = map[string]codes.System{"cvx": codes.CVX}

// Load reads lists: built-in ones by their name, and files by their path. A list is CSV with a header, or NDJSON, with the columns system,
// code, display, valid_from, valid_to and status, of which all but system and code may be left out; others are ignored. Without names
// there are no lists: nil.
func Load(names ...string) (*Lists, error) {
	if len(names) == 0 {
		return nil, nil
	}
	l := &Lists{systems: map[codes.System][]entry{}}
	for _, name := range names {
		if err := l.load(name); err != nil {
			return nil, fmt.Errorf("code list %s: %w", filepath.Base(name), err)
		}
	}
	l.settle()
	return l, nil
}

// IsPath reports whether the name of a list means a file, and not a built-in one.
func IsPath(name string) bool { return strings.ContainsAny(name, `/\.`) }

func (l *Lists) load(name string) error {
	if !IsPath(name) {
		system, ok := BuiltIn[name]
		if !ok {
			return errors.New("there is no built-in list of this name; a file is named with its ending")
		}
		f, err := queue.Contract.Open("tables/" + name + ".csv")
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		return l.read(f, name, system)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return l.read(f, filepath.Base(name), "")
}

// read adds a list; system is that of codes that name none.
func (l *Lists) read(in io.Reader, name string, system codes.System) error {
	sum := sha256.New()
	b := bufio.NewReaderSize(io.TeeReader(in, sum), maxLine)
	source := Source{Name: name}
	next, err := rows(b)
	if err != nil {
		return err
	}
	for {
		row, line, err := next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = l.add(row, system)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if source.Codes++; source.Codes > maxCodes {
			return fmt.Errorf("it has more than %d codes", maxCodes)
		}
	}
	if source.Codes == 0 {
		return errors.New("it holds no code")
	}
	if _, err := io.Copy(io.Discard, b); err != nil {
		return err
	}
	source.SHA256 = hex.EncodeToString(sum.Sum(nil))
	l.sources = append(l.sources, source)
	return nil
}

// A row is one line of a list.
type row struct {
	System string `json:"system"`
	Code   string `json:"code"`
	From   string `json:"valid_from"`
	To     string `json:"valid_to"`
	Status string `json:"status"`
}

// rows returns what reads the lines of a list, one at a time, with their numbers.
func rows(b *bufio.Reader) (func() (row, int, error), error) {
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	if first, _ := b.Peek(1); len(first) == 1 && first[0] == '{' {
		return jsonRows(b), nil
	}
	return csvRows(b)
}

func jsonRows(b *bufio.Reader) func() (row, int, error) {
	lines := bufio.NewScanner(b)
	lines.Buffer(nil, maxLine)
	n := 0
	return func() (r row, line int, err error) {
		for lines.Scan() {
			n++
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			return r, n, json.Unmarshal(lines.Bytes(), &r)
		}
		if err := lines.Err(); err != nil {
			return r, n + 1, err
		}
		return r, n, io.EOF
	}
}

func csvRows(b *bufio.Reader) (func() (row, int, error), error) {
	in := csv.NewReader(b)
	in.ReuseRecord = true
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return nil, errors.New("it has no header")
	}
	at := map[string]int{}
	for i, name := range header {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	if _, ok := at["code"]; !ok {
		return nil, errors.New("it has no column code")
	}
	return func() (r row, line int, err error) {
		cells, err := in.Read()
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return r, bad.StartLine, bad.Err
		}
		if err != nil {
			return r, 0, err
		}
		line, _ = in.FieldPos(0)
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(cells) {
				return strings.TrimSpace(cells[i])
			}
			return ""
		}
		return row{cell("system"), cell("code"), cell("valid_from"), cell("valid_to"), cell("status")}, line, nil
	}, nil
}

// statuses are the words for whether a code is in use.
var statuses = map[string]status{"": active, "active": active, "a": active, "valid": active, "current": active,
	"inactive": retired, "retired": retired, "deprecated": retired, "discontinued": retired, "i": retired, "d": retired, "obsolete": retired,
	"header": header, "category": header, "non-billable": header}

// add takes one line of a list. Its errors quote no cell: somebody may have named a file of patients.
func (l *Lists) add(r row, system codes.System) error {
	if r.System != "" {
		named, ok := codes.ParseSystem(r.System)
		if !ok {
			return errors.New("its code system is not known")
		}
		system = named
	}
	code := strings.TrimSpace(r.Code)
	switch {
	case system == "":
		return errors.New("it names no code system")
	case code == "" || len(code) > maxCode:
		return fmt.Errorf("a code has 1 to %d characters", maxCode)
	}
	if form, verdict := codes.Check(system, code); verdict == codes.Good {
		code = form
	}
	status, ok := statuses[strings.ToLower(r.Status)]
	if !ok {
		return errors.New("its status is none of active, retired, header")
	}
	from, err := limit(r.From, 0)
	if err != nil {
		return fmt.Errorf("valid_from: %w", err)
	}
	to, err := limit(r.To, always)
	if err != nil {
		return fmt.Errorf("valid_to: %w", err)
	}
	l.systems[system] = append(l.systems[system], entry{strings.Clone(code), from, to, status})
	return nil
}

// limit reads the end of a period, YYYY-MM-DD or YYYYMMDD.
func limit(s string, without int32) (int32, error) {
	if s == "" {
		return without, nil
	}
	if len(s) == 8 {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	day, _, ok := days(s)
	if !ok || len(s) != 10 {
		return 0, errors.New("it is not a date YYYY-MM-DD")
	}
	return day, nil
}
