package plan

import (
	"fmt"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/facts"
)

// A columnUnit is where the values of a column lie when it is in this unit.
type columnUnit struct {
	unit                        string
	low, high                   float64
	plausibleLow, plausibleHigh float64
}

// columnUnits are the units a column of one measurement can be in, by kind of vital sign or LOINC code.
var columnUnits = func() map[string][]columnUnit {
	units := map[string][]columnUnit{}
	for _, row := range facts.Rows("column_units.csv", "what", "unit", "low", "high", "plausible_low", "plausible_high") {
		u := columnUnit{unit: row[1]}
		for i, to := range []*float64{&u.low, &u.high, &u.plausibleLow, &u.plausibleHigh} {
			var err error
			if *to, err = strconv.ParseFloat(row[2+i], 64); err != nil {
				panic("plan: column_units.csv: " + err.Error())
			}
		}
		units[row[0]] = append(units[row[0]], u)
	}
	return units
}()

// decideNumbers decides a numeric column's decimal mark, its null numbers and its unit, in this order.
func (d *decider) decideNumbers(c *Column, e *columnEvidence) {
	d.decideDecimal(c, e.number)
	mark := byte('.')
	if c.Decisions[DecimalMark].Value == "comma" {
		mark = ','
	}
	values := newDistribution(e.number.under(mark))
	if values.total == 0 {
		return
	}
	measured := d.measured(c)
	values = values.without(d.decideNullNumbers(c, e, values, mark, columnUnits[measured]))
	c.Evidence.Quartiles = values.quartiles()
	d.decideUnit(c, e, values, measured)
}

// quartiles are the numbers below which a quarter, half and three quarters of the values lie; nil of so few that they say nothing, or
// might point to somebody.
func (d distribution) quartiles() []float64 {
	if d.total < moveFrom {
		return nil
	}
	return []float64{d.quantile(0.25), d.quantile(0.5), d.quantile(0.75)}
}

func (d *decider) decideDecimal(c *Column, s *numberStats) {
	points, commas := s.forms[point], s.forms[comma]
	why := fmt.Sprintf("%s with a certain decimal point, %d with a certain comma", some(points, "number", "numbers"), commas)
	minority, total := min(points, commas), points+commas
	decision := Decision{Rule: "XL-012", Confidence: 0.95, Why: why}
	switch {
	case total == 0 && s.forms[commaOrGroup]+s.forms[pointOrGroup] == 0:
		return
	case total == 0:
		decision.Value, decision.Confidence = "point", 0.7
		if d.b.profile.Locale.Decimal == "," {
			decision.Value = "comma"
		}
		decision.Why = some(s.forms[commaOrGroup]+s.forms[pointOrGroup], "number", "numbers") +
			" can be read in two ways and none in one; the profile's locale decides"
	case 100*minority > total:
		decision = Decision{Value: "mixed", Rule: "NUM-002", Confidence: 0.95, Why: why}
	case commas > points:
		decision.Value = "comma"
	case s.forms[commaOrGroup] == 0 && minority == 0:
		return // plain decimals: nothing had to be decided
	default:
		decision.Value = "point"
	}
	c.decide(DecimalMark, decision)
}

// provedFrom is the confidence above which a decimal mark was proved, and not assumed.
const provedFrom = 0.9

// shareDecimal gives the decimal mark that the results prove to the columns of their reference ranges that prove none: 4.000-11.000 beside
// 13,9 is 4000 to 11000.
func (d *decider) shareDecimal() {
	at := slices.IndexFunc(d.columns, func(c Column) bool { return c.Field == "value" && c.Decisions[DecimalMark].Confidence > provedFrom })
	if at < 0 || d.columns[at].Decisions[DecimalMark].Value == "mixed" {
		return
	}
	proved := d.columns[at].Decisions[DecimalMark]
	for i := range d.columns {
		c := &d.columns[i]
		if c.Type != "reference_range" && c.Field != "reference_low" && c.Field != "reference_high" || c.Decisions[DecimalMark].Confidence > provedFrom {
			continue
		}
		c.Decisions[DecimalMark] = Decision{Value: proved.Value, Rule: proved.Rule, Confidence: proved.Confidence,
			Why: fmt.Sprintf("that of %q; %s", d.columns[at].Header, proved.Why)}
	}
}

// measured returns what a column measures, as a key of columnUnits.
func (d *decider) measured(c *Column) string {
	if c.Wide {
		w := d.b.table.WideColumn(c.Field)
		if w != nil && w.Type != "vital" {
			return w.Code
		}
		if w != nil {
			return w.Params["kind"]
		}
	}
	if f := d.b.table.Field(c.Field); f != nil && f.Type == "vital" {
		return f.Params["kind"]
	}
	if c.Type == "age" {
		return "age"
	}
	return ""
}

// nullNumbers are numbers that systems write for no value; 0 is one only where nothing living measures 0.
var nullNumbers = []string{"-1", "-9", "-99", "-999", "9", "99", "999", "9999", "99999", "999.9", "888"}

// zeroIsNull are the measures of the contract, by kind and by code, of which nothing living has 0.
var zeroIsNull = func() (all []string) {
	for _, row := range facts.Rows("zero_is_null.csv", "measure", "code") {
		all = append(all, row...)
	}
	return all
}()

// decideNullNumbers finds the numbers that stand for no value in this column: outside every plausible range,
// repeated, and with empty space around them (NULL-002).
func (d *decider) decideNullNumbers(c *Column, e *columnEvidence, values distribution, mark byte, units []columnUnit) map[magnitude]bool {
	found := map[magnitude]bool{}
	if zero := values.count(0); zero > 0 && slices.Contains(zeroIsNull, d.measured(c)) {
		found[0] = true
	}
	if len(units) > 0 || c.Type == "age" {
		for _, text := range nullNumbers {
			_, m := readNumber(text)
			n := values.count(m)
			repeated := n >= 3 || n == 2 && 200*n >= values.total
			if repeated && !plausible(m.float(), units, c.Type) && values.alone(m) {
				found[m] = true
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	c.Sentinels = d.spellings(e, found, mark)
	return found
}

// plausible reports whether a number is plausible in any unit of the column.
func plausible(v float64, units []columnUnit, typ string) bool {
	if typ == "age" {
		return v >= 0 && v <= 120
	}
	return slices.ContainsFunc(units, func(u columnUnit) bool { return v >= u.plausibleLow && v <= u.plausibleHigh })
}

// spellings returns the null numbers as the column writes them, sorted.
func (d *decider) spellings(e *columnEvidence, found map[magnitude]bool, mark byte) []string {
	var out []string
	if distinct, complete := e.tally.distinct(); complete {
		for v := range distinct {
			form, m := readNumber(v)
			if form == commaOrGroup && mark == ',' {
				m = m.thousandth()
			}
			if form != notNumber && form != withUnit && found[m] {
				out = append(out, v)
			}
		}
		slices.Sort(out)
		return out
	}
	for m := range found { // too many values to know how each is written: the usual ways
		text := strconv.FormatFloat(m.float(), 'f', -1, 64)
		out = append(out, text, text+".0")
	}
	slices.Sort(out)
	return out
}

// count returns how often a number occurs.
func (d distribution) count(m magnitude) int64 {
	if i, ok := slices.BinarySearch(d.values, m); ok {
		return d.counts[i]
	}
	return 0
}

// alone reports whether no other value lies within a tenth of a number, other null numbers aside.
func (d distribution) alone(m magnitude) bool {
	v := m.float()
	low, high := min(v*0.9, v*1.1), max(v*0.9, v*1.1)
	for _, other := range d.values {
		o := other.float()
		if other == m || o < low || o > high {
			continue
		}
		if !slices.ContainsFunc(nullNumbers, func(text string) bool { _, null := readNumber(text); return null == other }) {
			return false
		}
	}
	return true
}

// decideUnit infers the unit of a column that states none: from its header, from a unit column, or in its cells.
func (d *decider) decideUnit(c *Column, e *columnEvidence, values distribution, measured string) {
	units := columnUnits[measured]
	if _, stated := c.Decisions[Unit]; stated || len(units) == 0 || e.number.forms[withUnit] > values.total || values.total == 0 {
		return
	}
	f := d.b.table.Field(c.Field)
	w := d.b.table.WideColumn(c.Field)
	switch {
	case f != nil && f.Unit != "":
		c.decide(Unit, Decision{Value: f.Unit, Confidence: 1, Why: "profile"})
		return
	case c.Wide && w != nil && w.Unit != "":
		c.decide(Unit, Decision{Value: w.Unit, Confidence: 1, Why: "profile"})
		return
	case f != nil && d.filled(f.Params["unit_field"]):
		return
	}
	if measured == "spo2" && values.within(0, 1) >= voteShare {
		c.decide(Fraction, Decision{Value: "yes", Rule: "VIT-005", Confidence: round(values.within(0, 1)), Why: "nearly all values are at most 1"})
		return
	}
	if measured == "height" || measured == "weight" {
		d.decideByMedian(c, values, units, measured)
		return
	}
	d.decideByShare(c, values, units)
}

// decideByMedian takes the unit in whose range the middle of the column lies: heights and weights spread so far that
// single values of children and adults fit several units.
func (d *decider) decideByMedian(c *Column, values distribution, units []columnUnit, measured string) {
	median := values.quantile(0.5)
	for _, u := range units {
		if median >= u.low && median <= u.high {
			why := fmt.Sprintf("the median of %s without a unit lies in the usual range of %s", some(values.total, "value", "values"), u.unit)
			c.decide(Unit, Decision{Value: u.unit, Rule: ruleVitalUnit.String(), Confidence: round(values.within(u.plausibleLow, u.plausibleHigh) * 0.9), Why: why})
			return
		}
	}
	if measured == "height" {
		d.find(Finding{Rule: ruleHeightUnit, Count: values.total, Detail: "the median fits no single unit"}, c)
	}
}

// decideByShare takes the unit that nearly all values fit.
func (d *decider) decideByShare(c *Column, values distribution, units []columnUnit) {
	u, share := byShare(values, units)
	if u == nil {
		return
	}
	id := ruleUnitInferred
	if c.Type == "vital" {
		id = ruleVitalUnit
	}
	c.decide(Unit, Decision{Value: u.unit, Rule: id.String(), Confidence: round(share),
		Why: fmt.Sprintf("%.4g %% of %s without a unit %s in the usual range of %s", 100*share, some(values.total, "value", "values"),
			verb(values.total, "lies", "lie"), u.unit)})
}
