package survey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	// Remove removes a bundle. That there is none is no error.
	Remove(ctx context.Context, name string) error
	// String says where the bundles are, without secrets.
	String() string
}

// evidenceName is the folder of bundles in a store's folder.
const evidenceName = "evidence"

// ErrNoPlace says that it is not known where bundles are kept.
var ErrNoPlace = errors.New("survey: a store in PostgreSQL keeps no bundles: name a folder that all workers share, or an S3 store")

func (s *Store) openBundles(keys Keys) (err error) {
	where := s.setup.Evidence
	switch {
	case where == "" && s.dir == "":
		return ErrNoPlace
	case where == "":
		s.bundles = Folder(filepath.Join(s.dir, evidenceName))
	default:
		s.bundles, err = OpenBundles(where, keys)
	}
	return err
}

// OpenBundles opens what --evidence names: a folder or an s3:// address.
func OpenBundles(where string, keys Keys) (Bundles, error) {
	if strings.HasPrefix(where, "s3://") {
		return openS3(where, keys)
	}
	if strings.Contains(where, "://") {
		return nil, fmt.Errorf("survey: %q is neither a folder nor an s3:// address", where)
	}
	return Folder(where), nil
}

// A Folder keeps bundles in a folder.
type Folder string

// String implements [Bundles].
func (d Folder) String() string { return string(d) }

func (d Folder) path(name string) (string, error) {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, `\:`) {
		return "", fmt.Errorf("survey: %q is no name of a bundle", name)
	}
	return filepath.Join(string(d), filepath.FromSlash(name)), nil
}

// temporary begins the names of files that are not whole yet.
const temporary = ".part-"

// Put implements [Bundles]. The bundle is on the disk when it returns.
func (d Folder) Put(_ context.Context, name, src string) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("survey: store %s: %w", name, err)
	}
	if err := copyWhole(path, src); err != nil {
		return fmt.Errorf("survey: store %s: %w", name, err)
	}
	return nil
}

func copyWhole(path, src string) error {
	in, err := os.Open(src) //nolint:gosec // The caller made it.
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // Nothing is written.
	out, err := os.CreateTemp(filepath.Dir(path), temporary+"*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name()) //nolint:errcheck // It is gone when all went well.
	_, err = io.Copy(out, in)
	err = errors.Join(err, out.Chmod(0o644), out.Sync(), out.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder writes the names in a folder to the disk. Not every system has that.
func syncFolder(path string) error {
	f, err := os.Open(path) //nolint:gosec // In the folder of bundles.
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}

// Open implements [Bundles].
func (d Folder) Open(_ context.Context, name string) (io.ReadCloser, error) {
	path, err := d.path(name)
	if err != nil {
		return nil, err
	}
	return os.Open(path) //nolint:gosec // In the folder of bundles.
}

// Local implements [Bundles].
func (d Folder) Local(_ context.Context, name string, use func(path string) error) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return err
	}
	return use(path)
}

// Names implements [Bundles].
func (d Folder) Names(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var names []string
		err := filepath.WalkDir(string(d), func(path string, e fs.DirEntry, err error) error {
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), temporary) {
				name, err := filepath.Rel(string(d), path)
				if err != nil {
					return err
				}
				names = append(names, filepath.ToSlash(name))
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			yield("", fmt.Errorf("survey: list the bundles: %w", err))
			return
		}
		slices.Sort(names)
		for _, name := range names {
			if !yield(name, nil) {
				return
			}
		}
	}
}

// Remove implements [Bundles].
func (d Folder) Remove(_ context.Context, name string) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
