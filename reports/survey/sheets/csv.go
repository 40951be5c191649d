package sheets

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/survey"
)

// CSV writes each table to a file of a folder, NAME.csv (RFC 4180, UTF-8, lines that
// end in a line feed). What is not known is an empty cell. Cells that a spreadsheet
// would take for a formula have an apostrophe in front.
type CSV struct {
	dir   string
	files []*csvFile
}

// NewCSV returns a sink that writes to a folder, which is made.
func NewCSV(dir string) *CSV { return &CSV{dir: dir} }

type csvFile struct {
	path string
	file *os.File
	out  *bufio.Writer
	line []byte
}

// Begin implements [survey.Sink].
func (c *CSV) Begin(tables []survey.Table) error {
	if err := os.MkdirAll(c.dir, 0o750); err != nil {
		return fmt.Errorf("sheets: make folder: %w", err)
	}
	for _, table := range tables {
		f := &csvFile{path: filepath.Join(c.dir, table.Name+".csv")}
		var err error
		if f.file, err = os.Create(f.path + part); err != nil {
			return fmt.Errorf("sheets: write %s: %w", table.Name, err)
		}
		f.out = bufio.NewWriterSize(f.file, 1<<16)
		c.files = append(c.files, f)
		head := make([]any, len(table.Columns))
		for i, column := range table.Columns {
			head[i] = clean.Short(column.Name, maxHead)
		}
		if err := f.write(head); err != nil {
			return err
		}
	}
	return nil
}

// maxHead is how long the name of a column may be; labels are named by the user.
const maxHead = 100

// Rows implements [survey.Sink].
func (c *CSV) Rows(table int, rows [][]any) error {
	for _, row := range rows {
		if err := c.files[table].write(row); err != nil {
			return err
		}
	}
	return nil
}

func (f *csvFile) write(row []any) error {
	b := f.line[:0]
	for i, v := range row {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCell(b, v)
	}
	f.line = append(b, '\n')
	if _, err := f.out.Write(f.line); err != nil {
		return fmt.Errorf("sheets: write %s: %w", f.path, err)
	}
	return nil
}

// appendCell adds a cell as programs in any language read it.
func appendCell(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(b, clean.CSV(v))
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	return b
}

// appendText quotes a text where it has to be.
func appendText(b []byte, s string) []byte {
	if !strings.ContainsAny(s, "\",\r\n") && !strings.HasPrefix(s, " ") {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		at := strings.IndexByte(s, '"')
		if at < 0 {
			break
		}
		b = append(append(b, s[:at]...), `""`...)
		s = s[at+1:]
	}
	return append(append(b, s...), '"')
}

// End implements [survey.Sink].
func (c *CSV) End(whole bool) error {
	var errs []error
	for _, f := range c.files {
		err := errors.Join(f.out.Flush(), f.file.Close())
		errs = append(errs, err, settle(f.path, whole && err == nil))
	}
	c.files = nil
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("sheets: write tables: %w", err)
	}
	return nil
}
