package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/table"
)

// Version is the version of the plan document.
const Version = 1

// A Plan is what was decided about the files of one job, with the evidence: readable, editable, and the same again
// when it is read back. Only its decisions count towards its id.
type Plan struct {
	Version int        `yaml:"version"`
	ID      string     `yaml:"plan_id"` // SHA-256 of the decisions, see Hash; recomputed when a plan is read
	Profile ProfileRef `yaml:"profile"`
	Today   string     `yaml:"today"` // YYYY-MM-DD, the day that the job calls today
	Lists   []CodeList `yaml:"code_lists,omitempty"`
	Files   []File     `yaml:"files"`
}

// A CodeList is a list that codes are held against.
type CodeList struct {
	Name   string `yaml:"name"`
	SHA256 string `yaml:"sha256"`
	Codes  int    `yaml:"codes"`
}

// A ProfileRef names the profile that a plan was made with.
type ProfileRef struct {
	Name    string `yaml:"name"`
	Version string `yaml:"version"`
	Hash    string `yaml:"hash"`
}

// A File is the section of one file.
type File struct {
	Name    string       `yaml:"name"`
	Source  string       `yaml:"source"`
	SHA256  string       `yaml:"sha256,omitempty"` // of the bytes that were done under this plan, none where it was only looked at
	Result  string       `yaml:"result,omitempty"` // stands for all else that the result depended on
	Ingest  table.Ingest `yaml:"ingest"`           // how the bytes were read
	Table   TableChoice  `yaml:"table"`
	Rows    int64        `yaml:"rows"` // data records the evidence is from; 0 when only the beginning was looked at
	Columns []Column     `yaml:"columns"`
	Tests   []Test       `yaml:"tests,omitempty"` // of which there are many results
}

// A Test says where the results of one test lie, after conversion.
type Test struct {
	Code      string    `yaml:"code"` // LOINC
	Name      string    `yaml:"name"`
	Unit      string    `yaml:"unit"`
	Quartiles []float64 `yaml:"quartiles"`
}

// A TableChoice is the table that a file was taken for.
type TableChoice struct {
	Name    string `yaml:"name"`
	Why     string `yaml:"why"`
	Repeats string `yaml:"repeats,omitempty"` // RepeatsStay: records that say the same all stay
}

// A Column is one column of a file, in the order of the header.
type Column struct {
	Header    string              `yaml:"header"`
	Field     string              `yaml:"field"`                // canonical name, or x_<name> of a column that passes untouched
	Type      string              `yaml:"type,omitempty"`       // family of standardizers; "" untouched
	Wide      bool                `yaml:"wide,omitempty"`       // each cell becomes a row of its own
	Repeat    int                 `yaml:"repeat,omitempty"`     // which of several columns of the field, from 1
	Adds      string              `yaml:"adds,omitempty"`       // one-hot: the value that a yes in this column adds to the field
	Score     float64             `yaml:"score,omitempty"`      // how well the header fits, 0 to 1
	Why       string              `yaml:"why,omitempty"`        // why this field, or why none
	Decisions map[string]Decision `yaml:"decisions,omitempty"`  // by name, see decisions.go
	KeepWords []string            `yaml:"keep_words,omitempty"` // null words that are values in this column
	Sentinels []string            `yaml:"sentinels,omitempty"`  // values that stand for none in this column, as written
	Evidence  Summary             `yaml:"evidence"`
}

// A Decision is one thing that was decided about a column.
type Decision struct {
	Value      string  `yaml:"value"`
	Rule       string  `yaml:"rule,omitempty"`       // the rule under which it is reported
	Confidence float64 `yaml:"confidence,omitempty"` // 0 to 1
	Why        string  `yaml:"why,omitempty"`        // the evidence in words and counts, never values of patients
}

// A Summary is what was counted about a column.
type Summary struct {
	Values    int64            `yaml:"values"`
	Blank     int64            `yaml:"blank"`
	Nulls     map[string]int64 `yaml:"nulls,omitempty"`      // by word
	Distinct  int              `yaml:"distinct,omitempty"`   // 0: not counted, or too many
	Quartiles []float64        `yaml:"quartiles,omitempty"`  // of many numbers, as they arrived: lower one, median, upper one
	MonthsAgo []float64        `yaml:"months_ago,omitempty"` // of many dates, how many months they lie before the day of the job: lower quartile, median, upper one
	Codes     map[string]int64 `yaml:"codes,omitempty"`      // of a coded column, how often each occurs; 0: fewer than fewCells times
}

// Parse reads a plan, which a person may have edited: a key that does not exist, or a decision that nothing knows, is
// an error that names its place, without the lines there: a file of patients may be given by mistake. The id is computed
// anew.
func Parse(document []byte) (*Plan, error) {
	var p Plan
	document = bytes.TrimPrefix(document, []byte("\ufeff")) // what some editors put in front
	if err := profile.Plain(document); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	if err := yaml.NewDecoder(bytes.NewReader(document), yaml.Strict()).Decode(&p); err != nil {
		return nil, fmt.Errorf("plan: %w", profile.Mistake(err))
	}
	if p.Version != Version {
		return nil, fmt.Errorf("plan: version %d is not known; this program writes version %d", p.Version, Version)
	}
	if _, err := time.Parse(time.DateOnly, p.Today); err != nil {
		return nil, fmt.Errorf("plan: today: %q is not a date YYYY-MM-DD", p.Today)
	}
	for i := range p.Files {
		if err := p.Files[i].check(); err != nil {
			return nil, fmt.Errorf("plan: file %d: %w", i+1, err)
		}
	}
	p.ID = p.Hash()
	return &p, nil
}

// Unquoted returns what Parse says of a document without anything that stands in it.
func Unquoted(err error) string {
	return quoted.ReplaceAllString(strings.TrimPrefix(err.Error(), "plan: "), "")
}

var quoted = regexp.MustCompile(` ?"(?:[^"\\]|\\.)*"`)

func (f *File) check() error {
	if f.Table.Name == "" {
		return fmt.Errorf("the table is not named")
	}
	if f.Table.Repeats != "" && f.Table.Repeats != RepeatsStay {
		return fmt.Errorf("table: repeats: %q is not known; %s is", f.Table.Repeats, RepeatsStay)
	}
	for i := range f.Columns {
		c := &f.Columns[i]
		if c.Field == "" {
			return fmt.Errorf("column %d %q: the field is not named; x_<name> passes it untouched", i+1, c.Header)
		}
		if c.Type != "" && !slices.Contains(profile.Types, c.Type) {
			return fmt.Errorf("column %d %q: there is no type %q", i+1, c.Header, c.Type)
		}
		for name, d := range c.Decisions {
			if err := checkDecision(name, d.Value); err != nil {
				return fmt.Errorf("column %d %q: %w", i+1, c.Header, err)
			}
		}
	}
	return nil
}

// Hash returns the plan's id: the SHA-256, in hexadecimal, of all that the transformation of the files depends on.
// Evidence, reasons and confidence do not count, nor do the names of files.
func (p *Plan) Hash() string {
	type column struct {
		Header, Field, Type  string
		Wide                 bool
		Repeat               int
		Adds                 string
		Decisions            map[string]string
		KeepWords, Sentinels []string
	}
	type file struct {
		Ingest  table.Ingest
		Table   string
		Repeats string `json:",omitempty"`
		Columns []column
	}
	content := struct {
		Version int
		Profile string
		Today   string
		Lists   []string `json:",omitempty"`
		Files   []file
	}{p.Version, p.Profile.Hash, p.Today, nil, nil}
	for _, l := range p.Lists {
		content.Lists = append(content.Lists, l.SHA256)
	}
	for i := range p.Files {
		f := file{Ingest: p.Files[i].Ingest, Table: p.Files[i].Table.Name, Repeats: p.Files[i].Table.Repeats}
		for _, c := range p.Files[i].Columns {
			f.Columns = append(f.Columns, column{c.Header, c.Field, c.Type, c.Wide, c.Repeat, c.Adds, c.values(), c.KeepWords, c.Sentinels})
		}
		content.Files = append(content.Files, f)
	}
	canonical, err := json.Marshal(content) // keys of maps are sorted
	if err != nil {
		panic(err) // plain values always marshal
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

func (c *Column) values() map[string]string {
	values := make(map[string]string, len(c.Decisions))
	for name, d := range c.Decisions {
		values[name] = d.Value
	}
	return values
}

// New returns the plan of a job from the sections of its files, in their order.
func New(p *profile.Profile, today time.Time, files ...*File) *Plan {
	out := &Plan{Version: Version, Profile: ProfileRef{p.Name, p.Version, p.Hash()}, Today: today.Format(time.DateOnly)}
	for _, f := range files {
		out.Files = append(out.Files, *f)
	}
	out.ID = out.Hash()
	return out
}

// WithLists says in the plan which lists codes are held against.
func (p *Plan) WithLists(lists []CodeList) *Plan {
	p.Lists = lists
	p.ID = p.Hash()
	return p
}

// Combine returns one plan with the sections of several plans of the same job, in their order.
func Combine(plans ...*Plan) *Plan {
	out := *plans[0]
	out.Files = nil
	for _, p := range plans {
		out.Files = append(out.Files, p.Files...)
	}
	out.ID = out.Hash()
	return &out
}
