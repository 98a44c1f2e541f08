package standardize

// ethnicityInRace returns the ethnicity that a text about race holds: "White non-Hispanic" is 2186-5, "White" says nothing.
func ethnicityInRace(s string) (string, bool) {
	if word, ok := wholeRace(s); ok {
		if word.category == raceHispanic || word.category == raceNonHispanic {
			return word.code, true
		}
		return "UNK", true
	}
	var found raceList
	found.read(s)
	code := "UNK"
	for _, w := range found.words {
		if w.category == raceHispanic || w.category == raceNonHispanic {
			code = w.code
		}
	}
	return code, len(found.words) > 0 && !found.unread
}

// wholeRace returns the word of the table that a text is as a whole, as nearly all are.
func wholeRace(s string) (raceWord, bool) {
	for i := range len(s) {
		if b := s[i]; b == ';' || b == '|' || b == ',' {
			return raceWord{}, false
		}
	}
	if len(s) > 80 {
		return raceWord{}, false
	}
	var buffer [80]byte
	word, ok := raceWords[string(wordKey(buffer[:0], s))]
	return word, ok
}

// raceEthnicityStep fills race and ethnicity from each other where one column answers both: Hispanic in race is an ethnicity
// (RACE-002), a race in ethnicity fills an empty race. A stated answer is never replaced.
var raceEthnicityStep = RowStep{
	Name: "race_ethnicity",
	Adds: func(mapped func(string) bool) []string {
		switch race, ethnicity := mapped("race"), mapped("ethnicity"); {
		case race && !ethnicity:
			return []string{"ethnicity", "ethnicity_detail"}
		case ethnicity && !race:
			return []string{"race", "race_omb", "race_multiple"}
		}
		return nil
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		raceColumn, hasRace := columns("race")
		ethnicityColumn, hasEthnicity := columns("ethnicity")
		if !hasRace && !hasEthnicity {
			return nil
		}
		s := raceEthnicityRow{race: l.Slot("race"), omb: l.Slot("race_omb"), multiple: l.Slot("race_multiple"),
			ethnicity: l.Slot("ethnicity"), detail: l.Slot("ethnicity_detail"),
			readRace: race(raceColumn), readEthnicity: ethnicity(ethnicityColumn)}
		return []Work{{Do: s.row, From: []int{s.race, s.ethnicity}, Into: []int{s.omb, s.multiple, s.detail}}}
	},
}

type raceEthnicityRow struct {
	race, omb, multiple     int
	ethnicity, detail       int
	readRace, readEthnicity CellFunc
}

func (s raceEthnicityRow) row(r *Row) {
	if s.race >= 0 && noAnswer(r.Get(s.ethnicity)) && r.Raw[s.race] != "" {
		if code, ok := ethnicityInRace(r.Raw[s.race]); ok && code != "UNK" {
			r.Set(s.ethnicity, ethnicityCategories[code], ruleRaceHispanic)
			if ethnicityCategories[code] != code {
				r.Set(s.detail, code)
			}
		}
	}
	if s.ethnicity >= 0 && noAnswer(r.Get(s.race)) && r.Raw[s.ethnicity] != "" {
		s.raceFromEthnicity(r)
	}
}

// raceFromEthnicity fills race from a cell such as "White non-Hispanic"; one that the table of ethnicities knows holds no race.
func (s raceEthnicityRow) raceFromEthnicity(r *Row) {
	raw := r.Raw[s.ethnicity]
	if _, ok := ethnicityWords.find(raw); ok {
		return
	}
	if _, ok := hispanicOrigin(raw); ok {
		return
	}
	c := r.cell(0)
	if s.readRace(raw, c); c.Unusable || noAnswer(c.Value) {
		return
	}
	r.Set(s.race, c.Value, ruleStandard)
	r.Set(s.omb, c.Parts[0])
	r.Set(s.multiple, c.Parts[1])
}

func noAnswer(value string) bool { return value == "" || value == "UNK" }
