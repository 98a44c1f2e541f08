package standardize

// buildingWords are words of names of buildings and institutions that hardly any city has in its name.
var buildingWords = map[string]bool{
	"APARTMENTS": true, "BUILDING": true, "CLINIC": true, "CONDOMINIUMS": true, "CONVENT": true, "CORRECTIONAL": true, "DORMITORY": true,
	"FACILITY": true, "HEALTHCARE": true, "HOSPICE": true, "HOSPITAL": true, "HOTEL": true, "JAIL": true, "LIVING": true, "MEDICAL": true,
	"MONASTERY": true, "MOTEL": true, "NURSING": true, "PRISON": true, "REHAB": true, "REHABILITATION": true, "RESIDENCE": true,
	"RETIREMENT": true, "SEMINARY": true, "SHELTER": true, "TOWERS": true, "UNIVERSITY": true,
}

// buildingAt returns where the name of a building begins behind the number of a house and its street, 123 MAIN ST SUNRISE NURSING HOME; 0 where none
// does.
func buildingAt(t []string) int {
	at := behindStreet(t)
	if at == 0 || at+1 >= len(t) || streetSuffixes[t[len(t)-1]] != "" {
		return 0
	}
	named := false
	for _, w := range t[at:] {
		if !asciiLetters(w) && w != "&" {
			return 0
		}
		named = named || buildingWords[w]
	}
	if !named {
		return 0
	}
	return at
}
