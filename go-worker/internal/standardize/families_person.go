package standardize

// personFamilies are persons' names and codes, dates, numbers and plain text.
var personFamilies = map[string]Family{
	"date":     {Companions: []string{"%_precision"}, More: imputed, Bind: date},
	"datetime": {Companions: []string{"%_precision"}, More: imputed, Bind: datetime},
	"age":      {Bind: age},
	"boolean":  {Bind: boolean},
	"integer":  {Bind: integer},
	"decimal":  {Bind: decimal},
	"text":     {Bind: text},

	"name_full":   {Bind: nameFull},
	"name_family": {More: nameKeys, Bind: nameFamily},
	"name_given":  {More: nameKeys, Bind: nameGiven},
	"name_middle": {More: nameKeys, Bind: nameMiddle},
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
	"patient":   {birthStep, nameStep, raceEthnicityStep},
	"encounter": {openEndStep},
	"condition": {openEndStep},

	"medication": {openEndStep},
	"allergy":    {openEndStep},
}
