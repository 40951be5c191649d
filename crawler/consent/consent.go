// Package consent owns the site's question for consent: finding it, telling its
// buttons apart, carrying out a choice, and reading back what the site made of
// it. It sees a page only through the interfaces below. It must not know the
// protocol of the browser, detectors or reports.
package consent

import (
	"context"
)

// A Frame is one document of a page: the page's own, or a frame in it, of
// whatever origin.
type Frame interface {
	// URL of the document.
	URL() string
	// World runs JavaScript in a world of spoor's own in the document. The page
	// cannot see it; what it keeps on globalThis lasts as long as the document. A
	// promise is awaited. The value comes back as JSON into into, which may be nil.
	World(ctx context.Context, js string, into any) error
	// Main runs JavaScript among the page's own scripts, for what only they can
	// see.
	Main(ctx context.Context, js string, into any) error
	// Press clicks, as a person's mouse does, at a point of the document's
	// viewport, in CSS pixels.
	Press(ctx context.Context, x, y float64) error
}

// A Page is the page of a run.
type Page interface {
	// Frames lists the documents, the page's own first.
	Frames(ctx context.Context) ([]Frame, error)
	// Shot takes a picture of the window and returns its name in the bundle.
	Shot(ctx context.Context, what string) (string, error)
	// Rest waits until the page has been quiet for a moment after a click, some
	// seconds at most.
	Rest(ctx context.Context)
}
