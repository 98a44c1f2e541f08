package fhir

import (
	"slices"
	"strings"
)

// cdcrec is the system of the codes of race and ethnicity.
const cdcrec = "urn:oid:2.16.840.1.113883.6.238"

// categories are the codes that stand for themselves in ombCategory; all others are details.
var categories = map[string]string{
	"1002-5": "American Indian or Alaska Native",
	"2028-9": "Asian",
	"2054-5": "Black or African American",
	"2076-8": "Native Hawaiian or Other Pacific Islander",
	"2106-3": "White",
	"2131-1": "Other Race",
	"2135-2": "Hispanic or Latino",
	"2186-5": "Not Hispanic or Latino",
	"UNK":    "Unknown",
	"ASKU":   "Asked but no answer",
}

func (r *resource) race() {
	omb := r.list("race_omb")
	var details []string
	for _, code := range r.list("race") {
		switch {
		case categories[code] == "":
			details = append(details, code)
		case !slices.Contains(omb, code):
			omb = append(omb, code)
		}
	}
	r.heritage("us-core-race", omb, details)
}

func (r *resource) ethnicity() {
	var omb, details []string
	if code := r.get("ethnicity"); categories[code] != "" {
		omb = append(omb, code)
	} else if code != "" {
		details = append(details, code)
	}
	r.heritage("us-core-ethnicity", omb, append(details, r.list("ethnicity_detail")...))
}

// heritage writes the extension of US Core for race or ethnicity. Its text is required.
func (r *resource) heritage(name string, omb, details []string) {
	if len(omb)+len(details) == 0 {
		return
	}
	var words []string
	r.object("", func() {
		r.array("extension", func() {
			for _, code := range omb {
				words = append(words, categories[code])
				r.heritageCode("ombCategory", code)
			}
			for _, code := range details {
				words = append(words, code)
				if isCDCREC(code) {
					r.heritageCode("detailed", code)
				}
			}
			r.extension("text", "valueString", strings.Join(words, ", "))
		})
		r.text("url", usCore+name)
	})
}

func (r *resource) heritageCode(url, code string) {
	system := cdcrec
	if !isCDCREC(code) {
		system = nullFlavor
	}
	r.object("", func() {
		r.text("url", url)
		r.object("valueCoding", func() {
			r.text("system", system)
			r.text("code", code)
			r.text("display", categories[code])
		})
	})
}

// isCDCREC reports whether a value has the form of a code of race or ethnicity: 2028-9.
func isCDCREC(s string) bool {
	return len(s) == 6 && s[4] == '-' && onlyDigits(s[:4]) && onlyDigits(s[5:])
}
