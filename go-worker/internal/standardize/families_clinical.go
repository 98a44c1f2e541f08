package standardize

// clinicalFamilies are identifiers, contact data, addresses, codes, results and vital signs.
var clinicalFamilies = map[string]Family{
	"identifier": {Bind: identifier},
	"ssn":        {Companions: []string{"ssn_last4", "itin"}, Bind: ssn},
	"npi":        {Bind: npi},
	"dea":        {Bind: dea},
	"mbi":        {Companions: []string{"hicn"}, Bind: mbi},
	"phone":      {Companions: []string{"%_ext", "%_use", "%_local"}, Bind: phone},
	"email":      {Companions: []string{"%_other"}, Bind: email},

	"address_line": {Bind: addressLine},

	"city":    {Bind: city},
	"county":  {Bind: county},
	"state":   {Bind: state},
	"zip":     {Companions: []string{"zip4", "postal_code"}, Bind: zip},
	"country": {Bind: country},

	"code":        {Bind: code},
	"code_system": {Bind: codeSystem},
	"code_text":   {Bind: text},

	"value_set":       {Bind: valueSet},
	"encounter_class": {Bind: encounterClass},
	"route":           {Bind: route},
	"frequency":       {Bind: frequency},
}

// clinicalSteps work on the rows of a table, by its name, after those of persons.
var clinicalSteps = map[string][]RowStep{
	"patient":      {cityLineStep, addressLinesStep, zipStateStep, phoneAbroadStep, codesStep},
	"encounter":    {codesStep},
	"observation":  {codesStep},
	"condition":    {codesStep},
	"medication":   {codesStep, doseStep, errorProneStep},
	"immunization": {codesStep, vaccineStep},
	"allergy":      {codesStep, allergyStep},
}
