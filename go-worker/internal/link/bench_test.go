package link

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	data    = flag.String("data", "", "folder with the labelled sets that bench/link/data.py writes")
	without = flag.String("without", "", "features to leave out, for ablations, separated by commas")
)

// load reads a labelled set: CSV files with canonical headers, and truth.csv.
func load(t testing.TB, folder string) (*Set, []int32) {
	t.Helper()
	entities, truthOf := map[string]int32{}, map[string]int32{}
	for _, row := range readCSV(t, filepath.Join(folder, "truth.csv"))[1:] {
		if entities[row[2]] == 0 {
			entities[row[2]] = int32(len(entities) + 1)
		}
		truthOf[row[0]+"/"+row[1]] = entities[row[2]]
	}
	set, truth := NewSet(), []int32{}
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		if name == "truth.csv" {
			continue
		}
		rows := readCSV(t, path)
		r := set.Reader(strings.TrimSuffix(name, ".csv"), rows[0])
		for i, row := range rows[1:] {
			place := fmt.Sprintf("%s/%d", name, i+1)
			r.Add(place, "", row)
			truth = append(truth, truthOf[place])
		}
	}
	return set, truth
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

// BenchmarkSets links the labelled sets under -data and holds the persons against the truth.
func BenchmarkSets(b *testing.B) {
	folders, err := filepath.Glob(filepath.Join(*data, "*", "truth.csv"))
	if err != nil {
		b.Fatal(err)
	}
	features := map[string]bool{}
	for _, f := range strings.Split(*without, ",") {
		features[f] = true
	}
	for _, folder := range folders {
		folder = filepath.Dir(folder)
		b.Run(filepath.Base(folder), func(b *testing.B) {
			var q Quality
			for b.Loop() {
				set, truth := load(b, folder)
				q = Compare(truth, link(b, set, Options{without: features}).Person)
			}
			b.ReportMetric(q.Precision, "precision")
			b.ReportMetric(q.Recall, "recall")
			b.ReportMetric(q.F1, "F1")
		})
	}
}

// BenchmarkRecords links people of two sources, half of whose records have a slip.
func BenchmarkRecords(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				set := NewSet()
				for _, row := range damaged(n / 2) {
					addRow(set, row["source"], row)
				}
				b.StartTimer()
				link(b, set, Options{})
			}
			b.ReportMetric(float64(b.N)*float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
