package link

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// A model tells how likely a pattern of levels is between two records of one person (match), of two strangers, and of two relatives, who
// share family name and address but are not one: Fellegi and Sunter's model with a third class. All values are natural logarithms.
type model struct {
	job      *job
	match    table
	stranger table
	relative table
	turned   float64 // how often names are swapped in records of one person
	moved    float64 // how often records of one person have two homes
	variant  float64 // how often two names that are nearly equal are both names in use, in records of one person

	pairs                float64 // all there are
	oneLikely, kinLikely float64 // share of pairs that are one person, that are relatives

	logs logs

	kinScale float64 // for how many pairs each one stands that may only be relatives

	withKin, withMoves, withVariants, withEM, byFrequency, withoutPrior bool
	ownNames                                                            float64 // records that a full name is not counted in: the pair's own
	often                                                               float64 // logarithm of the frequency above which a value is in use

	frequency [scored][]float32 // of each value
	togethers []*together
}

// The logs are logarithms of the shares that are not of levels, which every pair needs.
type logs struct{ one, kin, stranger, turned, straight, moved, stayed, variant float64 }

// takeLogs takes the logarithms of shares that have changed.
func (m *model) takeLogs() {
	m.logs = logs{math.Log(m.oneLikely), math.Log(m.kinLikely), math.Log(max(1e-12, 1-m.oneLikely-m.kinLikely)), math.Log(m.turned), math.Log1p(-m.turned),
		math.Log(m.moved), math.Log1p(-m.moved), math.Log(m.variant)}
}

// A table holds a logarithm for each level of each field, 0 for missing.
type table [scored][missing + 1]float64

func (t *table) set(f Field, shares []float64) {
	for i, x := range shares {
		t[f][i] = math.Log(x)
	}
}

// unit is the weight of a person in counts. Counts are whole numbers, so their sums do not depend on the order of records.
const unit = 1 << 20

// mostSampled bounds the pairs from which shares are estimated.
const mostSampled = 400_000

// A sample holds random pairs, nearly all of them strangers.
type sample []pair

// newSample compares random pairs.
func (j *job) newSample() sample {
	n := len(j.reps)
	most := min(mostSampled, n*(n-1)/2)
	r := rand.New(rand.NewPCG(1, uint64(n)))
	s := make(sample, most)
	for i := range s {
		s[i].a, s[i].b = int32(r.IntN(n)), int32(r.IntN(n))
	}
	j.parallel(len(s), func(_, from, to int) {
		for i := from; i < to; i++ {
			if s[i].a != s[i].b {
				s[i].pattern = j.set.compare(j.record(s[i].a), j.record(s[i].b))
			}
		}
	})
	return s
}

// others are people that no job knows of. Of few records they keep a value from seeming frequent because two of them have it.
const others = 100

// estimate counts values and the levels of strangers. weights says how much each record counts; apart reports whether two records
// are not one person as far as is known.
func (m *model) estimate(s sample, weights []uint64, apart func(a, b int32) bool) {
	strangers := make(sample, 0, len(s))
	for _, p := range s {
		if p.a != p.b && apart(p.a, p.b) {
			strangers = append(strangers, p)
		}
	}
	counts := m.count(weights)
	m.job.each(int(scored), func(i int) { m.estimateField(Field(i), strangers, counts[i]) })
	m.relatives()
	if m.togethers == nil {
		m.togethers = make([]*together, len(dependent))
	}
	m.job.each(len(dependent), func(i int) {
		if m.togethers[i] == nil {
			m.togethers[i] = newTogether(m.job, dependent[i].one, dependent[i].other, dependent[i].least)
		}
		m.togethers[i].count(m, weights)
	})
}

func (m *model) estimateField(f Field, strangers sample, counts []uint64) {
	var squares sum128
	total := uint64(0)
	for _, c := range counts {
		total += c
	}
	people := float64(total)/unit + others
	rare := float32(math.Log(1 / people))
	logs := make([]float32, len(counts))
	for code, c := range counts {
		logs[code] = rare
		if c > 2*unit {
			logs[code] = float32(math.Log((float64(c)/unit - 1) / people))
		}
		squares.add(c)
	}
	m.frequency[f] = logs
	of := float64(total)
	if shipped[f].frequent {
		of = people * unit
	}
	same := squares.float() / max(of*of, 1)
	m.stranger.set(f, m.levelsOf(f, strangers, same))
}

// sum128 adds up squares exactly, so their order does not matter.
type sum128 struct{ high, low uint64 }

func (s *sum128) add(x uint64) {
	high, low := bits.Mul64(x, x)
	var carry uint64
	s.low, carry = bits.Add64(s.low, low, 0)
	s.high += high + carry
}

func (s *sum128) float() float64 { return math.Ldexp(float64(s.high), 64) + float64(s.low) }

// count sums up, for all fields, the weights of the records that have each value. Each worker goes through the records once, for its part
// of the fields.
func (m *model) count(weights []uint64) (counts [scored][]uint64) {
	var fields []Field
	for f := range scored {
		counts[f] = make([]uint64, len(m.job.set.values[f].texts))
		if len(counts[f]) > 1 {
			fields = append(fields, f)
		}
	}
	workers := m.job.options.Workers
	m.job.each(workers, func(worker int) {
		for i, w := range weights {
			r := m.job.record(int32(i))
			for at := worker; at < len(fields); at += workers {
				f := fields[at]
				counts[f][r.codes[f]] += w
				if f == Phone {
					counts[f][r.codes[Phone2]] += w
					counts[f][r.codes[Phone3]] += w
				}
			}
		}
	})
	for f := range counts {
		counts[f][0] = 0 // what is missing is no value
	}
	return counts
}

// unlike is how many pairs of others, all of them different, are added to those of the job: among the few pairs of a small file those of one person
// would make nearly equal values seem usual.
const unlike = 200

// levelsOf returns how often strangers show each level of a field. That two have the same value follows from how frequent the values are.
func (m *model) levelsOf(f Field, s sample, same float64) []float64 {
	top := shipped[f].top
	shares := make([]float64, top+1)
	sum := 0.0
	for i := range shares {
		shares[i] = 0.5
		sum += 0.5
	}
	if shipped[f].frequent {
		shares[0] += unlike
		sum += unlike
	}
	for i := range s {
		if l := s[i].pattern.level(f); l != missing {
			shares[l]++
			sum++
		}
	}
	for i := range shares {
		shares[i] /= sum
	}
	shares[top] = max(same*0.9, 1e-9)
	return normalized(shares)
}

func normalized(shares []float64) []float64 {
	sum := 0.0
	for _, x := range shares {
		sum += x
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// twins are the shares of relatives, by level from the highest down, who agree in a field that else only chance makes alike: children who
// are called like a parent, dates of birth of twins, and numbers that one member of a family lends another or that twins got one after
// the other.
var twins = map[Field][]float64{Given: {.01}, BirthDate: {.05, .01, .01}, SSN: {.01, .01}, MBI: {.01}, Medicaid: {.01}}

// relatives sets the levels of relatives: shipped ones, else those of strangers.
func (m *model) relatives() {
	m.relative = m.stranger
	for f := range scored {
		if shipped[f].relative != nil {
			m.relative.set(f, shipped[f].relative)
		}
		if extra := twins[f]; extra != nil {
			rest := 1.0
			for _, x := range extra {
				rest -= x
			}
			for l := range shipped[f].top + 1 {
				share := rest * math.Exp(m.stranger[f][l])
				if at := int(shipped[f].top - l); at < len(extra) {
					share += extra[at]
				}
				m.relative[f][l] = math.Log(share)
			}
		}
	}
}

// dependent are the fields that say less together than each by itself, and from how many others on who have both.
var dependent = [...]struct {
	one, other Field
	least      float64
}{{Given, Family, 0}, {Given, Middle, 0}, {Street, Number, manyAtHome}, {Street, Zip, manyAtHome}}

// manyAtHome is how many people live at an address that is no family's: a nursing home, a prison, a shelter, a block of flats.
const manyAtHome = 20

// Two names that stand together more often than chance makes them say less than each by itself: peoples have their own given and family
// names, and many a given name has its usual second one. So do the street and the number of a house in which many live.
type together struct {
	one, other Field
	least      float64   // how many others must have both
	of         []int32   // by record: the number of its two names, 0 without one of them
	names      int32     // how many there are
	more       []float32 // by record: how much more frequent its two names are together than apart
}

func newTogether(j *job, one, other Field, least float64) *together {
	t := &together{one: one, other: other, least: least, of: make([]int32, len(j.reps)), more: make([]float32, len(j.reps))}
	numbers := map[uint64]int32{}
	for i := range t.of {
		r := j.record(int32(i))
		if r.codes[one] == 0 || r.codes[other] == 0 {
			continue
		}
		key := uint64(r.codes[one])<<32 | uint64(r.codes[other])
		number := numbers[key]
		if number == 0 {
			t.names++
			number = t.names
			numbers[key] = number
		}
		t.of[i] = number
	}
	return t
}

// count notes how frequent the names are together, and apart.
func (t *together) count(m *model, weights []uint64) {
	counts := make([]uint64, t.names+1)
	var all uint64
	for i, w := range weights {
		all += w
		counts[t.of[i]] += w
	}
	for i, names := range t.of {
		others := float64(counts[names]) - m.ownNames*unit
		t.more[i] = 0
		if names == 0 || others <= t.least*unit {
			continue
		}
		r := m.job.record(int32(i))
		joint := math.Log(others / float64(all))
		t.more[i] = float32(max(joint-float64(m.frequency[t.one][r.codes[t.one]])-float64(m.frequency[t.other][r.codes[t.other]]), 0))
	}
}

// of a pair that agrees in both names.
func (t *together) add(p *pair) float64 {
	if p.pattern.level(t.one) == shipped[t.one].top && p.pattern.level(t.other) == shipped[t.other].top {
		return float64(t.more[p.a])
	}
	return 0
}

// atHome are the fields of an address. Who moves changes them together.
var (
	homeFields = [...]Field{Number, Street, Unit, City, Zip, State}
	ownFields  = [...]Field{Given, Middle, Family, Maiden, BirthDate, Sex, SSN, MBI, Medicaid, Insurance, Phone, Email}
	atHome     = func() (at [scored]bool) {
		for _, f := range homeFields {
			at[f] = true
		}
		return at
	}()
)

// strangers returns how likely the pattern of a pair is between strangers, and how likely what it says of their homes alone. Equal values
// count by how frequent they are; nearly equal ones too, by half.
func (m *model) strangers(p *pair) (all, home float64) {
	a, b := m.job.record(p.a), m.job.record(p.b)
	sum := 0.0
	for f := range scored {
		l := p.pattern.level(f)
		if l == missing {
			continue
		}
		x := m.stranger[f][l]
		if d := &shipped[f]; d.frequent && m.byFrequency {
			switch {
			case l == d.top:
				x = float64(m.frequency[f][m.equalCode(f, a, b)])
			case l == d.top-1 && nearCounts[f]:
				rare := (float64(m.frequency[f][a.codes[f]])+float64(m.frequency[f][b.codes[f]]))/2 - m.stranger[f][d.top]
				x += 0.5 * min(max(rare, mostRare), -mostRare)
				x = max(x, m.slip(f, a, b))
			}
		}
		sum += x
		if atHome[f] {
			home += x
		}
	}
	for _, t := range m.togethers {
		sum += t.add(p)
	}
	if p.pattern&swapped != 0 {
		sum += math.Log(0.5)
	}
	return sum, home
}

// slip returns how likely it is that a stranger has the more frequent one of two nearly equal values and a slip made the other of it, which
// nobody else has: it says no more of a person than the value that was meant.
func (m *model) slip(f Field, a, b *record) float64 {
	x, y := float64(m.frequency[f][a.codes[f]]), float64(m.frequency[f][b.codes[f]])
	if min(x, y) > m.often || !m.withVariants {
		return math.Inf(-1)
	}
	return max(x, y) + slips[f]
}

// slips holds, of each field, how often a value is written with a slip.
var slips = func() (all [scored]float64) {
	for f := range scored {
		all[f] = math.Log(shipped[f].match[shipped[f].top-1])
	}
	return all
}()

// nearCounts are the fields in which rare values that are nearly equal say more than frequent ones.
var nearCounts = [scored]bool{Given: true, Family: true, Street: true, City: true}

const mostRare = -2.995732273553991 // log 1/20

// equalCode returns the value that two records share in a field.
func (m *model) equalCode(f Field, a, b *record) uint32 {
	if f != Phone {
		return a.codes[f]
	}
	for _, g := range [...]Field{Phone, Phone2, Phone3} {
		if x := a.codes[g]; x != 0 && (x == b.codes[Phone] || x == b.codes[Phone2] || x == b.codes[Phone3]) {
			return x
		}
	}
	return a.codes[f]
}

// kin returns how likely the pattern of a pair is between relatives. between is how likely what it says of their homes is between strangers:
// whoever gives the phone or email of a parent may live elsewhere, or stand there with an older home.
func (m *model) kin(p *pair, between float64) float64 {
	own, home := m.kinParts(p)
	if shared := p.pattern.level(Phone) == shipped[Phone].top || p.pattern.level(Email) == shipped[Email].top; !shared || !m.withMoves {
		return own + home
	}
	return own + addLogs(livesAtHome+home, livesApart+between)
}

// Relatives live apart in one pair of twenty.
var livesApart, livesAtHome = math.Log(.05), math.Log(.95)

// kinParts returns how likely the pattern of a pair is between relatives of one home, and of that what it says of the home.
func (m *model) kinParts(p *pair) (own, home float64) {
	if !m.withKin {
		return math.Inf(-1), 0
	}
	a, b := m.job.record(p.a), m.job.record(p.b)
	for f := range scored {
		l := p.pattern.level(f)
		if l == missing {
			continue
		}
		x := m.relative[f][l]
		if d := &shipped[f]; l == d.top && d.frequent && m.byFrequency && d.relative == nil && twins[f] == nil {
			x = float64(m.frequency[f][m.equalCode(f, a, b)])
		}
		if atHome[f] {
			home += x
		} else {
			own += x
		}
	}
	if p.pattern&swapped != 0 {
		own += math.Log(0.5)
	}
	return own, home
}

// one returns how likely the pattern of a pair is between records of one person. between is how likely what it says of their homes is
// between strangers: who moved has a home like anybody's.
func (m *model) one(p pattern, between float64) float64 {
	sum := m.mineOf(p)
	if p&swapped != 0 {
		sum += m.logs.turned
	} else {
		sum += m.logs.straight
	}
	return sum + addLogs(m.logs.stayed+m.homeOf(p), m.logs.moved+between)
}

// mineOf returns how likely the levels of all fields but those of the home are between records of one person.
func (m *model) mineOf(p pattern) (sum float64) {
	for _, f := range ownFields {
		sum += m.match[f][p.level(f)]
	}
	return sum
}

// homeOf returns how likely the levels of the home are between records of one person who did not move.
func (m *model) homeOf(p pattern) (sum float64) {
	for _, f := range homeFields {
		sum += m.match[f][p.level(f)]
	}
	return sum
}

// weight returns the base-2 logarithm of the odds that a pair is one person.
func (m *model) weight(p *pair) float32 {
	strangers, home := m.strangers(p)
	_, inUse := m.near(p)
	return float32(m.odds(m.one(p.pattern, home)+m.ofVariants(inUse), strangers, m.kin(p, home)) / math.Ln2)
}

// near counts the names of a pair that are nearly equal, and those of them that both are names in use: a slip makes a rare word of a
// frequent name, hardly ever another frequent one.
func (m *model) near(p *pair) (near, inUse uint8) {
	if p.pattern&swapped != 0 || !m.withVariants {
		return 0, 0
	}
	a, b := m.job.record(p.a), m.job.record(p.b)
	for _, f := range [...]Field{Given, Family} {
		if l := p.pattern.level(f); l == 0 || l >= shipped[f].top {
			continue
		}
		near++
		if m.bothInUse(f, a, b) {
			inUse++
		}
	}
	return near, inUse
}

// leastInUse is how many persons of a job have a value in use, at least.
const leastInUse = 4.5

// bothInUse reports whether two different names are both in use, and neither is short for the other nor a part of it.
func (m *model) bothInUse(f Field, a, b *record) bool {
	if float64(min(m.frequency[f][a.codes[f]], m.frequency[f][b.codes[f]])) <= m.often {
		return false
	}
	t, u := &m.job.set.values[f].texts[a.codes[f]], &m.job.set.values[f].texts[b.codes[f]]
	if t.words() != "" || u.words() != "" {
		return contrary(t, u)
	}
	return len(t.s) >= 3 && len(u.s) >= 3 && !nicknamed(t, u)
}

// ofVariants returns how much less likely a pair is one person for so many nearly equal names that both are in use.
func (m *model) ofVariants(inUse uint8) float64 { return float64(inUse) * m.logs.variant }

// surelyBorn reports whether birth dates of one person seldom differ much in this job: then two of them are two persons, whatever record
// without one lies between.
func (m *model) surelyBorn() bool {
	return math.Exp(m.match[BirthDate][0])+math.Exp(m.match[BirthDate][1]) < 0.1
}

func (m *model) odds(one, strangers, kin float64) float64 {
	return one + m.logs.one - addLogs(strangers+m.logs.stranger, kin+m.logs.kin)
}

// addLogs returns the logarithm of the sum of what two logarithms stand for.
func addLogs(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// chance turns the base-2 logarithm of odds into a probability.
func chance(w float32) float64 { return 1 / (1 + math.Exp2(-float64(w))) }
