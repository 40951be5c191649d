package visit

import (
	"context"
	"fmt"
	"time"

	"github.com/spoor-audit/spoor/evidence"
)

// Limits of the links that are kept: of one look at a page, and of a run.
const (
	maxLinks    = 100
	maxAllLinks = 1000
	maxLink     = 2000 // characters of an address
)

// readLinks keeps the page's links to other hosts that carry parameters.
func (d *driver) readLinks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	var seen struct {
		URL   string
		Links []string
	}
	js := fmt.Sprintf(`((n,c)=>{const l=location,out=[];for(const a of document.querySelectorAll('a[href],area[href]')){
if(out.length>=n)break;if(/^https?:$/.test(a.protocol)&&a.host!==l.host&&(a.search.length>1||a.hash.length>1)&&a.href.length<=c&&!out.includes(a.href))out.push(a.href)}
return {URL:l.href,Links:out}})(%d,%d)`, maxLinks, maxLink)
	if err := d.eval(ctx, js, &seen); err != nil {
		return // A page that does not answer has its own gap.
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	have := make(map[string]bool, len(d.rec.run.Links))
	for _, l := range d.rec.run.Links {
		have[l.URL] = true
	}
	for _, address := range seen.Links {
		if have[address] || len(d.rec.run.Links) >= maxAllLinks {
			continue
		}
		d.rec.run.Links = append(d.rec.run.Links, evidence.Link{
			ID: d.rec.id("anchor", len(d.rec.run.Links)+1), At: d.rec.since(time.Now()), Page: d.rec.page, Document: clip(seen.URL, 4096), URL: address,
		})
	}
}
