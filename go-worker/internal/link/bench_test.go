package link

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	data    = flag.String("data", "", "folder with the labelled sets that bench/link/data.py writes")
	chosen  = flag.String("sets", "", "those of them that are linked, separated by blanks; all by default")
	memory  = flag.Int64("memory", 0, "MiB for sorting keys, 0 for the default; more keys are sorted on disk")
	without = flag.String("without", "", "features to leave out, for ablations, separated by commas")
)

// A labelled set is CSV files with canonical headers, and truth.csv.
type labelled struct {
	names []string
	rows  [][][]string // by file, with the header
	truth []int32      // by record: its entity, from 1
}

func read(t testing.TB, folder string) *labelled {
	t.Helper()
	l := &labelled{}
	entities, truthOf := map[string]int32{}, map[string][]int32{}
	for _, row := range readCSV(t, filepath.Join(folder, "truth.csv"))[1:] {
		if entities[row[2]] == 0 {
			entities[row[2]] = int32(len(entities) + 1)
		}
		truthOf[row[0]] = append(truthOf[row[0]], entities[row[2]]) // in the order of record_no
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if name := filepath.Base(path); name != "truth.csv" {
			l.names = append(l.names, name)
			l.rows = append(l.rows, readCSV(t, path))
			l.truth = append(l.truth, truthOf[name]...)
		}
	}
	return l
}

// set returns the records of the files.
func (l *labelled) set() *Set {
	set := NewSet()
	for i, rows := range l.rows {
		r := set.Reader(strings.TrimSuffix(l.names[i], ".csv"), rows[0])
		for n, row := range rows[1:] {
			r.Add(fmt.Sprintf("%s/%d", l.names[i], n+1), "", row)
		}
	}
	return set
}

func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sets returns the folders of the labelled sets under -data, or of those that -sets names.
func sets(t testing.TB) []string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(*data, "*", "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range folders {
		folders[i] = filepath.Dir(folders[i])
	}
	wanted := strings.Fields(*chosen)
	return slices.DeleteFunc(folders, func(folder string) bool { return len(wanted) > 0 && !slices.Contains(wanted, filepath.Base(folder)) })
}

// BenchmarkSets links the labelled sets under -data and holds the persons against the truth. Reading the files is not measured, numbering
// their values is.
func BenchmarkSets(b *testing.B) {
	features := map[string]bool{}
	for _, f := range strings.Split(*without, ",") {
		features[f] = true
	}
	for _, folder := range sets(b) {
		b.Run(filepath.Base(folder), func(b *testing.B) {
			var q Quality
			rows, used, compared := 0, 0.0, int64(0)
			for b.Loop() {
				b.StopTimer()
				l := read(b, folder)
				b.StartTimer()
				before := processor()
				res := link(b, l.set(), Options{without: features, Memory: *memory << 20})
				q, compared = Compare(l.truth, res.Person), res.Summary.Compared
				used += processor() - before
				rows = len(l.truth)
			}
			b.ReportMetric(used/float64(b.N), "cpu-s")
			b.ReportMetric(float64(compared), "pairs")
			b.ReportMetric(q.Precision, "precision")
			b.ReportMetric(q.Recall, "recall")
			b.ReportMetric(q.F1, "F1")
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// features are what ablations leave out, one at a time.
var features = []string{"", "relatives", "moves", "cluster repair", "one record per file", "swapped names", "nicknames", "names in use", "em", "shrinking", "frequencies",
	"second pass", "rules", "vetoes", "bridges", "namesakes", "later passes"}

// BenchmarkAblation prints, as lines of a table, F1 of each labelled set without each of the features.
func BenchmarkAblation(b *testing.B) {
	folders := sets(b)
	head := "| without |"
	rule := "|---|"
	for _, folder := range folders {
		head += " " + filepath.Base(folder) + " |"
		rule += "---:|"
	}
	fmt.Println(head + "\n" + rule)
	for b.Loop() {
		for _, feature := range features {
			line := "| " + feature + " |"
			for _, folder := range folders {
				l := read(b, folder)
				q := Compare(l.truth, link(b, l.set(), Options{without: map[string]bool{feature: true}}).Person)
				line += fmt.Sprintf(" %.4f |", q.F1)
			}
			fmt.Println(line)
		}
	}
}

// processor returns the processor time that this process has used, in seconds.
func processor() float64 {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}

// BenchmarkRecords links people of two sources, half of whose records have a slip.
func BenchmarkRecords(b *testing.B) {
	for _, n := range []int{125_000, 250_000, 500_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			used := 0.0
			for b.Loop() {
				b.StopTimer()
				set := NewSet()
				for _, row := range damaged(n / 2) {
					addRow(set, row["source"], row)
				}
				b.StartTimer()
				before := processor()
				link(b, set, Options{})
				used += processor() - before
			}
			b.ReportMetric(used/float64(b.N), "cpu-s")
			b.ReportMetric(float64(b.N)*float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkShards links the labelled sets under -data in shards. It tells the processor time of the longest of the items that compare and
// of the item that joins what they found; both number the values. No shard is one item that does everything.
func BenchmarkShards(b *testing.B) {
	for _, folder := range sets(b) {
		for _, shards := range []int{0, 1, 2, 4, 8} {
			b.Run(fmt.Sprintf("%s/%d", filepath.Base(folder), shards), func(b *testing.B) {
				longest, join, bytes := 0.0, 0.0, 0
				for b.Loop() {
					l := read(b, folder)
					o := Options{}
					for no := range shards {
						before := processor()
						pairs := compared(b, l.set(), Options{}, Shard{no + 1, shards})
						longest = max(longest, processor()-before)
						o.Compared = append(o.Compared, pairs)
						bytes += pairs.Len()
					}
					before := processor()
					link(b, l.set(), o)
					join = processor() - before
				}
				b.ReportMetric(longest, "shard-cpu-s")
				b.ReportMetric(join, "join-cpu-s")
				b.ReportMetric(float64(bytes), "pairs-B")
			})
		}
	}
}
