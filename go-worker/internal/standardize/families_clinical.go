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
}
