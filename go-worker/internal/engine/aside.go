package engine

import (
	"context"
	"path"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

var (
	ruleNoTable = rule.Must("FILE-005")
	ruleAside   = rule.Must("FILE-009")
)

// besideTables returns the sources of an input that are no tables although others are: a picture, a document, a sheet of notes or of one word. Nobody
// expects rows of them, so that they do not make their job partial.
func besideTables(sources []*table.Source) map[*table.Source]bool {
	aside := map[*table.Source]bool{}
	for _, src := range sources {
		if src.Refused != nil && (src.Refused.Rule == ruleNoTable || src.Refused.IsCell()) || src.Refused == nil && isNote(src) {
			aside[src] = true
		}
	}
	if !slices.ContainsFunc(sources, func(s *table.Source) bool { return s.Refused == nil && !aside[s] }) {
		return nil
	}
	return aside
}

// isNote reports whether a text is for people: by its name, or because it is one column whose first line is a sentence.
func isNote(src *table.Source) bool {
	base := strings.ToLower(path.Base(src.Name))
	switch ext := path.Ext(base); ext {
	case ".md", ".rst", ".rtf":
		return true
	case ".txt", "":
		if name := strings.TrimSuffix(base, ext); strings.HasPrefix(name, "readme") || strings.HasPrefix(name, "licen") {
			return true
		}
	}
	return dataWidth(src.Header) == 1 && table.IsSentence(src.Header[:1])
}

// leaveAside notes a source that holds no table.
func (r *run) leaveAside(_ context.Context, src *table.Source) error {
	if err := r.file.hash(); err != nil {
		return err
	}
	result := r.fileResult(src, "")
	result.Status, result.Reason = StatusSkipped, r.settings[ruleAside].id
	result.Detail = "it holds no table, unlike others in this file"
	r.manifest.Files = append(r.manifest.Files, *result)
	r.cards = append(r.cards, failedCard(result))
	r.addIssue(result.Name, "", "", ruleAside, 1)
	return nil
}
