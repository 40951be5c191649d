// Package sheets owns the files of a survey's tables: CSV, SQLite and a workbook. It
// writes rows as they come and keeps none. It must not know what the rows mean.
package sheets

import (
	"errors"
	"io/fs"
	"os"
)

// part is the ending of a file that is not complete.
const part = ".part"

// settle gives a file that is whole its name, and removes one that is not.
func settle(path string, whole bool) error {
	if whole {
		return os.Rename(path+part, path)
	}
	if err := os.Remove(path + part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
