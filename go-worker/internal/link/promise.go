package link

import "math"

// leastPromise is the natural logarithm of the odds, against being strangers, under which a pair is forgotten.
const leastPromise = -8

// A promise compares pairs only as far as is needed to see that they can neither be one person nor relatives: most that blocks bring
// together agree in little else. It never turns away what the model itself would keep.
type promise struct {
	m            *model
	fields       []Field // that the job has, but for names, the most telling first
	start        pattern // all missing
	one, kin     float64 // odds before anything is compared
	ofOne, ofKin table   // by level below equal: the most that it adds to the odds
	openOne      [scored]float64
	openKin      [scored]float64 // the most of all levels below equal
	equalOne     [scored]float64 // what equal values add, but for how frequent they are
	equalKin     [scored]float64
	oneCounts    [scored]bool // equal values count by their frequency
	kinCounts    [scored]bool
	sample       uint32  // sums of contents up to which a pair of relatives is kept
	swapped      float64 // what names that changed places add
}

// telling are the fields in the order in which they are compared.
var telling = [...]Field{BirthDate, SSN, Phone, Email, MBI, Medicaid, Insurance, Street, Zip, Number, City, Middle, Maiden, Unit, Sex, State}

func (m *model) newPromise() *promise {
	c := &promise{m: m, one: math.Log(m.oneLikely) + math.Log1p(-m.turned), kin: math.Log(m.kinLikely), swapped: math.Log(m.turned) - math.Log1p(-m.turned) - math.Log(0.5)}
	c.sample = uint32(math.MaxUint32 / m.kinScale)
	if !m.withKin {
		c.kin = math.Inf(-1)
	}
	for _, f := range telling {
		if len(m.job.set.values[f].texts) > 1 {
			c.fields = append(c.fields, f)
		}
	}
	for f := range scored {
		c.start = c.start.with(f, missing)
		d := &shipped[f]
		c.oneCounts[f] = d.frequent && m.byFrequency
		c.kinCounts[f] = c.oneCounts[f] && d.relative == nil && twins[f] == nil
		c.openOne[f], c.openKin[f] = math.Inf(-1), math.Inf(-1)
		for l := range d.top {
			stranger := m.stranger[f][l]
			if l == d.top-1 && nearCounts[f] && c.oneCounts[f] {
				stranger += 0.5 * mostRare
			}
			c.ofOne[f][l], c.ofKin[f][l] = m.match[f][l]-stranger, m.relative[f][l]-stranger
			c.openOne[f], c.openKin[f] = max(c.openOne[f], c.ofOne[f][l]), max(c.openKin[f], c.ofKin[f][l])
		}
		c.equalOne[f], c.equalKin[f] = m.match[f][d.top], m.relative[f][d.top]
		if !c.oneCounts[f] {
			c.equalOne[f] -= m.stranger[f][d.top]
			c.equalKin[f] -= m.stranger[f][d.top]
		}
	}
	return c
}

// equal returns what a value that two records share adds to both odds.
func (c *promise) equal(f Field, code uint32) (one, kin float64) {
	if !c.oneCounts[f] {
		return c.equalOne[f], c.equalKin[f]
	}
	x := float64(c.m.frequency[f][code])
	if c.kinCounts[f] {
		return c.equalOne[f] - x, 0
	}
	return c.equalOne[f] - x, c.equalKin[f] - x
}

// pair compares two records and reports whether the pair is worth keeping.
func (c *promise) pair(a, b int32) (pair, bool) {
	s := c.m.job.set
	x, y := c.m.job.record(a), c.m.job.record(b)
	one, kin := c.one, c.kin
	p := c.start
	var open [len(telling)]Field
	n := 0
	for _, f := range c.fields {
		v, w := x.codes[f], y.codes[f]
		if v == 0 || w == 0 {
			continue
		}
		if f == Phone && v != w && x.codes[Phone2]|y.codes[Phone2] != 0 {
			l := s.phoneLevel(x, y)
			p = p.with(f, l)
			if l < shipped[f].top {
				one, kin = one+c.ofOne[f][l], kin+c.ofKin[f][l]
				continue
			}
			v = c.m.equalCode(f, x, y)
			w = v
		}
		if v == w {
			p = p.with(f, shipped[f].top)
			ofOne, ofKin := c.equal(f, v)
			one, kin = one+ofOne, kin+ofKin
			continue
		}
		one, kin = one+c.openOne[f], kin+c.openKin[f]
		open[n] = f
		n++
	}
	p = s.names(p, x, y)
	for _, f := range [...]Field{Given, Family} {
		switch l := p.level(f); l {
		case missing:
		case shipped[f].top:
			ofOne, ofKin := c.equal(f, x.codes[f])
			one, kin = one+ofOne, kin+ofKin
		default:
			one, kin = one+c.ofOne[f][l], kin+c.ofKin[f][l]
		}
	}
	if p&swapped != 0 {
		one += c.swapped
	}
	const slack = 1e-6 // for what rounding loses
	for _, f := range open[:n] {
		if max(one, kin) < leastPromise-slack {
			return pair{}, false
		}
		l := s.level(f, x.codes[f], y.codes[f], x, y)
		p = p.with(f, l)
		one, kin = one+c.ofOne[f][l]-c.openOne[f], kin+c.ofKin[f][l]-c.openKin[f]
	}
	if max(one, kin) < leastPromise-slack {
		return pair{}, false
	}
	whole := pair{a, b, p}
	least := c.m.strangers(&whole) + leastPromise
	if c.m.one(p)+math.Log(c.m.oneLikely) > least {
		return whole, true
	}
	if c.m.kin(&whole)+math.Log(c.m.kinLikely) <= least || mix(uint32(c.m.job.contents[a]), uint32(c.m.job.contents[b])) > c.sample {
		return pair{}, false
	}
	whole.pattern |= sampled
	return whole, true
}
