package link

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// load reads a data set of the bench: CSV files with canonical headers, and truth.csv.
func load(t testing.TB, folder string) (*Set, []int32) {
	t.Helper()
	read := func(path string) [][]string {
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
	entity := map[string]int32{}
	truthOf := map[string]int32{}
	for _, row := range read(filepath.Join(folder, "truth.csv"))[1:] {
		if entity[row[2]] == 0 {
			entity[row[2]] = int32(len(entity) + 1)
		}
		truthOf[row[0]+"/"+row[1]] = entity[row[2]]
	}
	set, truth := NewSet(), []int32{}
	files, _ := filepath.Glob(filepath.Join(folder, "*.csv"))
	for _, path := range files {
		name := filepath.Base(path)
		if name == "truth.csv" {
			continue
		}
		rows := read(path)
		r := set.Reader(strings.TrimSuffix(name, ".csv"), rows[0])
		for i, row := range rows[1:] {
			place := fmt.Sprintf("%s/%d", name, i+1)
			r.Add(place, "", row)
			truth = append(truth, truthOf[place])
		}
	}
	return set, truth
}

func TestSuites(t *testing.T) {
	root := os.Getenv("LINK_DATA")
	if root == "" {
		t.Skip("LINK_DATA")
	}
	folders, _ := filepath.Glob(filepath.Join(root, "*"))
	without := map[string]bool{}
	for _, w := range strings.Split(os.Getenv("WITHOUT"), ",") {
		without[w] = true
	}
	for _, f := range folders {
		if only := os.Getenv("ONLY"); only != "" && !strings.Contains(","+only+",", ","+filepath.Base(f)+",") {
			continue
		}
		set, truth := load(t, f)
		at := time.Now()
		res, err := Run(context.Background(), set, Options{Dir: t.TempDir(), without: without})
		if err != nil {
			t.Fatal(err)
		}
		byVeto := map[Veto][2]int{}
		for _, r := range res.Review {
			x := byVeto[r.Veto]
			if truth[r.A] == truth[r.B] {
				x[0]++
			} else {
				x[1]++
			}
			byVeto[r.Veto] = x
		}
		fmt.Println("   refused, true and false:", byVeto)
		q := Compare(truth, res.Person)
		fmt.Printf("%-10s n %7d P %.4f R %.4f F %.4f  compared %8d kept %8d  review %5d %.2fs\n", filepath.Base(f), set.Len(), q.Precision, q.Recall, q.F1, res.Summary.Compared, res.Summary.Kept, len(res.Review), time.Since(at).Seconds())
	}
}
