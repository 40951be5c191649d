package probetable

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// A Begun is a table that is there.
type Begun struct {
	Rows []Place // in order
	Size int64   // bytes up to the end of the last whole row
}

// A Place is a row of a table, and the line of the list that it is of.
type Place struct {
	Line  int    `json:"line"`
	Site  string `json:"site"`
	Worth string `json:"worth"`
}

// Is reports whether a place is that of a line of the list.
func (p Place) Is(line int, site string, format Format) bool {
	if format == CSV {
		site = cell(site)
	}
	return p.Line == line && p.Site == site
}

// ErrOther says that a file is no table of the list with this format.
var ErrOther = errors.New("it is no such table of this list")

// Read reads what was written of a table. A row that was cut off in the middle does
// not count.
func Read(r io.Reader, format Format, labels []string) (Begun, error) {
	var begun Begun
	// No cell holds an end of line, so that a row is a line.
	lines := bufio.NewReader(r)
	for first := true; ; first = false {
		text, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			if first && text != "" {
				return begun, ErrOther
			}
			return begun, nil
		}
		if err != nil {
			return begun, err
		}
		switch {
		case format == NDJSON:
			var p Place
			if err := json.Unmarshal([]byte(text), &p); err != nil {
				return begun, fmt.Errorf("%w: %w", ErrOther, err)
			}
			begun.Rows = append(begun.Rows, p)
		case first:
			if cells, err := csv.NewReader(strings.NewReader(text)).Read(); err != nil || !slices.Equal(cells, header(labels)) {
				return begun, ErrOther
			}
		default:
			cells, err := csv.NewReader(strings.NewReader(text)).Read()
			if err != nil || len(cells) != len(columns)+2+len(labels) {
				return begun, ErrOther
			}
			line, err := strconv.Atoi(cells[0])
			if err != nil {
				return begun, ErrOther
			}
			begun.Rows = append(begun.Rows, Place{line, cells[1], cells[2]})
		}
		begun.Size += int64(len(text))
	}
}
