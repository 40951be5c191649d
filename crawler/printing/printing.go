// Package printing owns turning a page that spoor made itself into a PDF with the
// browser. It must not know what the page says.
//
// The page is handed to the browser and not loaded from anywhere; no script of it
// runs, no name is looked up and nothing is asked of the network.
package printing

import (
	"context"
	"errors"
	"fmt"
	"time"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/cdp"
)

// limit is how long the browser may take for one document. A report of 1.5 MB took
// under ten seconds on two busy cores.
const limit = 2 * time.Minute

// nowhere sends every host to a name that does not exist.
const nowhere = "MAP * ~NOTFOUND"

// footer stands beneath every page. The browser fills the elements by their class.
const footer = `<div style="width:100%;margin:0 12.7mm;font:7pt sans-serif;color:#444;display:flex;justify-content:space-between">` +
	`<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`

// A page of A4 and its margins, in inches. Scaled so, a line has 775 CSS pixels:
// enough for the report to keep its tables, which a telephone gets as lists.
const (
	paperWidth  = 8.27
	paperHeight = 11.69
	margin      = 0.5
	scale       = 0.9
)

// PDF prints an HTML document on A4, with tags for readers that cannot see it and an
// outline of its headings. Of the options, the browser and the mode count.
func PDF(ctx context.Context, o browser.Options, html []byte) (pdf []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// A later session of the browser would be one more page; there is none.
	sessions := make(chan *cdp.Session, 1)
	b, err := browser.Launch(ctx, browser.Options{Path: o.Path, Mode: o.Mode, Langs: o.Langs, TempDir: o.TempDir, HostRules: nowhere}, nil,
		func(s *cdp.Session) cdp.Sink {
			select {
			case sessions <- s:
			default:
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }() //nolint:contextcheck // It ends the browser whatever the context.
	s, err := open(ctx, b, sessions)
	if err != nil {
		return nil, fmt.Errorf("printing: open a page: %w", err)
	}
	if err := fill(ctx, s, html); err != nil {
		return nil, fmt.Errorf("printing: fill the page: %w", err)
	}
	yes, edge := true, margin
	out, err := cdp.Do(ctx, s, page.PrintToPDF, page.PrintToPDFParams{
		PaperWidth: paperWidth, PaperHeight: paperHeight, Scale: scale, MarginTop: &edge, MarginBottom: &edge, MarginLeft: &edge, MarginRight: &edge,
		DisplayHeaderFooter: &yes, HeaderTemplate: "<span></span>", FooterTemplate: footer,
		GenerateTaggedPDF: &yes, GenerateDocumentOutline: &yes,
	})
	if err != nil {
		return nil, fmt.Errorf("printing: print: %w", err)
	}
	return out.Data, nil
}

// open makes a page of the browser's own and returns its session.
func open(ctx context.Context, b *browser.Browser, sessions <-chan *cdp.Session) (*cdp.Session, error) {
	root, yes := b.Conn.Root(), true
	created, err := cdp.Do(ctx, root, target.CreateTarget, target.CreateTargetParams{URL: "about:blank"})
	if err != nil {
		return nil, err
	}
	if _, err := cdp.Do(ctx, root, target.AttachToTarget, target.AttachToTargetParams{TargetID: created.TargetID, Flatten: &yes}); err != nil {
		return nil, err
	}
	select {
	case s := <-sessions:
		return s, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// fill puts the document into the page, cut off from everything.
func fill(ctx context.Context, s *cdp.Session, html []byte) error {
	if _, err := cdp.Do(ctx, s, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		return err
	}
	tree, err := cdp.Do(ctx, s, page.GetFrameTree, cdptypes.Empty{})
	if err != nil {
		return err
	}
	if tree.FrameTree == nil || tree.FrameTree.Frame == nil {
		return errors.New("it has no frame")
	}
	_, err = cdp.Do(ctx, s, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: string(html)})
	return err
}
