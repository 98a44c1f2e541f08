package engine

import (
	"fmt"

	"harmonizer/go-worker/internal/scorecard"
)

// addCard adds what was counted of a file to the scorecard.
func (r *run) addCard(t *transform, p *planned, rows scorecard.File, result *FileResult) {
	tally := scorecard.NewTally(r.job.Profile, t.cards)
	for _, n := range p.source.Notes {
		tally.Hit(-1, n.Rule, n.Count)
	}
	for _, f := range p.findings {
		tally.Hit(t.layout.Slot(f.Field), f.Rule, f.Count)
	}
	tally.Hit(-1, ruleHeaderAgain, result.Counts.DroppedRepeatedHeader)
	tally.Hit(-1, ruleFooter, result.Counts.DroppedFooter)
	card := tally.File(r.job.Profile)
	card.Add(&rows)
	for _, f := range p.findings {
		card.Drift(r.job.Profile, f.Rule, f.Header, f.Detail)
	}
	card.Name, card.Source, card.Table = result.Name, result.Source, result.Table
	card.Status, card.Reason, card.Detail = result.Status, result.Reason, result.Detail
	c := &result.Counts
	card.Rows.Dropped = c.dropped()
	card.Rows.Records = c.RowsIn - c.dropped()
	card.Rows.Rows = card.Rows.Records + c.RowsUnpivoted // records that could not be read are rows too
	card.Rows.Quarantined = c.Quarantined
	for i := range card.Columns {
		if places := t.layoutPlaces(i); len(places) == 1 {
			card.Columns[i].Distinct = p.section.Columns[places[0]].Evidence.Distinct
		}
	}
	r.cards = append(r.cards, card)
}

// layoutPlaces returns the columns of the file that fill a slot of every row.
func (t *transform) layoutPlaces(slot int) []int {
	for i := range t.columns {
		if t.columns[i].slot == slot {
			return t.columns[i].cells
		}
	}
	return nil
}

// failedCard is the scorecard's line of a file that could not be read.
func failedCard(f *FileResult) scorecard.File {
	return scorecard.File{Name: f.Name, Source: f.Source, Table: f.Table, Status: f.Status, Reason: f.Reason, Detail: f.Detail,
		Columns: []scorecard.ColumnCount{}, Rules: []scorecard.RuleCount{}}
}

// cardsOf returns the scorecard's files of a part.
func (l *loaded) cardsOf() ([]scorecard.File, error) {
	if l.cards != nil {
		return l.cards, nil
	}
	return l.open.cards()
}

// cards reads the scorecard's files that an item left.
func (open Folder) cards() ([]scorecard.File, error) {
	f, err := open(partCardName)
	if err != nil {
		return nil, fmt.Errorf("open part: %w", err)
	}
	defer f.Close()
	card, err := scorecard.Read(f)
	if err != nil {
		return nil, err
	}
	return card.Files, nil
}
