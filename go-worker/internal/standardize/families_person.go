package standardize

// personFamilies are persons' names and codes, dates, numbers and plain text.
var personFamilies = map[string]Family{
	"date":     {Companions: []string{"%_precision"}, More: imputed, Bind: date, Plain: plainDate},
	"datetime": {Companions: []string{"%_precision"}, More: imputed, Bind: datetime, Plain: plainDatetime},
	"age":      {Bind: age},
	"boolean":  {Bind: boolean},
	"integer":  {Bind: integer},
	"decimal":  {Bind: decimal},
	"text":     {Bind: text, Plain: always(plainWords)},

	"name_full":   {Bind: nameFull},
	"name_family": {More: nameKeys, Bind: nameFamily, Plain: always(plainName)},
	"name_given":  {More: nameKeys, Bind: nameGiven, Plain: always(plainName)},
	"name_middle": {More: nameKeys, Bind: nameMiddle, Plain: always(plainName)},
	"name_suffix": {Bind: nameSuffix},
	"name_prefix": {Bind: namePrefix},
	"name_other":  {Bind: nameOther},

	"gender":         {Bind: gender},
	"birth_sex":      {Bind: birthSex},
	"race":           {Companions: []string{"%_omb", "%_multiple"}, Bind: race},
	"ethnicity":      {Companions: []string{"%_detail"}, Bind: ethnicity},
	"language":       {Bind: language},
	"marital_status": {Bind: marital},
}

// personSteps work on the rows of a table, by its name, in this order.
var personSteps = map[string][]RowStep{
	"patient":   {ageSexStep, birthStep, partsStep, nameStep, raceEthnicityStep},
	"encounter": {openEndStep},
	"condition": {openEndStep},

	"medication": {openEndStep},
	"allergy":    {openEndStep},
}
