package plan

import "testing"

func TestClockTime(t *testing.T) {
	for text, want := range map[string]string{"14:30": "14:30", "8:05": "08:05", "8:05:10": "08:05:10", "2:30 PM": "14:30", "12:05 am": "00:05", "12:10 p.m.": "12:10",
		"1430": "14:30", "0805": "08:05", "805": "08:05", "143005": "14:30:05", "14:30:05.123": "14:30:05",
		"24:00": "24:00", "2400": "24:00", "24:00:00": "24:00", "24:01": "", "14:60": "", "13:00 pm": "", "morning": "", "8": "", "1475": "", "2024-02-03": "", "14:30-15:00": ""} {
		if got := ClockTime(text); got != want {
			t.Errorf("%s is %q; want %q", text, got, want)
		}
	}
}

// TestTimesBesideDates pairs the columns of a date and of its time of day by their headers, where they hold that.
func TestTimesBesideDates(t *testing.T) {
	for _, tt := range []struct {
		date, time   string
		dates, times [2]string
		want         bool
	}{
		{"collection_date", "collection_time", [2]string{"02/03/2024", "02/13/2024"}, [2]string{"14:30", "8:05 AM"}, true},
		{"Date Collected", "Time Collected", [2]string{"2024-02-03 00:00:00", "2024-02-13 00:00:00"}, [2]string{"1430", "NULL"}, true},
		{"Specimen Date", "Specimen Time", [2]string{"01/02/24", "01/13/24"}, [2]string{"0730", "2400"}, true},
		{"Date", "Time", [2]string{"2024-02-03", "2024-02-13"}, [2]string{"14:30", ""}, true},
		{"collection_date", "received_time", [2]string{"02/03/2024", "02/13/2024"}, [2]string{"14:30", "8:05 AM"}, false},
		{"collection_date", "collection_time", [2]string{"02/03/2024 11:00", "02/13/2024"}, [2]string{"14:30", "8:05 AM"}, false},
		{"collection_date", "collection_time", [2]string{"02/03/2024", "02/13/2024"}, [2]string{"120", "135"}, false}, // minutes
		{"collection_date", "collection_time", [2]string{"02/03/2024", "02/13/2024"}, [2]string{"00:00", "0:00"}, false},
		{"collection_date", "collection_time", [2]string{"02/03/2024", "02/13/2024"}, [2]string{"morning", "8:05"}, false},
	} {
		rows := [][]string{{"P1", "Glucose", "105", tt.dates[0], tt.times[0]}, {"P2", "Glucose", "99", tt.dates[1], tt.times[1]}}
		in := Input{Name: "labs.csv", Header: []string{"patient_id", "test", "result", tt.date, tt.time}, Sample: rows}
		b, err := NewBuilder(usCore(t), in, Options{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		e := b.NewEvidence()
		addRows(e, rows...)
		b.Merge(e)
		f, _ := b.Freeze()
		got := f.Columns[3].Decisions[TimeOfDay]
		if (got.Value == tt.time) != tt.want || f.Columns[4].Type != "" {
			t.Errorf("%s %v, %s %v: %+v", tt.date, tt.dates, tt.time, tt.times, got)
		}
	}
}
