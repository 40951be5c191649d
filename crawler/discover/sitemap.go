package discover

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

const (
	maxSitemaps = 5  // files that are read for one site
	maxDepth    = 32 // elements within elements; a sitemap needs three
)

// readSitemaps reads the sitemaps that robots.txt names, or else the usual
// place. Of an index, a sample of the files is read.
func (s *search) readSitemaps(ctx context.Context) {
	robots := s.f.robotsOf(ctx, s.start)
	if robots.data == nil {
		s.problem(s.start.Scheme+"://"+s.start.Host+"/robots.txt", robots.err.Error())
		return
	}
	queue := slices.Clone(robots.data.Sitemaps)
	named := len(queue) > 0
	if !named {
		queue = []string{"/sitemap.xml"}
	}
	seen := map[string]bool{}
	for read := 0; len(queue) > 0 && read < maxSitemaps && ctx.Err() == nil; {
		u, ok := resolve(s.start, queue[0])
		queue = queue[1:]
		if !ok || seen[u.String()] {
			continue
		}
		seen[u.String()] = true
		if SiteOf(u) != s.site {
			continue // A sitemap elsewhere may be right, but it is not asked for.
		}
		read++
		more := s.readSitemap(ctx, u, named)
		shuffle(more, s.f.options.Seed)
		queue = append(queue, more...)
	}
}

// readSitemap reads one file and returns the files to which it points. A file
// that is not there is a problem only if the site named it.
func (s *search) readSitemap(ctx context.Context, u *url.URL, named bool) []string {
	allowed, err := s.f.Allowed(ctx, u.String())
	if err != nil {
		s.problem(u.String(), err.Error())
		return nil
	}
	if !allowed {
		s.problem(u.String(), errDisallowed.Error())
		return nil
	}
	got, err := s.f.get(ctx, u.String(), maxSitemap)
	switch {
	case err != nil:
		s.problem(u.String(), err.Error())
		return nil
	case got.code != http.StatusOK:
		if named {
			s.problem(u.String(), "the answer is "+got.status)
		}
		return nil
	}
	pages, files, err := parseSitemap(got.body)
	if err != nil && (named || len(pages)+len(files) > 0) {
		s.problem(u.String(), err.Error())
	}
	for _, page := range pages {
		s.add(u, page, fromSitemap)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// parseSitemap reads a sitemap, or an index of sitemaps, in the form of
// sitemaps.org (protocol 0.9), packed or not; or a list with one address a
// line. With an error it returns what it read before.
func parseSitemap(content []byte) (pages, files []string, err error) {
	r := io.Reader(bytes.NewReader(content))
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, nil, fmt.Errorf("the packed sitemap cannot be read: %w", err)
		}
	}
	b := bufio.NewReader(io.LimitReader(r, maxSitemap))
	if text, _ := b.Peek(512); !bytes.HasPrefix(bytes.TrimLeft(text, "\ufeff \t\r\n"), []byte("<")) {
		pages, err = parseSitemapList(b)
		return pages, nil, err
	}
	return parseSitemapXML(b)
}

func parseSitemapList(r io.Reader) (pages []string, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() && len(pages) < maxCandidates {
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "http") {
			pages = append(pages, line)
		}
	}
	if err := lines.Err(); err != nil {
		return pages, fmt.Errorf("the sitemap is not a list of addresses: %w", err)
	}
	return pages, nil
}

// parseSitemapXML reads <url><loc> and <sitemap><loc>. Entities that the file
// itself defines are not expanded by encoding/xml.
func parseSitemapXML(r io.Reader) (pages, files []string, err error) {
	d := xml.NewDecoder(r)
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	parent, inLoc, depth := "", false, 0
	var loc strings.Builder
	for len(pages)+len(files) < maxCandidates {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return pages, files, fmt.Errorf("the sitemap cannot be read to its end: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			// The decoder remembers every open element.
			if depth++; depth > maxDepth {
				return pages, files, fmt.Errorf("the sitemap is nested more than %d deep", maxDepth)
			}
			switch t.Name.Local {
			case "url", "sitemap":
				parent = t.Name.Local
			case "html":
				return nil, nil, errors.New("the sitemap is a web page")
			}
			// Other vocabularies have a loc of their own, image:loc for one.
			inLoc = t.Name.Local == "loc" && (t.Name.Space == "" || strings.Contains(t.Name.Space, "/sitemap/"))
			loc.Reset()
		case xml.CharData:
			if inLoc = inLoc && loc.Len()+len(t) <= maxAddress; inLoc {
				loc.Write(t)
			}
		case xml.EndElement:
			if inLoc && t.Name.Local == "loc" {
				if address := strings.TrimSpace(loc.String()); parent == "sitemap" {
					files = append(files, address)
				} else if parent == "url" {
					pages = append(pages, address)
				}
			}
			inLoc = false
			depth--
		}
	}
	return pages, files, nil
}
