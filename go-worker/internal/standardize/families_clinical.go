package standardize

// clinicalFamilies are identifiers, contact data, addresses, codes, results and vital signs.
var clinicalFamilies = map[string]Family{
	"identifier": {Bind: identifier, Plain: plainIdentifier},
	"ssn":        {Companions: []string{"ssn_last4", "itin"}, Bind: ssn, Plain: always(plainSSN)},
	"npi":        {Bind: npi},
	"dea":        {Bind: dea},
	"mbi":        {Companions: []string{"hicn"}, Bind: mbi},
	"phone":      {Companions: []string{"%_ext", "%_use", "%_local"}, Bind: phone, Plain: plainPhone},
	"email":      {Companions: []string{"%_other"}, Bind: email, Plain: always(plainEmail)},

	"address_line": {Bind: addressLine, Plain: always(plainLine)},

	"city":    {Bind: city, Plain: always(plainPlace)},
	"county":  {Bind: county},
	"state":   {Bind: state},
	"zip":     {Companions: []string{"zip4", "postal_code"}, Bind: zip, Plain: plainZIP},
	"country": {Bind: country},

	"code":        {Bind: code},
	"code_system": {Bind: codeSystem},
	"code_text":   {Bind: text, Plain: always(plainWords)},

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
