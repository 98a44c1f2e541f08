package quality

var clinicalMeasures []measure
