package standardize

// families are all of them, by the type that a field of a profile names.
var families = func() map[string]Family {
	all := make(map[string]Family, len(personFamilies)+len(clinicalFamilies)+len(resultFamilies))
	for _, some := range []map[string]Family{personFamilies, clinicalFamilies, resultFamilies} {
		for typ, f := range some {
			all[typ] = ofHL7(typ, ofCodeList(f))
		}
	}
	return all
}()

// Lookup returns the family of a type of profile.Types, and whether there is one.
func Lookup(typ string) (Family, bool) {
	f, ok := families[typ]
	return f, ok
}

// Steps returns what works on the rows of a table, in the order in which it works.
func Steps(table string) []RowStep {
	var all []RowStep
	for _, some := range []map[string][]RowStep{personSteps, clinicalSteps, resultSteps} {
		all = append(all, some[table]...)
	}
	return all
}
