package survey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Keys open an S3 store. Without an ID, requests are not signed.
type Keys struct{ ID, Secret, Session string }

// An s3Store keeps bundles in an S3 bucket, of whatever maker.
type s3Store struct {
	client         *minio.Client
	bucket, prefix string
	endpoint       string
}

// defaultS3 is the endpoint of addresses that name none.
const defaultS3 = "https://s3.amazonaws.com"

// openS3 opens s3://BUCKET/PREFIX?endpoint=URL&region=REGION. It asks nobody yet.
func openS3(address string, keys Keys) (*s3Store, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, errors.New("survey: an address of an S3 store is s3://BUCKET/PREFIX?endpoint=URL&region=REGION")
	}
	for name := range u.Query() {
		if name != "endpoint" && name != "region" {
			return nil, fmt.Errorf("survey: an address of an S3 store has endpoint and region, and no %q", name)
		}
	}
	where := u.Query().Get("endpoint")
	if where == "" {
		where = defaultS3
	}
	endpoint, err := url.Parse(where)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" || strings.Trim(endpoint.Path, "/") != "" {
		return nil, fmt.Errorf("survey: the endpoint %q of the S3 store is no address of a server", where)
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewStaticV4(keys.ID, keys.Secret, keys.Session), Secure: endpoint.Scheme == "https", Region: u.Query().Get("region"),
	})
	if err != nil {
		return nil, fmt.Errorf("survey: %w", err)
	}
	return &s3Store{client: client, bucket: u.Host, prefix: strings.Trim(u.Path, "/"), endpoint: endpoint.Host}, nil
}

// String implements [Bundles].
func (s *s3Store) String() string {
	return "s3://" + path.Join(s.bucket, s.prefix) + " at " + s.endpoint
}

func (s *s3Store) key(name string) string { return path.Join(s.prefix, name) }

// inWords tells what went wrong. All but a refusal may pass: a worker that waits
// loses nothing.
func (s *s3Store) inWords(act, name string, err error) error {
	answer := minio.ToErrorResponse(err)
	err = fmt.Errorf("survey: %s %s in %s: %w", act, name, s, err)
	switch answer.StatusCode {
	case http.StatusNotFound:
		if answer.Code == minio.NoSuchKey {
			return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		}
		return err
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusMovedPermanently:
		return err
	}
	return &passingError{err}
}

// Put implements [Bundles]. An object is there when it is whole, and not before.
func (s *s3Store) Put(ctx context.Context, name, src string) error {
	_, err := s.client.FPutObject(ctx, s.bucket, s.key(name), src, minio.PutObjectOptions{ContentType: "application/zip"})
	if err != nil {
		return s.inWords("store", name, err)
	}
	return nil
}

// Open implements [Bundles].
func (s *s3Store) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	object, err := s.client.GetObject(ctx, s.bucket, s.key(name), minio.GetObjectOptions{})
	if err != nil {
		return nil, s.inWords("read", name, err)
	}
	// Only now the store is asked.
	if _, err := object.Stat(); err != nil {
		_ = object.Close()
		return nil, s.inWords("read", name, err)
	}
	return object, nil
}

// Local implements [Bundles].
func (s *s3Store) Local(ctx context.Context, name string, use func(path string) error) error {
	r, err := s.Open(ctx, name)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // Nothing is written.
	f, err := os.CreateTemp("", "spoor-bundle-*.zip")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // Only a copy.
	_, err = io.Copy(f, r)
	if err := errors.Join(err, f.Close()); err != nil {
		return s.inWords("read", name, err)
	}
	return use(f.Name())
}

// Names implements [Bundles]. S3 lists keys in the order of their bytes.
func (s *s3Store) Names(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		prefix := s.prefix
		if prefix != "" {
			prefix += "/"
		}
		for object := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			if object.Err != nil {
				yield("", s.inWords("list", "the bundles", object.Err))
				return
			}
			if !yield(strings.TrimPrefix(object.Key, prefix), nil) {
				return
			}
		}
	}
}

// Remove implements [Bundles].
func (s *s3Store) Remove(ctx context.Context, name string) error {
	if err := s.client.RemoveObject(ctx, s.bucket, s.key(name), minio.RemoveObjectOptions{}); err != nil {
		return s.inWords("remove", name, err)
	}
	return nil
}
