package table

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

func TestCSVSpectrum(t *testing.T) {
	dir := suites.Path(t, "csv-spectrum")
	files, err := filepath.Glob(filepath.Join(dir, "csvs", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, "json", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want []map[string]string
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			s := openOne(t, fileInput(file), Options{})
			got, _ := readAll(t, s)
			if len(got) != len(want) {
				t.Fatalf("%d records; want %d", len(got), len(want))
			}
			for i, r := range got {
				for k, column := range s.Header {
					if r.cells[k] != want[i][column] || r.rules != "" {
						t.Errorf("record %d, %s: %q %s; want %q", i+1, column, r.cells[k], r.rules, want[i][column])
					}
				}
			}
		})
	}
}

// TestDuckDBCSV reads every file of the suite in small and in large chunks: the same records must come out,
// each line of a file in one of them or counted as dropped.
func TestDuckDBCSV(t *testing.T) {
	dir := suites.Path(t, "duckdb-csv")
	files, refused := 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".md") {
			return err
		}
		files++
		large, err := Open(context.Background(), fileInput(path), Options{})
		var r *Refused
		if errors.As(err, &r) {
			refused++
			t.Logf("%s: %v", strings.TrimPrefix(path, dir), r)
			return nil
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		want, wantDropped := readAll(t, large[0])
		small := openOne(t, fileInput(path), Options{ChunkBytes: 64})
		got, dropped := readAll(t, small)
		if !slices.EqualFunc(got, want, sameRecord) || dropped.Blank != wantDropped.Blank {
			t.Errorf("%s: small chunks give %d records, large ones %d", path, len(got), len(want))
		}
		if len(want) == 0 {
			t.Errorf("%s: no record, and not refused", path)
		}
		if testing.Verbose() {
			i := large[0].Ingest
			faults := map[string]int{}
			for _, r := range want {
				faults[r.rules]++
			}
			t.Logf("%s: %s %q %q %s %s line %d, %d columns %.60q, %d records %v, dropped %+v", strings.TrimPrefix(path, dir),
				i.Encoding, i.Delimiter, i.Quote, i.Escape, i.Header, i.Line, len(large[0].Header), large[0].Header, len(want), faults, dropped)
		}
		return nil
	})
	if err != nil || files < 300 {
		t.Errorf("%d files, %v", files, err)
	}
	t.Logf("%d files read, %d refused with a reason", files-refused, refused)
}

func sameRecord(a, b record) bool {
	return slices.Equal(a.cells, b.cells) && a.line == b.line && a.rules == b.rules && slices.Equal(a.extra, b.extra)
}

// TestEncodings reads the samples of the suite. Which encoding each is in was read off their text.
func TestEncodings(t *testing.T) {
	dir := suites.Path(t, "encodings")
	want := map[string]string{
		"sample-arabic.txt": "utf-8", "sample-bulgarian.txt": "utf-8", "sample-chinese.txt": "big5",
		"sample-english.bom.txt": "utf-8", "sample-french-1.txt": "windows-1252", "sample-french.txt": "utf-8",
		"sample-hebrew-2.txt": "windows-1255", "sample-hebrew-3.txt": "windows-1255", "sample-korean.txt": "euc-kr",
		"sample-polish.txt": "utf-8", "sample-russian-2.txt": "utf-8", "sample-russian-3.txt": "utf-8",
		"sample-russian.txt": "x-mac-cyrillic", "sample-spanish.txt": "utf-8",
		"sample-greek.txt": "windows-1253", "sample-greek-2.txt": "windows-1253", // read alike as ISO-8859-7
		"sample-arabic-1.txt": "windows-1256", "sample-turkish.txt": "windows-1254",
	}
	for name, encoding := range want {
		got, err := asText(content{name: name, open: fileInput(filepath.Join(dir, name)).Open}, Ingest{}, false)
		if err != nil || got.name != encoding {
			t.Errorf("%s: %s, %v; want %s", name, got.name, err, encoding)
		}
	}
}

func TestSmallEncodings(t *testing.T) {
	dir := suites.Path(t, "csv-small-encodings")
	tests := []struct {
		file, encoding, delimiter, first string
		columns, records                 int
	}{
		{"smallpop.csv", "utf-8", ",", "city", 4, 10},
		{"smallpop-colon.csv", "utf-8", ":", "city", 4, 10},
		{"smallpop-no-headers.csv", "utf-8", ",", "column_1", 4, 10},
		{"strange.csv", "utf-8", ";", "column_1", 2, 7},
		{"uspop.csv", "utf-8", ",", "City", 5, 100},
		{"uspop-null.csv", "utf-8", ",", "City", 5, 100},
		{"uspop-latin1.csv", "windows-1252", ",", "City", 5, 100},
	}
	for _, tt := range tests {
		s := openOne(t, fileInput(filepath.Join(dir, tt.file)), Options{})
		got, _ := readAll(t, s)
		if s.Ingest.Encoding != tt.encoding || s.Ingest.Delimiter != tt.delimiter || s.Header[0] != tt.first ||
			len(s.Header) != tt.columns || len(got) != tt.records {
			t.Errorf("%s: %+v, header %q, %d records; want %+v", tt.file, s.Ingest, s.Header, len(got), tt)
		}
	}
}

// TestJSONSuite reads every file of JSONTestSuite: what must be accepted is read or refused for holding nothing,
// what must not be is refused or has a faulted record, and either comes out the same in chunks of any size.
func TestJSONSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(suites.Path(t, "json-test-suite"), "*.json"))
	if err != nil || len(files) < 200 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			sources, err := Open(context.Background(), fileInput(file), Options{})
			var r *Refused
			if err != nil {
				if !errors.As(err, &r) || name[0] == 'y' && r.Rule != ruleEmpty {
					t.Errorf("refused: %v", err)
				}
				return
			}
			records, _ := readAll(t, sources[0])
			faults := 0
			for _, record := range records {
				if strings.Contains(record.rules, ruleBadJSON.String()) {
					faults++
				}
			}
			if faults > 0 && name[0] == 'y' || faults == 0 && name[0] == 'n' {
				t.Errorf("%d of %d records faulted", faults, len(records))
			}
			small, _ := readAll(t, openOne(t, fileInput(file), Options{ChunkBytes: 1}))
			if !slices.EqualFunc(records, small, sameRecord) {
				t.Error("other records in small chunks")
			}
		})
	}
}
