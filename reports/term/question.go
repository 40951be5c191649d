package term

import (
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

// questionColumn is where texts begin beside the words of the section on the
// dialog.
const questionColumn = 12

// shownButtons is how many buttons of one layer are named.
const shownButtons = 6

// question writes what the site asks, with which buttons, and how many clicks a
// refusal took against an acceptance.
func question(p *printer, r *reports.Result) {
	if !r.LookedForDialog() || r.Summary.Measured == reports.MeasuredNot {
		return
	}
	p.title(plain, p.t.T("section.question"))
	d, _ := r.Question()
	if d == nil {
		p.wrap(0, plain, p.t.T("question.none"))
		return
	}
	p.entry(questionColumn, plain, p.t.T("question.dialog"), dialogText(p, d))
	for i, layer := range layers(d) {
		label := ""
		if i == 0 {
			label = p.t.T("question.buttons")
		}
		p.entry(questionColumn, plain, label, buttons(p, d, layer))
	}
	for _, s := range []evidence.Scenario{evidence.Reject, evidence.Accept} {
		if run := r.Run(s); run != nil && run.Measured {
			p.entry(questionColumn, plain, p.t.T("question.to-"+string(s)), clicks(p, run))
		}
	}
}

// dialogText says whose dialog it is and how it was found.
func dialogText(p *printer, d *reports.Dialog) string {
	parts := []string{}
	if d.CMP != "" {
		parts = append(parts, clean.Short(d.CMP, 60))
	}
	parts = append(parts, p.t.Word("found-by", d.By))
	if d.Blocking {
		parts = append(parts, p.t.T("question.blocking"))
	}
	if d.Price != "" {
		parts = append(parts, p.t.T("question.price", "price", clean.Short(d.Price, 60)))
	}
	return strings.Join(parts, ", ")
}

// layers lists the numbers of the layers that have buttons.
func layers(d *reports.Dialog) []int {
	var out []int
	for _, b := range d.Buttons {
		if b.Role != evidence.RoleOther && (len(out) == 0 || out[len(out)-1] != b.Layer) {
			out = append(out, b.Layer)
		}
	}
	return out
}

// buttons names the buttons of a layer and what each does.
func buttons(p *printer, d *reports.Dialog, layer int) string {
	var names []string
	for _, b := range d.Buttons {
		if b.Layer == layer && b.Role != evidence.RoleOther {
			names = append(names, p.t.T("question.button", "label", clean.Short(b.Label, 40), "does", p.t.Word("role", b.Role)))
		}
	}
	text := p.t.Some(names, shownButtons)
	if layer > 1 {
		text = p.t.T("question.layer", "n", layer, "buttons", text)
	}
	return text
}

// clicks says how a choice was carried out.
func clicks(p *printer, run *reports.Run) string {
	if run.ChosenMS == nil {
		return p.t.Word("outcome", string(run.Outcome))
	}
	labels := make([]string, len(run.Pressed))
	for i, label := range run.Pressed {
		labels[i] = p.t.T("question.quoted", "label", clean.Short(label, 40))
	}
	return p.t.N("question.clicks", len(labels), "labels", strings.Join(labels, ", "), "state", p.t.T("question."+run.Record()))
}
