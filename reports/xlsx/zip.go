package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/xuri/excelize/v2"
)

// An orderedZip writes the members of a workbook sorted by name: excelize hands
// them over in an order that changes from time to time, and the same result must
// give the same bytes.
type orderedZip struct {
	to      io.Writer
	members map[string]*bytes.Buffer
}

func newOrderedZip(w io.Writer) excelize.ZipWriter {
	return &orderedZip{w, map[string]*bytes.Buffer{}}
}

// Create implements [excelize.ZipWriter].
func (z *orderedZip) Create(name string) (io.Writer, error) {
	b := new(bytes.Buffer)
	z.members[name] = b
	return b, nil
}

// AddFS implements [excelize.ZipWriter]; workbooks have no use for it.
func (z *orderedZip) AddFS(fs.FS) error { return fmt.Errorf("xlsx: add files: not possible") }

// Close implements [excelize.ZipWriter].
func (z *orderedZip) Close() error {
	out := zip.NewWriter(z.to)
	for _, name := range slices.Sorted(maps.Keys(z.members)) {
		w, err := out.Create(name)
		if err != nil {
			return fmt.Errorf("xlsx: write %s: %w", name, err)
		}
		if _, err := w.Write(z.members[name].Bytes()); err != nil {
			return fmt.Errorf("xlsx: write %s: %w", name, err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("xlsx: write workbook: %w", err)
	}
	return nil
}
