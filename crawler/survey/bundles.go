package survey

import (
	"context"
	"io"
	"iter"
)

// Bundles keeps bundles of evidence by name. Names consist of letters, digits,
// ".", "-", "_" and "/".
type Bundles interface {
	// Put stores the file at src under a name: whole or not at all. What had that
	// name is replaced.
	Put(ctx context.Context, name, src string) error
	// Open reads a bundle. The error is [io/fs.ErrNotExist] if there is none.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Local calls use with the path of a file that holds the bundle, which may be a
	// copy that is removed afterwards.
	Local(ctx context.Context, name string, use func(path string) error) error
	// Names lists all bundles, sorted.
	Names(ctx context.Context) iter.Seq2[string, error]
}
