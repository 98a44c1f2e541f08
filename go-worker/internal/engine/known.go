package engine

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/link"
	"harmonizer/go-worker/internal/registry"
)

// DeltaName is the file that says what a job changes in the registry. It stands beside the outputs and is none of them.
const DeltaName = "registry-delta.ndjson.gz"

// ErrRegistryProfile reports a registry whose records were standardized by another profile, or another version of it.
var ErrRegistryProfile = errors.New("the registry of persons was made with another version of the profile")

// known is what a registry of persons says, and whose the records of a job were before.
type known struct {
	head      registry.Head
	was       []string    // by record: its person, "" of a new one
	elsewhere []elsewhere // the records behind those of the job
	decisions []link.Decision
}

// elsewhere is where a record is from that the job does not have.
type elsewhere struct {
	delivery *registry.Delivery
	no       int64
}

// recall adds to the records what the registry knows: whose those of the job were, and the others behind them.
func (a *assembly) recall() (err error) {
	p := a.people
	if a.job.Registry == nil {
		return nil
	}
	in, err := a.job.Registry()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	snapshot, err := registry.Read(in)
	if err != nil {
		return err
	}
	profile := a.job.Profile
	if snapshot.Profile != "" && (snapshot.Profile != profile.Name || snapshot.ProfileVersion != profile.Version) {
		return ErrRegistryProfile
	}
	p.known = &known{was: make([]string, len(p.rows)),
		head: registry.Head{Version: snapshot.Version, Profile: profile.Name, ProfileVersion: profile.Version}}
	return p.recallLines(snapshot)
}

func (p *linkage) recallLines(snapshot *registry.Snapshot) error {
	own := make(map[string]int, len(p.rows))
	for i := range p.rows {
		own[p.uid(i)] = i
	}
	var delivery *registry.Delivery
	var reader *link.Reader
	cells := make([]string, len(link.Fields()))
	for {
		line, err := snapshot.Next()
		if line == nil || err != nil {
			return err
		}
		switch {
		case line.Delivery != nil:
			delivery = line.Delivery
			reader = p.set.Reader(delivery.Source, link.Fields())
		case line.Record != nil && reader != nil:
			r := line.Record
			at, here := own[r.UID]
			if !here {
				for k, field := range link.Fields() {
					cells[k] = r.Match[field]
				}
				reader.Add(r.UID, "", cells)
				at = len(p.known.was)
				p.known.was = append(p.known.was, "")
				p.known.elsewhere = append(p.known.elsewhere, elsewhere{delivery, r.No})
			}
			p.known.was[at] = r.Person
			p.set.Know(at, r.Person, r.Since)
		case line.Decision != nil:
			p.known.decide(line.Decision)
		}
	}
}

// decide spells a decision out in pairs of records: those of one person hang together by the first one.
func (k *known) decide(d *registry.Decision) {
	if d.Same {
		all := slices.Concat(d.A, d.B)
		for _, other := range all[1:] {
			k.decisions = append(k.decisions, link.Decision{A: all[0], B: other, Same: true})
		}
		return
	}
	for _, x := range d.A {
		for _, y := range d.B {
			k.decisions = append(k.decisions, link.Decision{A: x, B: y})
		}
	}
}

// tellRegistry writes what the registry does not know yet.
func (a *assembly) tellRegistry() (err error) {
	p := a.people
	if p == nil || p.known == nil {
		return nil
	}
	delta, err := registry.Create(filepath.Join(a.env.Dir, DeltaName), p.known.head)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, delta.Close()) }()
	if err := a.tellRecords(delta); err != nil {
		return fmt.Errorf("tell the registry: %w", err)
	}
	for _, alias := range p.whole.Aliases {
		delta.Add(registry.Line{Alias: &registry.Alias{From: alias.From, To: alias.To}})
	}
	for i := range p.whole.Review {
		r := &p.whole.Review[i]
		if r.Veto == link.VetoDecision {
			continue
		}
		one := registry.Review{A: p.set.UID(r.A), B: p.set.UID(r.B), Score: r.Score, Reason: string(r.Veto), Why: p.set.Why(r)}
		for _, s := range p.set.Scores(r) {
			one.Fields = append(one.Fields, []string{s.Field, s.Level})
		}
		delta.Add(registry.Line{Review: &one})
	}
	return nil
}

// told is how a record came to its person, as the registry keeps it.
func told(l link.Link) (method string, score *float64) {
	if method, text := methodOf(l); text != "" {
		rounded, _ := strconv.ParseFloat(text, 64) // as it was written
		return method, &rounded
	}
	return "", nil
}

// tellRecords tells of new records all that can survive in a person's values, and of known ones when they have moved.
func (a *assembly) tellRecords(delta *registry.Delta) error {
	var delivery *placed
	p := a.people
	rows := rowFetcher{p: p}
	for i, person := range p.whole.Person {
		if err := a.tick(0); err != nil {
			return err
		}
		id, was := p.whole.IDs[person], p.known.was[i]
		method, score := told(p.whole.Links[i])
		switch {
		case was == id:
		case was != "":
			delta.Add(registry.Line{Moved: &registry.Moved{UID: p.set.UID(i), Person: id, Method: method, Score: score}})
		default:
			if piece := p.placed(i); piece != delivery {
				delivery = piece
				delta.Add(registry.Line{Delivery: &registry.Delivery{Source: piece.file.Source, File: piece.file.Name, SHA256: piece.file.SHA256}})
			}
			cells, err := rows.row(i)
			if err != nil {
				return err
			}
			match, more := p.values(cells)
			if more[testColumn] == "true" && !a.job.keepsTests() {
				match = map[string]string{}
			}
			delta.Add(registry.Line{Record: &registry.Record{UID: p.set.UID(i), Person: id, No: p.rows[i].record,
				ID: ownID(p.columns, cells), Method: method, Score: score, Match: match, More: more}})
		}
	}
	return nil
}

// untouchedPrefix begins the names of columns that no field was found for.
const untouchedPrefix = "x_"

// values are those of the fields that the profile knows, in two parts: what is compared, and what else there is. Columns that passed
// untouched are nobody's business.
func (p *linkage) values(cells []string) (match, more map[string]string) {
	match, more = map[string]string{}, map[string]string{}
	for c, name := range p.columns {
		switch {
		case cells[c] == "" || strings.HasPrefix(name, untouchedPrefix):
		case slices.Contains(link.Fields(), name):
			match[name] = cells[c]
		default:
			more[name] = cells[c]
		}
	}
	return match, more
}

// place says where a record is from, one of the job or another that the registry knows.
func (p *linkage) place(i int) (source, file string, record int64) {
	if i < len(p.rows) {
		piece := p.placed(i)
		return piece.file.Source, piece.file.Name, p.rows[i].record
	}
	e := &p.known.elsewhere[i-len(p.rows)]
	return e.delivery.Source, e.delivery.File, e.no
}
