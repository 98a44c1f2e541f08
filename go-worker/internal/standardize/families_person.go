package standardize

// personFamilies are persons' names and codes, dates, numbers and plain text.
var personFamilies = map[string]Family{
	"date":     {Companions: []string{"%_precision"}, Bind: date},
	"datetime": {Companions: []string{"%_precision"}, Bind: datetime},
	"age":      {Bind: age},
	"boolean":  {Bind: boolean},
	"integer":  {Bind: integer},
	"decimal":  {Bind: decimal},
	"text":     {Bind: text},

	"gender":         {Bind: gender},
	"birth_sex":      {Bind: birthSex},
	"race":           {Companions: []string{"%_omb", "%_multiple"}, Bind: race},
	"ethnicity":      {Companions: []string{"%_detail"}, Bind: ethnicity},
	"language":       {Bind: language},
	"marital_status": {Bind: marital},
}
