package standardize

// resultFamilies are results of tests, their units and ranges, and vital signs.
var resultFamilies = map[string]Family{}

// resultSteps work on the rows of a table, by its name, after those of persons and codes.
var resultSteps = map[string][]RowStep{}
