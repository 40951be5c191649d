// Package testsites owns small websites that do one thing each, and the server
// that shows them under many host names over HTTP and HTTPS on loopback.
//
// Every folder of sites/ is one site: index.html does the thing, clean.html is
// its honest twin (looks alike, does not do it), and expect.yaml says what an
// auditor must and must not report. A browser reaches the sites by name through
// the rules of [Server.HostRules]; the names are resolved like this:
//
//   - <site>.test and any host below it serve the folder sites/<site>.
//   - <site>-clean.test serves the same folder, with clean.html as its root.
//   - A host that has a folder in sites/_vendors serves that folder. These are
//     names of real services; the scripts there are ours and only behave alike.
//   - Every other host serves /<site>/<file> from sites/<site>/<file>, so that
//     third.test, other.test, cdn.tracker.test and fp.vendor.test can play the
//     third party in any site.
//   - The pages of sites about consent are made by consent.go.
//   - /_shared/ and /-/ (see dynamic.go) answer on every host.
//
// A file serve.yaml in a site's folder gives single paths a status, headers, a
// redirect or a delay. The package must not know crawlers, records or
// detectors: it imports nothing of spoor.
package testsites
