// Package visit owns one run: opening a site's pages in a fresh browser context,
// and turning what the browser tells into evidence. It promises that no script
// runs in any page, frame or worker before its probes are in; where that could
// not be kept, the record says so.
//
// A run is recorded by one goroutine, which drains a queue that the connection
// fills, and driven by another: navigate, settle, act, turn away, collect. The package
// knows the protocol's events, and nothing of their meaning.
package visit
