package validate

import (
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var (
	ruleNobody            = rule.Must("PAT-001")
	ruleNoBirth           = rule.Must("PAT-002")
	ruleBirthAfter        = rule.Must("PAT-003")
	rulePrenatal          = rule.Must("PAT-004")
	ruleOver120           = rule.Must("PAT-005")
	ruleOver110           = rule.Must("PAT-006")
	ruleShifted           = rule.Must("PAT-007")
	ruleDeathFirst        = rule.Must("PAT-008")
	ruleDeathContradicted = rule.Must("PAT-009")
	ruleAgeDiffers        = rule.Must("PAT-010")
	ruleTitle             = rule.Must("PAT-012")
)

// identifying are the types of fields that tell one person from all others.
var identifying = map[string]bool{"identifier": true, "ssn": true, "mbi": true}

// patientIdentity reports rows that name nobody (PAT-001), and those without a birth date (PAT-002). Where the job finds out who is who, a row is
// somebody's if it has what linkage needs of it: a name, whole or not, with a birth date or where its bearer is reached.
func patientIdentity(b binding) []check {
	var ids []int
	for _, f := range b.table.Fields {
		if s := b.slot(f.Name); s >= 0 && identifying[f.Type] {
			ids = append(ids, s)
		}
	}
	family, given, birth := b.slot("name_family"), b.slot("name_given"), b.slot("birth_date")
	calls, home := b.slots("phone_home", "phone_mobile", "phone_work", "email"), b.slot("address_line1")
	return []check{func(v *Rules, r *standardize.Row) {
		if birth >= 0 && r.Values[birth] == "" {
			r.Flag(birth, ruleNoBirth)
		}
		for _, id := range ids {
			if !v.lacks(r, id) {
				return
			}
		}
		noFamily, noGiven, noBirth := v.lacks(r, family), v.lacks(r, given), v.lacks(r, birth)
		if !noFamily && !noGiven && !noBirth {
			return
		}
		there := func(s int) bool { return !v.lacks(r, s) }
		named, called := !noFamily || !noGiven, slices.ContainsFunc(calls, there)
		if b.linked && (named && (!noBirth || called || there(home)) || called && !noBirth) {
			return // other rows may say whose it is
		}
		r.Flag(-1, ruleNobody)
	}}
}

// Days that an event may lie before the birth of the person: one for time zones, and those of a pregnancy (PAT-003, PAT-004).
const (
	slackOfZones = day
	pregnancy    = 280 * day
)

// Ages that are not believed (PAT-005), and that are doubted (PAT-006).
const (
	oldest  = 120
	veryOld = 110
)

// shifted is the age from which birth dates seem to be moved on purpose, as some research data does to protect the oldest (PAT-007).
const shifted = 150

// A patient is the slots of what is known about the life of a person.
type patient struct {
	birth, death, deceased, age int
	events                      []int // of the person's lifetime
	moments                     []int // at which the age may have been stated
	agesOn                      span  // the day on which ages are true; not known where the plan has none
	atVisits                    bool  // ages are those at the moments, where a row has one
	today                       span
	now, doubted                string // today, and the last birthday of people whose age is doubted
}

// patientLife holds the dates of a person against each other, and the ages that follow from them against what people reach.
func patientLife(b binding) []check { return []check{newPatient(b).live} }

func newPatient(b binding) *patient {
	p := &patient{birth: b.slot("birth_date"), death: b.slot("death_date"), deceased: b.slot("deceased"), age: b.slot("age"),
		events: b.slots("last_visit", "diagnosis_date"), moments: b.slots(plan.RecordMoments...), today: b.today,
		now: dayText(b.today.first), doubted: dayText(b.today.first - (veryOld+1)*10000), agesOn: b.today, atVisits: b.agesOn == plan.AgesOfVisit}
	if b.agesOn != "" {
		p.agesOn = span{}
	}
	if on, ok := plan.AgesDay(b.agesOn, b.now); ok {
		p.agesOn = dayOf(on)
	}
	return p
}

func (p *patient) live(_ *Rules, r *standardize.Row) {
	p.deathStated(r)
	birth := value(r, p.birth)
	if p.ordinary(r, birth) {
		return
	}
	born := read(birth)
	if !born.known {
		p.ageAlone(r)
		return
	}
	if !p.bornInTime(r, born) {
		return
	}
	died := read(value(r, p.death))
	if died.before(born, 0) {
		r.Fail(p.death, ruleDeathFirst)
		died = span{}
	}
	p.ageReached(r, born, died)
	p.ageStated(r, born, died)
}

// ordinary reports what shows in the texts alone, which sort like their days: the person was born before today and before all that
// happened to it, is not too old, and nothing more is known.
func (p *patient) ordinary(r *standardize.Row, birth string) bool {
	if len(birth) != dayLength || birth > p.now || birth <= p.doubted || value(r, p.death) != "" || value(r, p.age) != "" {
		return false
	}
	for _, event := range p.events {
		if text := value(r, event); text != "" && !onDayOrLater(text, birth) {
			return false
		}
	}
	return true
}

// bornInTime reports whether the birth date may be true: not after today, nor long after something that happened to the person.
func (p *patient) bornInTime(r *standardize.Row, born span) bool {
	if p.today.before(born, 0) {
		r.Fail(p.birth, ruleBirthAfter)
		return false
	}
	for _, event := range p.events {
		if beforeBirth(r, event, p.birth, born) {
			return false
		}
	}
	return true
}

// beforeBirth holds an event against the birth of its person and reports whether that disproved the birth date.
func beforeBirth(r *standardize.Row, event, birth int, born span) bool {
	text, from := value(r, event), r.Values[birth]
	if len(from) == dayLength && onDayOrLater(text, from) {
		return false // as nearly always
	}
	at := read(text)
	switch {
	case at.before(born, pregnancy):
		r.Fail(birth, ruleBirthAfter)
		return true
	case at.before(born, slackOfZones):
		r.Flag(event, rulePrenatal)
	}
	return false
}

// deathStated reports persons who are alive with a date of death, or dead without one that the file could state (PAT-009).
func (p *patient) deathStated(r *standardize.Row) {
	if p.death < 0 {
		return
	}
	stated := value(r, p.deceased)
	if stated == "false" && value(r, p.death) != "" || stated == "true" && r.Values[p.death] == "" {
		r.Flag(p.deceased, ruleDeathContradicted)
	}
}

// ageReached reports persons who are older, or became older, than people do.
func (p *patient) ageReached(r *standardize.Row, born, end span) {
	if !end.known {
		if value(r, p.deceased) == "true" {
			return // nobody knows how old the person became
		}
		end = p.today
	}
	least, _ := born.years(end)
	if least >= shifted {
		r.Flag(p.birth, ruleShifted)
	}
	flagOld(r, p.birth, least)
}

// ageAlone reports a stated age, of a person without a birth date, that people do not reach.
func (p *patient) ageAlone(r *standardize.Row) {
	if years, err := strconv.Atoi(value(r, p.age)); err == nil {
		flagOld(r, p.age, years)
	}
}

func flagOld(r *standardize.Row, slot, years int) {
	switch {
	case years > oldest:
		r.Flag(slot, ruleOver120)
	case years > veryOld:
		r.Flag(slot, ruleOver110)
	}
}

// ageStated reports ages that the person had at none of the moments at which the record may have been written (PAT-010): on the day that
// the plan names, at death, or at a date of the row. Where the plan knows no day, only a date of the row proves an age wrong, if ages are
// those of that date, and else that nobody born then can have reached it.
func (p *patient) ageStated(r *standardize.Row, born, died span) {
	said := value(r, p.age)
	if said == "" {
		return
	}
	stated, err := strconv.Atoi(said)
	if err != nil {
		return
	}
	open := strings.ContainsAny(r.Raw[p.age], "+>≥") // 90+ is any age from 90 on
	fits := func(at span) bool {
		least, greatest := born.years(at)
		return at.known && stated <= greatest+plan.AgeSlack && (open || stated >= least-plan.AgeSlack)
	}
	if fits(p.agesOn) || fits(died) {
		return
	}
	dated := p.agesOn.known
	for _, m := range p.moments {
		at := read(value(r, m))
		if fits(at) {
			return
		}
		dated = dated || p.atVisits && at.known
	}
	if dated || stated > p.mostYears(born, died)+plan.AgeSlack {
		r.Flag(p.age, ruleAgeDiffers)
	}
}

// mostYears returns the greatest age that a person can have reached.
func (p *patient) mostYears(born, died span) int {
	end := p.today
	if died.known {
		end = died
	}
	_, greatest := born.years(end)
	return greatest
}

// titleGender says which titles are those of men and which of women, in small letters.
var titleGender = func() map[string]string {
	all := map[string]string{}
	for _, row := range facts.Rows("title_gender.csv", "title", "gender") {
		all[row[0]] = row[1]
	}
	return all
}()

// titleFits reports titles of the other sex (PAT-012). A given name never says anything about the sex.
func titleFits(b binding) []check {
	title, gender := b.slot("name_prefix"), b.slot("administrative_gender")
	return present(func(_ *Rules, r *standardize.Row) {
		written, stated := value(r, title), value(r, gender)
		if written == "" {
			return
		}
		of := titleGender[lettersOf(written)]
		if of != "" && (stated == "male" || stated == "female") && of != stated {
			r.Flag(title, ruleTitle)
		}
	}, title, gender)
}

// slots returns the places of those of the fields that the file has.
func (b binding) slots(fields ...string) []int {
	var all []int
	for _, f := range fields {
		if s := b.slot(f); s >= 0 {
			all = append(all, s)
		}
	}
	return all
}
