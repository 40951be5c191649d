package update

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/spoor-audit/spoor/signatures"
)

// A fetched is a list as it came.
type fetched struct {
	entry Entry
	data  []byte
}

// perList is how long one list may take.
const perList = 2 * time.Minute

// fetchAll fetches lists side by side. The error names each that did not come.
func (o *Options) fetchAll(ctx context.Context, sources []Source) ([]fetched, error) {
	got := make([]fetched, len(sources))
	errs := make([]error, len(sources))
	var wg sync.WaitGroup
	for i, s := range sources {
		wg.Go(func() {
			if got[i], errs[i] = o.fetch(ctx, s); errs[i] != nil {
				errs[i] = fmt.Errorf("cannot fetch %s from %s: %w", s.Name, s.URL, errs[i])
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return got, errors.Join(errs...)
}

func (o *Options) fetch(ctx context.Context, s Source) (fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, perList)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
	if err != nil {
		return fetched{}, err
	}
	req.Header.Set("User-Agent", o.Agent)
	client := *o.Client
	client.CheckRedirect = steady
	resp, err := client.Do(req)
	if err != nil {
		return fetched{}, withoutURL(err)
	}
	defer resp.Body.Close() //nolint:errcheck // Nothing is written.
	if resp.StatusCode != http.StatusOK {
		return fetched{}, fmt.Errorf("it answers %s", resp.Status)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, signatures.MaxPackFile+1))
	if err != nil {
		return fetched{}, err
	}
	if len(data) > signatures.MaxPackFile {
		return fetched{}, fmt.Errorf("it is larger than %d MB", signatures.MaxPackFile>>20)
	}
	if len(data) == 0 {
		return fetched{}, errors.New("the answer is empty")
	}
	e := Entry{
		Name: s.Name, Kind: s.Kind, URL: s.URL, Licence: s.Licence,
		Fetched: o.Now.UTC().Format(time.RFC3339), Date: o.Now.UTC().Format(time.DateOnly),
		SHA256: hash(data), Size: int64(len(data)),
	}
	if s.Version != "" {
		e.Version = resp.Header.Get(s.Version)
	}
	if at, err := http.ParseTime(resp.Header.Get("Last-Modified")); err == nil && !at.After(o.Now) {
		e.Date = at.UTC().Format(time.DateOnly)
	}
	return fetched{e, data}, nil
}

// steady follows at most ten redirects, and none that gives encryption up.
func steady(req *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("it redirects too often")
	}
	if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return errors.New("it redirects to an address without encryption")
	}
	return nil
}

// withoutURL takes the method and the address off an error of net/http; the
// caller names them.
func withoutURL(err error) error {
	var wrapped interface{ Unwrap() error }
	if errors.As(err, &wrapped) && wrapped.Unwrap() != nil {
		return wrapped.Unwrap()
	}
	return err
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
