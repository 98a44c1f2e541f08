package standardize

// resultFamilies are results of tests, their units and ranges, and vital signs.
var resultFamilies = map[string]Family{
	"result_value":    {Companions: resultParts[:], Bind: resultValue},
	"unit":            {Bind: unit},
	"reference_range": {Companions: []string{"%_unit"}, Bind: referenceRange},
	"comparator":      {Bind: comparator},
	"interpretation":  {Bind: interpretation},
	"vital":           {Bind: vital, Plain: plainVital},
}

// resultParts are the companions of a result, in the order of Cell.Parts.
var resultParts = [...]string{"%_comparator", "%_number", "%_low", "%_high", "%_code", "%_unit"}

// resultSteps work on the rows of a table, by its name, after those of persons and codes.
var resultSteps = map[string][]RowStep{
	"patient":     {bodyStep},
	"observation": {resultStep},
}
