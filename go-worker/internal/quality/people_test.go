package quality

var personMeasures []measure
