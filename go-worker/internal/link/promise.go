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
	moved        float64 // what a home adds to the odds of who moved
	sketches     []sketch
}

// A sketch is what tells most different values of a record apart, all in one place: the values themselves lie far apart in memory.
type sketch struct {
	birth, ssn, phone, zip, number signature
	email, street                  brief
	given, family                  sketchedName
	day                            uint32 // of birth; 0: not whole
}

// A sketchedName is what tells most names apart.
type sketchedName struct {
	brief
	sound uint32
	forms bool // there are other forms, or several words
}

// differ reports whether two names surely have nothing in common.
func (n *sketchedName) differ(o *sketchedName) bool {
	return !n.forms && !o.forms && min(n.size, o.size) > 1 && (n.sound != o.sound || n.sound == 0) && n.sig.apart(o.sig) > 4 && likest(&n.brief, &o.brief) < 0.8
}

func (j *job) sketch(r *record) (k sketch) {
	of := func(f Field) *text { return &j.set.values[f].texts[r.codes[f]] }
	birth := of(BirthDate)
	k.birth, k.day = birth.sig, birth.day
	k.ssn, k.phone, k.zip, k.number = of(SSN).sig, of(Phone).sig, of(Zip).sig, of(Number).sig
	name := func(t *text) sketchedName { return sketchedName{t.brief, t.sound, t.forms != nil} }
	k.given, k.family = name(of(Given)), name(of(Family))
	k.email, k.street = of(Email).brief, of(Street).brief
	return k
}

// differ returns the level of two different values of a field, where the sketches of their records show it. Neither has a second phone.
func (k *sketch) differ(o *sketch, f Field) (level uint8, shown bool) {
	switch f {
	case BirthDate:
		if k.day != 0 && o.day != 0 && k.birth.apart(o.birth) > 6 {
			return datesApart(k.day, o.day), true
		}
	case SSN:
		return 0, k.ssn.apart(o.ssn) > 4
	case Phone:
		return 0, k.phone.apart(o.phone) > 2
	case Zip:
		return 0, k.zip.apart(o.zip) > 2
	case Number:
		return 0, k.number.apart(o.number) > 2
	case Email:
		return 0, k.email.head != o.email.head && k.email.sig.apart(o.email.sig) > 2 && likest(&k.email, &o.email) < 0.88
	case Street:
		return 0, likest(&k.street, &o.street) < 0.8 && mostAlike(&k.street, &o.street) < 0.8
	}
	return 0, false
}

// telling are the fields in the order in which they are compared.
var telling = [...]Field{BirthDate, SSN, Phone, Email, MBI, Medicaid, Insurance, Street, Zip, Number, City, Middle, Maiden, Unit, Sex, State}

func (m *model) newPromise() *promise {
	c := &promise{m: m, one: m.logs.one + m.logs.straight, kin: m.logs.kin, swapped: m.logs.turned - m.logs.straight - math.Log(0.5), moved: m.logs.moved}
	c.sketches = make([]sketch, len(m.job.reps))
	m.job.parallel(len(c.sketches), func(_, from, to int) {
		for i := from; i < to; i++ {
			c.sketches[i] = m.job.sketch(m.job.record(int32(i)))
		}
	})
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

// pair compares two records and reports whether the pair is worth keeping, and whether it is likely to be one person.
func (c *promise) pair(a, b int32) (whole pair, kept, likely bool) {
	s := c.m.job.set
	x, y := c.m.job.record(a), c.m.job.record(b)
	k, o := &c.sketches[a], &c.sketches[b]
	one, home, kin := c.one, 0.0, c.kin
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
			kin += ofKin
			if atHome[f] {
				home += ofOne
			} else {
				one += ofOne
			}
			continue
		}
		if l, shown := k.differ(o, f); shown {
			p = p.with(f, l)
			kin += c.ofKin[f][l]
			if atHome[f] {
				home += c.ofOne[f][l]
			} else {
				one += c.ofOne[f][l]
			}
			continue
		}
		kin += c.openKin[f]
		if atHome[f] {
			home += c.openOne[f]
		} else {
			one += c.openOne[f]
		}
		open[n] = f
		n++
	}
	p = s.namesBy(p, x, y, k, o)
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
	for _, f := range open[:n] {
		if c.hopeless(one, home, kin) {
			return whole, false, false
		}
		l := s.level(f, x.codes[f], y.codes[f], x, y)
		p = p.with(f, l)
		kin += c.ofKin[f][l] - c.openKin[f]
		if atHome[f] {
			home += c.ofOne[f][l] - c.openOne[f]
		} else {
			one += c.ofOne[f][l] - c.openOne[f]
		}
	}
	if c.hopeless(one, home, kin) {
		return whole, false, false
	}
	whole = pair{a, b, p}
	strangers, between := c.m.strangers(&whole)
	own, atOne := c.m.kinParts(&whole)
	one, kin = c.m.one(p, between)+c.m.logs.one, own+atOne+c.m.logs.kin // relatives of two homes are forgotten: they only tell how common relatives are
	if one > strangers+leastPromise {
		return whole, true, one > max(strangers, kin)
	}
	if kin <= strangers+leastPromise || mix(uint32(c.m.job.contents[a]), uint32(c.m.job.contents[b])) > c.sample {
		return whole, false, false
	}
	whole.pattern |= sampled
	return whole, true, false
}

// namesBy adds what names adds, by the sketches of the records as far as they show it.
func (s *Set) namesBy(p pattern, a, b *record, k, o *sketch) pattern {
	for _, name := range [...]struct {
		of   Field
		k, o *sketchedName
	}{{Given, &k.given, &o.given}, {Family, &k.family, &o.family}} {
		x, y, level := a.codes[name.of], b.codes[name.of], uint8(0)
		if x == y || x == 0 || y == 0 || !name.k.differ(name.o) {
			level = s.level(name.of, x, y, a, b)
		}
		p = p.with(name.of, level)
	}
	if s.straight || !swap(p) || k.given.differ(&o.family) || k.family.differ(&o.given) {
		return p
	}
	return s.crosswise(p, a, b)
}

// hopeless reports whether odds, of which that of the home stands apart, are so bad that a pair is forgotten.
func (c *promise) hopeless(one, home, kin float64) bool {
	const slack = 1e-6 // for what rounding loses
	return max(one+max(home, c.moved)+math.Ln2, kin) < leastPromise-slack
}
