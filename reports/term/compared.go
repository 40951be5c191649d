package term

import (
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// shownDifferences is how many differences are written without --all.
const shownDifferences = 8

// compared writes what differs between visits in an app and an ordinary browser.
func compared(p *printer, r *reports.Result) {
	c := r.Compared
	if c == nil {
		return
	}
	p.title(plain, p.t.T("section.compared", "app", p.t.Word("app", c.App)))
	p.wrap(0, plain, c.Short(p.t))
	if len(c.Facts) == 0 {
		p.item(plain, p.t.T("compared.none"))
	}
	for i := range c.Facts {
		if i == shownDifferences && !p.all {
			p.item(plain, p.t.N("more.rows", len(c.Facts)-i))
			break
		}
		d := &c.Facts[i]
		here, there := d.Values(p.t)
		p.item(plain, p.t.T("compared.line", "what", clean.Short(d.Text.In(p.t.Code()), 200), "app", clean.Short(here, 200), "ordinary", clean.Short(there, 200)))
	}
}
