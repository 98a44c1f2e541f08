package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// BenchmarkEvidence counts a messy patient file of 26 columns; its result per cell is what the plan pass costs beside
// reading the file.
func BenchmarkEvidence(b *testing.B) {
	header := strings.Split("patient_id,mrn,first_name,last_name,middle_name,suffix,gender,dob,ssn,phone,email,address,city,state,zip,race,"+
		"ethnicity,language,diagnosis_code,diagnosis_date,weight,weight_unit,height,height_unit,blood_pressure,last_visit", ",")
	random := rand.New(rand.NewPCG(1, 1))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	date := func() string {
		y, m, d := 1930+random.IntN(95), 1+random.IntN(12), 1+random.IntN(28)
		switch random.IntN(5) {
		case 0:
			return fmt.Sprintf("%d-%02d-%02d", y, m, d)
		case 1:
			return fmt.Sprintf("%02d/%02d/%d", m, d, y)
		case 2:
			return fmt.Sprintf("%d/%d/%02d", m, d, y%100)
		case 3:
			return fmt.Sprintf("%d%02d%02d", y, m, d)
		}
		return fmt.Sprintf("%02d-Jan-%d", d, y)
	}
	rows := make([][]string, 20000)
	for i := range rows {
		n := random.IntN
		rows[i] = []string{
			fmt.Sprintf("P%09d", i), fmt.Sprintf("MRN%08d", n(1e8)), pick("James", "  MARY", "n/a"), pick("Smith", "smith ", "Nguyen"), pick("", "A", "Lee"),
			pick("", "Jr"), pick("M", "F", "male"), date(), fmt.Sprintf("%03d-%02d-%04d", n(900), n(100), n(10000)),
			fmt.Sprintf("(%03d) %03d-%04d", n(900), n(900), n(10000)), fmt.Sprintf("a.b%d@example.org", n(1e6)), fmt.Sprintf("%d Main St", n(9999)),
			pick("Boston", "AUSTIN"), pick("MA", "TX", "Texas"), fmt.Sprintf("%05d", n(99999)), pick("White", "Asian", "N/A"), pick("Hispanic", "null"),
			pick("en", "English"), pick("E11.9", "e119", "I10"), date(), fmt.Sprint(100 + n(180)), pick("lb", "kg"), fmt.Sprint(60 + n(20)), pick("in", "cm"),
			fmt.Sprintf("%d/%d", 90+n(100), 50+n(60)), date(),
		}
	}
	builder, err := NewBuilder(usCore(b), Input{Header: header, Sample: rows}, Options{Today: today})
	if err != nil {
		b.Fatal(err)
	}
	e, text := builder.NewEvidence(), slices.Concat(rows...)
	b.ReportAllocs()
	for b.Loop() {
		e.Add(text, len(header))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)*len(header)), "ns/cell")
}
