// Package columnar writes rows of text into a Parquet file, row group by row group. The same rows give the same bytes:
// no clock and no version of a library enters the file. What the columns mean is the caller's business.
package columnar

import (
	"io"

	"github.com/parquet-go/parquet-go"
)

// A Column is one column of the file. All are optional: "" is null.
type Column struct {
	Name string
	Kind Kind
}

// A row group is kept in memory until it ends: after so many rows, or when its values reach so many bytes, each counted
// as its text and what it costs beside.
const (
	groupRows  = 1 << 16
	groupBytes = 48 << 20
	valueBytes = 16
)

// What all columns together keep of a batch, of unfinished pages and of dictionaries; one column alone is content with less.
const (
	batchValues     = 1 << 16
	pageBytes       = 16 << 20
	dictionaryBytes = 16 << 20
)

// share is what one of n columns gets of a budget, at least one and at most most.
func share(budget, n, most int) int { return min(max(budget/max(n, 1), 1), most) }

// A Writer writes one file. Rows are kept until a batch of them is full.
type Writer struct {
	out     *parquet.GenericWriter[any]
	kinds   []Kind
	columns [][]parquet.Value // the batch, by column
	batch   int               // rows of a full one
	rows    int               // of the row group, with the batch
	bytes   int
}

// NewWriter starts a file.
func NewWriter(to io.Writer, columns []Column) *Writer {
	n := len(columns)
	w := &Writer{columns: make([][]parquet.Value, n), batch: share(batchValues, n, 1<<10)}
	for _, c := range columns {
		w.kinds = append(w.kinds, c.Kind)
	}
	w.out = parquet.NewGenericWriter[any](to, newSchema(columns),
		parquet.CreatedBy("distributed-mini-data-harmonizer", "1", "parquet"),
		parquet.Compression(&parquet.Snappy), // every reader knows it
		parquet.PageBufferSize(share(pageBytes, n, parquet.DefaultPageBufferSize)),
		parquet.DictionaryMaxBytes(int64(share(dictionaryBytes, n, 1<<20))))
	return w
}

// Row appends a row. Every value fits the kind of its column.
func (w *Writer) Row(values []string) error {
	for i, v := range values {
		w.columns[i] = append(w.columns[i], w.kinds[i].value(v, i))
		w.bytes += len(v) + valueBytes
	}
	w.rows++
	switch {
	case w.rows == groupRows || w.bytes >= groupBytes:
		return w.endGroup()
	case w.rows%w.batch == 0:
		return w.endBatch()
	}
	return nil
}

// endBatch hands the batch to the columns.
func (w *Writer) endBatch() error {
	for i, c := range w.out.ColumnWriters() {
		if _, err := c.WriteRowValues(w.columns[i]); err != nil {
			return err
		}
		clear(w.columns[i]) // lets go of the text
		w.columns[i] = w.columns[i][:0]
	}
	return nil
}

func (w *Writer) endGroup() error {
	if err := w.endBatch(); err != nil {
		return err
	}
	w.rows, w.bytes = 0, 0
	return w.out.Flush()
}

// Close ends the file; what it was written to stays open.
func (w *Writer) Close() error {
	if err := w.endBatch(); err != nil {
		return err
	}
	return w.out.Close()
}
